/// When a second target is asked although the first may still answer. Times are in seconds.
package struct HedgeSettings: Sendable, Equatable {
    /// Which share of the target's own answers must have begun by now.
    package var quantile = 0.95
    /// Answers that must be known before anything follows from them.
    package var minimumSampleCount = 50
    /// The shortest wait, however quick the target usually is.
    package var minimumDelay = 0.2
    /// The longest wait, however slow.
    package var maximumDelay = 30.0
    /// Second attempts for each request, from 0 to 1: what hedging may cost.
    package var share = 0.05
    /// Second attempts that may be saved up for a bad moment.
    package var burst = 10.0

    /// The default limits.
    package init() {}
}

/// Decides when a second attempt is sent. Dean and Barroso describe the method in "The Tail at Scale" (2013): whoever
/// waits for the 95th percentile before he asks twice pays for 5 % more requests and loses most of the tail.
struct HedgePolicy: Sendable {
    private let settings: HedgeSettings

    init(_ settings: HedgeSettings) {
        self.settings = settings
    }

    /// How long to wait for the target's first token before the second attempt is sent.
    ///
    /// - Parameter firstTokens: The times of this target to its first tokens.
    /// - Returns: Nil when too little is known of the target to call it late.
    func delay(_ firstTokens: LatencyQuantile, now: Moment) -> Interval? {
        guard let usual = firstTokens.value(settings.quantile, atLeast: settings.minimumSampleCount, now: now) else {
            return nil
        }
        let longest = Interval(seconds: settings.maximumDelay)
        return min(max(usual, Interval(seconds: settings.minimumDelay)), longest)
    }
}

/// How many second attempts are left: a token bucket that each request fills by a fraction and each second attempt
/// empties by one.
struct HedgeBudget: Sendable {
    private let share: Double
    private let capacity: Double
    private var tokens: Double

    /// A full bucket.
    init(_ settings: HedgeSettings) {
        share = min(max(0, settings.share), 1)
        capacity = max(0, settings.burst)
        tokens = capacity
    }

    /// Counts a request that could be hedged.
    mutating func requestDidBegin() {
        tokens = min(capacity, tokens + share)
    }

    /// Takes a second attempt, if one is left.
    mutating func take() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Gives back what was taken for an attempt that was not sent after all.
    mutating func giveBack() {
        tokens = min(capacity, tokens + 1)
    }
}
