import Dialects
import Transport

extension FailureClass {
    /// The class of a provider's answer.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - kind: What the answer's body says, where it was read. It counts more than the status where it is exact: a
    ///     quota that is used up comes with status 429, an invalid key of Gemini with 400.
    /// - Returns: Nil when the answer is none of a failure.
    static func ofAnswer(status: Int, kind: ProviderFailure.Kind? = nil) -> FailureClass? {
        guard !(200..<300).contains(status) else { return kind.map(Self.ofFailure) }
        switch kind {
        case .authentication, .permission, .billing, .rateLimit, .contextLength, .contentPolicy, .requestTooLarge,
            .overloaded:
            return kind.map(Self.ofFailure)
        case .notFound where (400..<500).contains(status):
            return .modelNotFound
        case .invalidRequest, .notFound, .timeout, .server, nil:
            return ofStatus(status)
        }
    }

    /// The class of an error in a stream, which has no status of its own, while nothing was sent to the caller.
    static func ofFailure(_ kind: ProviderFailure.Kind) -> FailureClass {
        switch kind {
        case .invalidRequest: .callerError
        case .authentication: .keyRefused
        case .permission: .keyForbidden
        case .billing: .keyOutOfMoney
        case .notFound: .modelNotFound
        case .requestTooLarge: .requestTooLarge
        case .contextLength: .contextLength
        case .contentPolicy: .contentPolicy
        case .rateLimit: .rateLimited
        case .overloaded: .overloaded
        case .timeout, .server: .serverError
        }
    }

    /// The class of an HTTP status that is none of success (RFC 9110, 15).
    private static func ofStatus(_ status: Int) -> FailureClass {
        switch status {
        case 401: .keyRefused
        case 402: .keyOutOfMoney
        case 403: .keyForbidden
        case 404, 405, 410, 501: .modelNotFound
        // 408 and 425 invite to send the same once more (RFC 9110, 15.5.9; RFC 8470, 5.2); 409 is a lock that was held
        // for too long with OpenAI and Anthropic, whose SDKs repeat it.
        case 408, 409, 425: .serverError
        case 413: .requestTooLarge
        case 429: .rateLimited
        case 503, 529: .overloaded
        case 400..<500: .callerError
        case 500..<600: .serverError
        default: .badAnswer
        }
    }

    /// The class of a failure between the gateway and a provider.
    ///
    /// - Parameter hasContent: Whether the caller has seen some of the answer.
    init(_ error: UpstreamError, hasContent: Bool = false) {
        switch error {
        case .cancelled: self = .cancelled
        case .totalTimeout: self = .deadline
        case _ where hasContent: self = .brokenAfterContent
        case .connectTimeout: self = .connectTimeout
        case .firstByteTimeout: self = .firstByteTimeout
        case .idleTimeout: self = .idleTimeout
        case .unknownHost, .connectFailed, .proxyFailed: self = .connectFailed
        case .tlsFailed: self = .tlsFailed
        case .outOfDescriptors: self = .gatewayExhausted
        case .closedBeforeAnswer, .truncatedAnswer: self = .brokenBeforeContent
        case .malformedAnswer, .answerTooLarge: self = .badAnswer
        }
    }
}
