/// How a target is doing at the moment of planning.
package struct TargetLoad: Sendable, Equatable {
    /// How long its answers take lately, in milliseconds, a slow one weighing more than a quick one (peak-EWMA); nil
    /// when none has been seen for a while.
    package var latency: Double?
    /// How many requests to it are running.
    package var runningCount: Int

    package init(latency: Double? = nil, runningCount: Int = 0) {
        self.latency = latency
        self.runningCount = runningCount
    }

    /// What the next request would wait. A target that nobody knows is tried when it is idle, and by one request
    /// alone.
    var expectedWait: Double {
        let running = Double(max(0, runningCount))
        guard let latency, latency.isFinite else { return running * Self.unknownPenalty }
        return max(0, latency) * (running + 1)
    }

    /// Longer than any answer takes, in milliseconds.
    private static let unknownPenalty = 1e9
}
