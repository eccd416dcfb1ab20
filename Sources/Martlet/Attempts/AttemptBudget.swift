/// How often and how long a request is tried, over all its targets and keys together.
package struct AttemptLimits: Sendable, Equatable {
    /// Attempts of one request, whatever they are for.
    package var maximumAttemptCount = 8
    /// Seconds from the request's arrival in which attempts may begin; nil for no limit.
    package var totalTime: Double?

    /// The default limits.
    package init() {}
}

/// What one request may still try. Retries, other keys, other targets and hedges all draw on it, so their numbers add
/// up and never multiply.
struct AttemptBudget: Sendable {
    /// Attempts that were begun.
    private(set) var attemptCount = 0
    /// How many of them repeated the one before, with the same key.
    private(set) var retryCount = 0

    private let maximumAttemptCount: Int
    private let maximumRetryCount: Int
    private let end: Moment?

    /// - Parameters:
    ///   - limits: The limits of all attempts.
    ///   - retryCount: How often the request may be repeated with the same key, over all its targets.
    ///   - start: When the request arrived.
    init(_ limits: AttemptLimits = AttemptLimits(), retryCount: Int, start: Moment) {
        maximumAttemptCount = max(1, limits.maximumAttemptCount)
        maximumRetryCount = max(0, retryCount)
        end = limits.totalTime.map { start + Interval(seconds: $0) }
    }

    /// Attempts that are left.
    var remainingCount: Int { maximumAttemptCount - attemptCount }

    /// Begins an attempt, unless there is none left or the time is over. The first is always allowed.
    mutating func begin(now: Moment) -> Bool {
        guard attemptCount == 0 || (remainingCount > 0 && isInTime(now)) else { return false }
        attemptCount += 1
        return true
    }

    /// Whether the same may be tried again after a wait: there are retries left, the time does not end during the wait,
    /// and every target that the request has not asked keeps its attempt.
    func mayRetry(after delay: Interval, unaskedTargetCount: Int, now: Moment) -> Bool {
        retryCount < maximumRetryCount && remainingCount > max(0, unaskedTargetCount) && isInTime(now + delay)
    }

    /// Whether another key or target may be asked at once.
    func mayMoveOn(now: Moment) -> Bool {
        remainingCount > 0 && isInTime(now)
    }

    /// Takes one of the retries; the attempt is begun with ``begin(now:)`` as any other.
    mutating func takeRetry() {
        retryCount += 1
    }

    private func isInTime(_ time: Moment) -> Bool {
        end.map { time < $0 } ?? true
    }
}
