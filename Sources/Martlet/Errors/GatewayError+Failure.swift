package import Dialects

extension GatewayError {
    /// Words why a body is not a request of its format.
    init(_ problem: FormatProblem) {
        let subject = problem.path.isEmpty ? "The body" : "\"\(problem.path)\""
        self.init(
            .invalidRequest,
            "\(subject) \(problem.message).",
            parameter: problem.path.isEmpty ? nil : problem.path
        )
    }

    /// Words what of a request a provider's format cannot say.
    init(_ losses: [Loss], provider: String, format: WireFormat) {
        let list = losses.map { "\($0.path): \($0.element.rawValue) (\($0.reason))" }.joined(separator: "; ")
        self.init(
            .untranslatable,
            "Provider \(provider) is spoken to in the format \(format.title), which cannot say all of this request: \(list)",
            parameter: losses.first?.path
        )
    }

    /// A provider's failure in the gateway's terms.
    init(_ failure: ProviderFailure, provider: String) {
        self.init(
            .provider,
            failure.message.isEmpty ? "Provider \(provider) failed." : failure.message,
            parameter: failure.parameter,
            providerStatus: failure.status ?? Self.status(of: failure.kind)
        )
        failureKind = failure.kind
        code = failure.code
    }

    /// Takes over what a provider's error says; its status stays.
    mutating func adopt(_ failure: ProviderFailure) {
        if !failure.message.isEmpty {
            message = failure.message
        }
        parameter = failure.parameter
        failureKind = failure.kind
        code = failure.code
    }

    /// The body of the error in a wire format.
    package func body(in format: WireFormat, requestID: String?) -> [UInt8] {
        switch format {
        case .openAIChat, .openAICompletions: openAIBody(requestID: requestID).json
        case .cohereChat: CohereError.body(message: message, requestID: requestID)
        default: format.callerDialect.errorBody(failure, requestID: requestID)
        }
    }

    /// The error as all formats can say it.
    package var failure: ProviderFailure {
        ProviderFailure(
            failureKind ?? kindOfFailure,
            message,
            status: status,
            code: code ?? kind.rawValue,
            parameter: parameter
        )
    }

    private var kindOfFailure: ProviderFailure.Kind {
        switch kind {
        case .invalidRequest, .methodNotAllowed, .untranslatable: .invalidRequest
        case .keyNeeded: .authentication
        case .modelNotFound, .notFound: .notFound
        case .requestTooLarge: .requestTooLarge
        case .overloaded, .circuitOpen, .shuttingDown, .slowStream: .overloaded
        case .keysLimited: .rateLimit
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timeout
        case .provider: ProviderFailure.kind(ofStatus: status)
        case .providerStream, .brokenStream, .unreachable, .badAnswer, .credentialsExhausted, .credentialsUnavailable,
            .cancelled:
            .server
        }
    }

    /// The HTTP status of a failure that came without one, as in a stream.
    private static func status(of kind: ProviderFailure.Kind) -> Int {
        switch kind {
        case .invalidRequest, .contextLength, .contentPolicy: 400
        case .authentication: 401
        case .billing: 402
        case .permission: 403
        case .notFound: 404
        case .requestTooLarge: 413
        case .rateLimit: 429
        case .timeout: 504
        case .overloaded: 503
        case .server: 502
        }
    }
}
