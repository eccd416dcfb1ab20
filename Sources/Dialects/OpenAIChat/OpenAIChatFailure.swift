import JSON

/// Errors of providers that answer in this format, and errors for callers.
///
/// Format: OpenAI API reference, "Error codes"; Azure OpenAI, "Content filtering"; and what OpenRouter, Groq, Mistral,
/// vLLM and Gemini's OpenAI layer send.
enum OpenAIChatFailure {
    /// Reads the body of an error response. Anything may be in it.
    static func failure(of body: Span<UInt8>, status: Int) -> ProviderFailure {
        guard let value = try? JSONValue(parsing: body), let failure = failure(in: value, status: status) else {
            return ProviderFailure(
                ProviderFailure.kind(ofStatus: status),
                "The provider answered with status \(status).",
                status: status
            )
        }
        return failure
    }

    /// The error that an object tells of; nil when it tells of none.
    static func failure(in value: JSONValue, status: Int?) -> ProviderFailure? {
        // Gemini's layer wraps the object in an array.
        let value = value.array?.first ?? value
        guard value.object != nil else { return nil }
        if let error = value["error"], error != .null {
            if let message = text(error) {
                return failure(message: message, of: value, status: status)
            }
            return failure(message: text(error["message"]) ?? text(error["error"]), of: error, status: status)
        }
        if let message = text(value["message"]) {
            return failure(message: message, of: value, status: status)
        }
        // FastAPI's: a text or a list of faults.
        guard let detail = value["detail"], detail != .null else { return nil }
        let message = text(detail) ?? String(decoding: JSONWriter().write(detail), as: UTF8.self)
        return failure(message: message, of: .null, status: status)
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard case .string(let string) = value else { return nil }
        return string.repairedValue
    }

    private static func failure(message: String?, of error: JSONValue, status: Int?) -> ProviderFailure {
        let type = text(error["type"])
        let code = text(error["code"]) ?? error["code"]?.integer.map { String($0) }
        // OpenRouter's code is the status; a stream has no other.
        let numericCode = code.flatMap { Int($0) }.flatMap { (400..<600).contains($0) ? $0 : nil }
        let status = status ?? numericCode
        let message = message.flatMap { $0.isEmpty ? nil : $0 } ?? "The provider gave no reason."
        let inner = text(error["innererror"]?["code"])
        return ProviderFailure(
            kind(type: type, code: inner ?? code, message: message, status: status),
            message,
            status: status,
            type: type,
            code: code,
            parameter: text(error["param"])
        )
    }

    private static func kind(type: String?, code: String?, message: String, status: Int?) -> ProviderFailure.Kind {
        for word in [code, type] {
            if let word, let kind = kind(ofWord: word) { return kind.refined(by: message) }
        }
        var kind = status.map { ProviderFailure.kind(ofStatus: $0) } ?? .server
        if status == nil, type == "invalid_request_error" { kind = .invalidRequest }
        return kind.refined(by: message)
    }

    private static func kind(ofWord word: String) -> ProviderFailure.Kind? {
        switch word.lowercased() {
        case "context_length_exceeded", "model_max_prompt_tokens_exceeded", "exceed_context_size_error":
            .contextLength
        case "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "content_policy",
            "invalid_prompt", "data_inspection_failed", "datainspectionfailed":
            .contentPolicy
        case "rate_limit_exceeded", "rate_limit_error", "rate_limited", "tokens", "requests", "too_many_requests",
            "rate_limit_reached", "toomanyrequests":
            .rateLimit
        case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "billing_error",
            "insufficient_balance", "payment_required":
            .billing
        case "invalid_api_key", "authentication_error", "invalid_authentication", "unauthorized", "account_deactivated":
            .authentication
        case "permission_error", "permission_denied", "insufficient_permissions", "forbidden", "access_denied",
            "unsupported_country_region_territory":
            .permission
        case "model_not_found", "not_found_error", "notfounderror", "deploymentnotfound", "not_found",
            "unknown_model":
            .notFound
        case "request_too_large", "payload_too_large": .requestTooLarge
        case "overloaded_error", "overloaded", "engine_overloaded", "service_unavailable", "model_overloaded",
            "unavailable", "slow_down":
            .overloaded
        case "timeout", "timeout_error", "request_timeout", "gateway_timeout": .timeout
        default: nil
        }
    }

    /// The error for a caller.
    static func body(for failure: ProviderFailure, requestID: String?) -> OpenAIErrorBody {
        let words = words(for: failure.kind)
        return OpenAIErrorBody(
            message: failure.message,
            type: words.type,
            parameter: failure.parameter,
            code: words.code ?? failure.code,
            requestID: requestID
        )
    }

    /// The type, and the code where the type leaves the kind open.
    private static func words(for kind: ProviderFailure.Kind) -> (type: String, code: String?) {
        switch kind {
        case .invalidRequest: ("invalid_request_error", nil)
        case .authentication: ("authentication_error", "invalid_api_key")
        case .billing: ("insufficient_quota", "insufficient_quota")
        case .permission: ("permission_error", nil)
        case .notFound: ("not_found_error", nil)
        case .requestTooLarge: ("invalid_request_error", "request_too_large")
        case .contextLength: ("invalid_request_error", "context_length_exceeded")
        case .contentPolicy: ("invalid_request_error", "content_policy_violation")
        case .rateLimit: ("rate_limit_error", "rate_limit_exceeded")
        case .overloaded: ("server_error", "overloaded")
        case .timeout: ("server_error", "timeout")
        case .server: ("server_error", nil)
        }
    }
}
