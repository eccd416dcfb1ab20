import NIOCore

extension MockScript {
    /// The latency of one request.
    func drawLatency(_ random: inout MockRandom) -> TimeAmount {
        guard !latencyPercentiles.isEmpty || latencyJitter > .zero else { return latency }
        var nanoseconds = Double(latency.nanoseconds)
        if !latencyPercentiles.isEmpty {
            nanoseconds = Self.nanoseconds(at: random.unit() * 100, of: latencyPercentiles)
        }
        if latencyJitter > .zero {
            nanoseconds += Double(latencyJitter.nanoseconds) * (2 * random.unit() - 1)
        }
        // Three years: far beyond every use and within what the conversion takes.
        guard nanoseconds.isFinite, nanoseconds > 0 else { return .zero }
        return .nanoseconds(Int64(min(nanoseconds, 1e17)))
    }

    /// Whether one request fails, and how.
    func drawFailure(_ random: inout MockRandom) -> FailureKind? {
        guard failureRate > 0, random.unit() < failureRate else { return nil }
        return failureKinds.randomElement(using: &random)
    }

    /// The latency at a percentage of a distribution, in nanoseconds.
    static func nanoseconds(at percent: Double, of points: [LatencyPercentile]) -> Double {
        var lower = (percent: 0.0, nanoseconds: 0.0)
        for point in points {
            let upper = (percent: point.percent, nanoseconds: Double(point.latency.nanoseconds))
            if percent < upper.percent {
                let share = (percent - lower.percent) / (upper.percent - lower.percent)
                return lower.nanoseconds + share * (upper.nanoseconds - lower.nanoseconds)
            }
            lower = upper
        }
        return lower.nanoseconds
    }
}
