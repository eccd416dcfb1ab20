/// What is known of a key, in one word.
package enum KeyState: String, Sendable, CaseIterable {
    /// Nothing is known against it.
    case ready
    /// It is left alone, since it had too many requests.
    case resting
    /// It is left alone, since it was refused or has no money.
    case refused
    /// One request finds out whether it is well again: the next one, or one that is under way.
    case probing
}

/// What a circuit breaker does, in one word.
package enum BreakerState: String, Sendable, CaseIterable {
    /// Requests go through.
    case closed
    /// None does.
    case open
    /// One request finds out whether the target is well again: the next one, or one that is under way.
    case halfOpen = "half_open"
}
