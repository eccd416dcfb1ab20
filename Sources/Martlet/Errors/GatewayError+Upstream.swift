import Transport

extension GatewayError {
    /// Words what went wrong between the gateway and a provider.
    init(_ error: UpstreamError, provider: String) {
        switch error {
        case .connectTimeout:
            self.init(.connectTimeout, "No connection to provider \(provider) in time.")
        case .firstByteTimeout:
            self.init(.firstByteTimeout, "Provider \(provider) did not begin to answer in time.")
        case .idleTimeout:
            self.init(.idleTimeout, "Provider \(provider) stopped in the middle of its answer.")
        case .totalTimeout:
            self.init(.totalTimeout, "Provider \(provider) did not finish its answer in time.")
        case .unknownHost(let host):
            self.init(.unreachable, "The address of provider \(provider) is unknown: \(host).")
        case .connectFailed(let reason):
            self.init(.unreachable, "Provider \(provider) cannot be reached: \(reason).")
        case .tlsFailed(let reason):
            self.init(.unreachable, "No secure connection to provider \(provider): \(reason).")
        case .proxyFailed(let reason):
            self.init(.unreachable, "The proxy for provider \(provider) opens no way: \(reason).")
        case .outOfDescriptors:
            self.init(.overloaded, "The gateway has no descriptor left for a connection.", retryAfter: 1)
        case .closedBeforeAnswer:
            self.init(.unreachable, "Provider \(provider) closed the connection without an answer.")
        case .truncatedAnswer:
            self.init(.brokenStream, "Provider \(provider) broke off in the middle of its answer.")
        case .malformedAnswer(let reason):
            self.init(.badAnswer, "The answer of provider \(provider) is malformed: \(reason).")
        case .answerTooLarge(let limit):
            self.init(.badAnswer, "The answer of provider \(provider) is larger than \(limit) bytes.")
        case .cancelled(.callerGone):
            self.init(.cancelled, "The caller closed the connection.")
        case .cancelled(.shuttingDown):
            self.init(.shuttingDown, "The gateway is stopping.", retryAfter: 1)
        }
    }
}
