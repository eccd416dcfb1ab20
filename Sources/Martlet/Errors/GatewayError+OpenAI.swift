package import Dialects

extension GatewayError {
    /// The error as OpenAI's SDKs expect it.
    package func openAIBody(requestID: String?) -> OpenAIErrorBody {
        OpenAIErrorBody(
            message: message,
            type: openAIType,
            parameter: parameter,
            code: code ?? kind.rawValue,
            requestID: requestID
        )
    }

    private var openAIType: String {
        switch kind {
        case .invalidRequest, .untranslatable, .modelNotFound, .notFound, .methodNotAllowed, .requestTooLarge:
            "invalid_request_error"
        case .keyNeeded:
            "authentication_error"
        case .overloaded, .circuitOpen, .shuttingDown, .slowStream:
            "overloaded_error"
        case .keysLimited:
            "rate_limit_error"
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout:
            "timeout_error"
        case .provider, .providerStream, .brokenStream, .unreachable, .badAnswer, .credentialsExhausted,
            .credentialsUnavailable, .cancelled:
            "api_error"
        }
    }
}
