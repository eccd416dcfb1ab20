#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How long a target will probably take to begin its answer, and how much it has to do: a moving average that falls
/// slowly and rises at once.
///
/// This is the peak-sensitive average of Twitter's Finagle ("peak EWMA"): an observation above the average replaces it,
/// one below it counts with the weight 1 − e^(−t/τ), where t is the time since the last one.
struct LatencyEstimate: Sendable {
    /// Requests that were sent and have not ended.
    private(set) var runningCount = 0

    private let decay: Double
    private var average = 0.0
    private var observation: Moment?

    /// - Parameter decay: The time τ in which an observation fades to 37 %.
    init(decay: Interval = Interval(seconds: 10)) {
        self.decay = Double(max(1, decay.nanoseconds))
    }

    /// A request is sent; pair it with ``end()``.
    mutating func begin() {
        runningCount += 1
    }

    /// A request has ended, however it did.
    mutating func end() {
        runningCount = max(0, runningCount - 1)
    }

    /// The first byte of a good answer came. Failures are not observed: they are often quick, and a target must not win
    /// requests by failing.
    mutating func observe(_ time: Interval, now: Moment) {
        let time = Double(max(0, time.nanoseconds))
        if time >= average {
            average = time
        } else {
            let weight = weight(now: now)
            average = average * weight + time * (1 - weight)
        }
        observation = max(observation ?? now, now)
    }

    /// The expected time to the first byte, in nanoseconds, fading towards zero while nothing is observed, so that a
    /// target that was slow once is tried again; zero for one that is not known.
    func value(now: Moment) -> Double {
        average * weight(now: now)
    }

    /// What targets are compared by. Of one that was silent for long nothing is known any more, so that it is tried by one
    /// request and not flooded because its average has faded.
    func load(now: Moment) -> TargetLoad {
        let isKnown = observation != nil && weight(now: now) >= Self.forgottenWeight
        return TargetLoad(latency: isKnown ? value(now: now) / 1e6 : nil, runningCount: runningCount)
    }

    /// Three times τ without an observation.
    private static let forgottenWeight = 0.05

    private func weight(now: Moment) -> Double {
        guard let observation else { return 1 }
        return exp(-Double(max(0, (now - observation).nanoseconds)) / decay)
    }
}
