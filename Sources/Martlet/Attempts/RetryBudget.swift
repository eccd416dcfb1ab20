/// How many retries a target bears.
package struct RetryBudgetSettings: Sendable, Equatable {
    /// Retries for each request, from 0 to 1.
    package var share = 0.2
    /// Retries in each window that are allowed whatever the number of requests.
    package var minimumCount = 10
    /// Seconds in which requests and retries are counted.
    package var window = 10.0

    /// The default limits.
    package init() {}
}

/// Keeps the retries of all requests to one target within a share of these requests, so that a target that fails is not
/// buried under repetitions. The idea is that of Finagle's retry budgets.
struct RetryBudget: Sendable {
    private let settings: RetryBudgetSettings
    /// Requests and retries.
    private var counts: RollingCounts

    init(_ settings: RetryBudgetSettings = RetryBudgetSettings(), now: Moment) {
        self.settings = settings
        counts = RollingCounts(window: Interval(seconds: settings.window), now: now)
    }

    /// Counts a request's first attempt at the target.
    mutating func requestDidBegin(now: Moment) {
        counts.add(first: 1, now: now)
    }

    /// Takes a retry, if the window has one left.
    mutating func take(now: Moment) -> Bool {
        counts.advance(to: now)
        let allowed = Double(max(0, settings.minimumCount)) + max(0, settings.share) * Double(counts.first)
        guard Double(counts.second + 1) <= allowed else { return false }
        counts.add(second: 1, now: now)
        return true
    }
}
