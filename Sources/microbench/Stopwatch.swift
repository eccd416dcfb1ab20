/// Measures how long an operation takes.
struct Stopwatch {
    /// Rounds of which the fastest counts: what else the machine does only ever makes a round slower.
    let roundCount: Int
    /// How long a round should take.
    let roundTime: Duration

    private let clock = ContinuousClock()

    init(roundCount: Int = 9, roundTime: Duration = .milliseconds(40)) {
        self.roundCount = roundCount
        self.roundTime = roundTime
    }

    /// - Parameter operation: Returns some number that depends on its work, so that none of it can be left out.
    /// - Returns: Nanoseconds for one call.
    func nanoseconds(of operation: () throws -> Int) throws -> Double {
        var callCount = 1
        while true {
            let time = try run(operation, callCount)
            if time >= roundTime { break }
            // Doubling until a round is long enough also warms everything up.
            callCount *= 2
        }
        var best = Double.infinity
        for _ in 0..<roundCount {
            best = min(best, try run(operation, callCount) / .nanoseconds(1) / Double(callCount))
        }
        return best
    }

    @inline(never)
    private func run(_ operation: () throws -> Int, _ callCount: Int) throws -> Duration {
        var sum = 0
        let start = clock.now
        for _ in 0..<callCount {
            sum ^= try operation()
        }
        let time = clock.now - start
        guard sum != .min else { throw ImpossibleSum() }
        return time
    }

    /// Keeps the sum, and with it the work behind it, from being optimised away.
    private struct ImpossibleSum: Error {}
}
