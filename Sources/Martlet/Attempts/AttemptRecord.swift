package import NIOCore

/// One attempt of a request, for its log line and its explanation.
package struct AttemptRecord: Sendable {
    /// The provider that was asked.
    package var provider: String
    /// The model as the plan names it.
    package var model: String
    /// The name of the key; empty when none was chosen.
    package var keyName = ""
    /// Why this key was chosen, in one word.
    package var keyReason = ""
    /// How the target's breaker stood when the attempt was let in.
    package var breaker = BreakerState.closed
    /// Whether the attempt finds out whether its key or its target is well again.
    package var isProbe = false
    /// Whether it was sent because an earlier one was late.
    package var isHedge = false
    /// The wait before it.
    package var wait = TimeAmount.zero
    /// From the request's arrival to its beginning.
    package var beginning = TimeAmount.zero
    /// How long it took.
    package var duration = TimeAmount.zero
    /// The HTTP status of the provider's answer; nil without one.
    package var status: Int?
    /// What it came to: `ok`, the class of the failure, or why nothing was sent.
    package var outcome = "ok"
    /// What followed, in the words of the table of attempts; nil behind a good answer.
    package var action: AttemptAction?
}
