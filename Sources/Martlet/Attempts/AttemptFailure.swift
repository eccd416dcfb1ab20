import Dialects
import NIOCore
import Transport

/// Why an attempt failed.
struct AttemptFailure: Error {
    /// The failure in the gateway's terms.
    var error: GatewayError
    /// What sort of failure it is, which decides what follows.
    var failure: FailureClass
    /// What the provider asks to wait.
    var retryAfter: Interval?
    /// The provider's own error, where the caller speaks its format.
    var passed: PassedError?

    /// A provider's error that reaches the caller as it is.
    struct PassedError {
        var head: AnswerHead
        var body: ByteBuffer
    }

    /// Tells the caller that the provider may have begun what was asked.
    mutating func leaveInDoubt() {
        error.isInDoubt = true
        error.message += " Nobody knows whether it has begun what was asked, so it was not asked again."
        error.retryAfter = nil
        passed?.head.isInDoubt = true
    }

    init(_ error: GatewayError, _ failure: FailureClass) {
        self.error = error
        self.failure = failure
    }

    /// A failure between the gateway and a provider.
    init(_ error: UpstreamError, provider: String, hasContent: Bool) {
        self.init(GatewayError(error, provider: provider), FailureClass(error, hasContent: hasContent))
    }

    /// A failure that was put into the gateway's terms already.
    ///
    /// - Parameter hasContent: Whether the caller had got some of the answer.
    init(_ error: GatewayError, hasContent: Bool) {
        let failure: FailureClass =
            switch error.kind {
            case .cancelled, .shuttingDown: .cancelled
            case .totalTimeout: .deadline
            case _ where hasContent: .brokenAfterContent
            case .provider, .providerStream:
                error.failureKind.map(FailureClass.ofFailure) ?? FailureClass.ofAnswer(status: error.status)
                    ?? .serverError
            case .brokenStream: .brokenBeforeContent
            case .unreachable: .connectFailed
            case .connectTimeout: .connectTimeout
            case .firstByteTimeout: .firstByteTimeout
            case .idleTimeout: .idleTimeout
            case .slowStream: .slowStream
            case .badAnswer: .badAnswer
            case .overloaded: .queueFull
            case .circuitOpen: .overloaded
            case .credentialsExhausted, .keysLimited: .rateLimited
            case .credentialsUnavailable: .credentialsUnavailable
            case .modelNotFound, .notFound, .methodNotAllowed: .modelNotFound
            case .invalidRequest, .untranslatable, .requestTooLarge, .keyNeeded: .callerError
            }
        self.init(error, failure)
    }
}
