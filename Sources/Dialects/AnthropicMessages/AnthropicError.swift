import JSON

/// Errors of Anthropic Messages: `{"type":"error","error":{"type","message"},"request_id"}`.
enum AnthropicError {
    /// Reads the body of an answer of status 400 or more.
    static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        guard let value = try? JSONValue(parsing: body), let error = value["error"] ?? flat(value) else {
            let text = head(of: body)
            let message = text.isEmpty || text.contains("<") ? "The provider answered with status \(status)." : text
            return ProviderFailure(ProviderFailure.kind(ofStatus: status), message, status: status)
        }
        return failure(error, status: status)
    }

    /// Reads the `error` member of a body or of a stream's error event.
    static func failure(_ error: JSONValue, status: Int?) -> ProviderFailure {
        let type = error["type"]?.string
        let message = error["message"]?.string ?? error.string ?? "The provider gave no reason."
        return ProviderFailure(
            (kind(type, message) ?? status.map(ProviderFailure.kind(ofStatus:)) ?? .server).refined(by: message),
            message,
            status: status,
            type: type,
            code: error["code"]?.string ?? error["details"]?["error_code"]?.string,
            parameter: error["param"]?.string
        )
    }

    /// The error for a caller.
    static func value(_ failure: ProviderFailure, requestID: String?) -> JSONValue {
        var error: JSONObject = ["type": .string(type(of: failure.kind)), "message": .string(failure.message)]
        // In the error as well: programs that read errors of all formats look for it there.
        if let requestID { error.append("request_id", .string(requestID)) }
        var object: JSONObject = ["type": "error", "error": .object(error)]
        if let requestID { object.append("request_id", .string(requestID)) }
        return .object(object)
    }

    private static func head(of body: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        for index in 0..<min(body.count, 1024) {
            bytes.append(body[index])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A body without `error`, which proxies in front of the provider send.
    private static func flat(_ value: JSONValue) -> JSONValue? {
        value["message"] == nil ? nil : value
    }

    private static func kind(_ type: String?, _ message: String) -> ProviderFailure.Kind? {
        switch type {
        case "invalid_request_error": detailedKind(message)
        case "authentication_error": .authentication
        case "billing_error": .billing
        case "permission_error": .permission
        case "not_found_error": .notFound
        case "request_too_large": .requestTooLarge
        case "rate_limit_error": .rateLimit
        case "timeout_error": .timeout
        case "overloaded_error": .overloaded
        case "api_error": .server
        default: nil
        }
    }

    /// What only the words tell: one type serves for requests at fault, full windows, filters and empty accounts.
    private static func detailedKind(_ message: String) -> ProviderFailure.Kind {
        let text = message.lowercased()
        return text.contains("credit balance") || text.contains("api usage limits") ? .billing : .invalidRequest
    }

    private static func type(of kind: ProviderFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .contextLength, .contentPolicy: "invalid_request_error"
        case .authentication: "authentication_error"
        case .billing: "billing_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .requestTooLarge: "request_too_large"
        case .rateLimit: "rate_limit_error"
        case .overloaded: "overloaded_error"
        case .timeout: "timeout_error"
        case .server: "api_error"
        }
    }
}
