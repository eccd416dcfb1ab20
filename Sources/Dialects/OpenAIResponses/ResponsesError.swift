import JSON

/// Errors of OpenAI's API, whole and in streams.
///
/// Format: OpenAI API reference, "Error codes", and "The response object", member `error`.
enum ResponsesError {
    /// Reads the body of an answer with an error's status.
    static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        guard let value = try? JSONValue(parsing: body) else {
            return ProviderFailure(
                ProviderFailure.kind(ofStatus: status),
                "The provider answered with HTTP status \(status) and no error message.",
                status: status
            )
        }
        if let error = value["error"], error.object != nil {
            return failure(of: error, status: status)
        }
        let message = text(value["error"]) ?? text(value["message"]) ?? text(value["detail"])
        return failure(of: OpenAIResponses.object([("message", message.map { .string($0) })]), status: status)
    }

    /// Reads an error object.
    static func failure(of error: JSONValue, status: Int?) -> ProviderFailure {
        let type = text(error["type"])
        let code = text(error["code"])
        let kind = kind(code: code) ?? kind(type: type, status: status) ?? .server
        let message = text(error["message"]) ?? "The provider gave an error and did not say which."
        return ProviderFailure(
            kind.refined(by: message),
            message,
            status: status,
            type: type,
            code: code,
            parameter: text(error["param"])
        )
    }

    /// Reads an `error` event, whose `type` is that of the event unless the error is an object of its own.
    static func failure(ofEvent error: JSONValue) -> ProviderFailure {
        var error = error
        if case .object(var object) = error, object["type"]?.string == "error" {
            object.remove("type")
            error = .object(object)
        }
        return failure(of: error, status: error["status"]?.integer)
    }

    /// Writes the body of an answer with an error's status.
    static func body(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        OpenAIErrorBody(
            message: failure.message,
            type: typeName(of: failure.kind),
            parameter: failure.parameter,
            code: code(of: failure),
            requestID: requestID
        ).json
    }

    /// The word for programs. Those of OpenAI's formats are kept.
    static func code(of failure: ProviderFailure) -> String? {
        if let code = failure.code, kind(code: code) == failure.kind { return code }
        return codes[failure.kind]
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let string): string.repairedValue
        case .number(let number): number.spelling
        default: nil
        }
    }

    private static func kind(code: String?) -> ProviderFailure.Kind? {
        switch code {
        case "context_length_exceeded": .contextLength
        case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active": .billing
        case "rate_limit_exceeded": .rateLimit
        case "invalid_api_key", "account_deactivated", "token_expired": .authentication
        case "model_not_found", "previous_response_not_found", "image_file_not_found": .notFound
        case "unsupported_country_region_territory", "data_residency_mismatch": .permission
        case "content_policy_violation", "content_filter", "image_content_policy_violation", "invalid_prompt",
            "bio_policy", "cyber_policy", "misalignment_policy_violation", "moderation_blocked":
            .contentPolicy
        case "server_is_overloaded", "slow_down", "overloaded": .overloaded
        case "vector_store_timeout", "timeout": .timeout
        case "server_error", "internal_error": .server
        case "request_too_large", "image_too_large", "image_file_too_large": .requestTooLarge
        case "invalid_image", "invalid_image_format", "invalid_base64_image", "invalid_image_url", "image_too_small",
            "image_parse_error", "invalid_image_mode", "unsupported_image_media_type", "empty_image_file",
            "failed_to_download_image", "invalid_encrypted_content", "invalid_value", "unknown_parameter",
            "missing_required_parameter", "unsupported_parameter", "unsupported_value", "invalid_type":
            .invalidRequest
        default: nil
        }
    }

    private static func kind(type: String?, status: Int?) -> ProviderFailure.Kind? {
        switch type {
        case "insufficient_quota": return .billing
        case "authentication_error": return .authentication
        case "permission_error": return .permission
        case "not_found_error": return .notFound
        case "rate_limit_error", "tokens", "requests", "rate_limit_exceeded": return .rateLimit
        case "overloaded_error", "service_unavailable_error": return .overloaded
        case "timeout_error": return .timeout
        default: break
        }
        if let status, status >= 400 { return ProviderFailure.kind(ofStatus: status) }
        switch type {
        case "invalid_request_error": return .invalidRequest
        case "too_many_requests": return .rateLimit
        default: return nil
        }
    }

    private static func typeName(of kind: ProviderFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .requestTooLarge, .contextLength, .contentPolicy: "invalid_request_error"
        case .authentication: "authentication_error"
        case .billing: "insufficient_quota"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .rateLimit: "rate_limit_error"
        case .overloaded: "overloaded_error"
        case .timeout: "timeout_error"
        case .server: "server_error"
        }
    }

    private static let codes: [ProviderFailure.Kind: String] = [
        .authentication: "invalid_api_key", .billing: "insufficient_quota", .notFound: "model_not_found",
        .requestTooLarge: "request_too_large", .contextLength: "context_length_exceeded",
        .contentPolicy: "content_policy_violation", .rateLimit: "rate_limit_exceeded",
        .overloaded: "server_is_overloaded", .timeout: "timeout", .server: "server_error",
    ]
}
