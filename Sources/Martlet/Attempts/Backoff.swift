/// How long to wait before a provider is tried again.
struct Backoff {
    let configuration: RetryConfiguration

    /// - Parameters:
    ///   - retry: The number of the retry, from 0.
    ///   - retryAfter: What the provider asks for, in seconds.
    ///   - random: A random number from 0 up to, but not including, 1.
    /// - Returns: Seconds: doubling from the initial wait with a fifth more or less, so that callers who failed
    ///   together do not return together; at least what the provider asks for; at most the configured maximum.
    func delay(retry: Int, retryAfter: Double?, random: Double) -> Double {
        var delay = max(0, configuration.initialBackoff)
        for _ in 0..<min(max(0, retry), 60) {
            delay = min(delay * 2, configuration.maximumBackoff)
        }
        delay *= 0.8 + 0.4 * random
        if let retryAfter, retryAfter.isFinite {
            delay = max(delay, retryAfter)
        }
        return min(delay, configuration.maximumBackoff)
    }
}
