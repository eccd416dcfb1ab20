package import Dialects
package import NIOCore

/// What is known of a request when it has ended: the source of its log line and of the metrics. It holds no key, no
/// prompt and no answer.
package struct RequestRecord: Sendable {
    /// The request's id.
    package var requestID: String
    /// The path that it came by.
    package var route: StaticString
    /// The provider that it went to; empty when it got nowhere.
    package var provider = ""
    /// The model as the provider knows it; before a provider is found, as the caller named it.
    package var model = ""
    /// The name of the key used last.
    package var keyName = ""
    /// The HTTP status that the caller saw; 499 when it was gone.
    package var status = 0
    /// Whether the caller asked for a stream.
    package var isStream = false
    /// Requests sent to providers.
    package var attemptCount = 0
    /// Where the request could go, and why; nil before that was decided.
    package var plan: RoutePlan?
    /// What was tried, in order.
    package var attempts: [AttemptRecord] = []
    /// Whether it was kept where its beginning is cached; nil for a short one.
    package var promptPlace: PromptPlace?
    /// The tokens that the provider counted.
    package var usage: TokenUsage?
    /// What the translation between two formats lost.
    package var losses: [Loss] = []
    /// Why it failed; nil when it did not.
    package var error: GatewayError?
    /// When its last byte had been read.
    package let start: NIODeadline
    /// Until the provider's answer began.
    package var providerTime: TimeAmount?
    /// Until the first token of a stream.
    package var firstTokenTime: TimeAmount?
    /// Until the answer's last byte was handed to the network.
    package var duration = TimeAmount.zero

    package init(requestID: String, route: StaticString, start: NIODeadline) {
        self.requestID = requestID
        self.route = route
        self.start = start
    }

    /// Whether there is more to tell than one attempt at the named model.
    var isEventful: Bool {
        guard let plan else { return false }
        return attempts.count > 1 || plan.candidates.count > 1 || !plan.trail.isEmpty || !plan.skipped.isEmpty
    }
}
