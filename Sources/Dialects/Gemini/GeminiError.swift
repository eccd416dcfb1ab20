import JSON

/// Errors.
///
/// Format: Google Cloud API design, "Errors" (`google.rpc.Status` and its details).
enum GeminiError {
    /// Reads a body of HTTP status 400 or more.
    static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        if let value = try? JSONValue(parsing: body), let failure = failure(of: value, status: status) {
            return failure
        }
        return ProviderFailure(
            ProviderFailure.kind(ofStatus: status),
            "The provider answered with HTTP status \(status).",
            status: status
        )
    }

    /// Reads an error object, alone or in a list of one, as streams without `alt=sse` have it.
    ///
    /// - Parameter status: The HTTP status, if there was one.
    static func failure(of value: JSONValue, status: Int?) -> ProviderFailure? {
        if let first = value.array?.first { return failure(of: first, status: status) }
        guard let error = value["error"] else { return nil }
        if let message = error.string {
            let kind = status.map(ProviderFailure.kind) ?? .server
            return ProviderFailure(kind.refined(by: message), message, status: status)
        }
        guard error.object != nil else { return nil }
        let code = error["code"].flatMap { $0.integer ?? $0.double.flatMap(Int.init(exactly:)) }
        let httpStatus = status ?? code.flatMap { (400..<600).contains($0) ? $0 : nil }
        let word = error["status"]?.string
        let message = error["message"]?.string ?? "The provider gave no reason."
        let details = error["details"]?.array ?? []
        let reason = details.lazy.compactMap { $0["reason"]?.string }.first
        let field = details.lazy.compactMap { $0["fieldViolations"]?.array?.first?["field"]?.string }.first
        return ProviderFailure(
            kind(word: word, reason: reason, message: message, status: httpStatus),
            message,
            status: httpStatus,
            type: word,
            code: reason,
            parameter: field
        )
    }

    private static func kind(word: String?, reason: String?, message: String, status: Int?) -> ProviderFailure.Kind {
        if let reason, reason.hasPrefix("API_KEY_") {
            return reason == "API_KEY_INVALID" ? .authentication : .permission
        }
        if reason == "BILLING_DISABLED" { return .billing }
        let text = message.lowercased()
        if word == "INVALID_ARGUMENT" || word == "FAILED_PRECONDITION" || word == nil, status ?? 400 < 500 {
            if text.contains("api key not valid") || text.contains("api key expired") { return .authentication }
            if text.contains("payload size exceeds") { return .requestTooLarge }
            if text.contains("billing"), word == "FAILED_PRECONDITION" { return .billing }
            if text.contains("location is not supported") { return .permission }
        }
        if text.contains("credits are depleted") { return .billing }
        let kind = word.flatMap { kinds[$0] } ?? status.map(ProviderFailure.kind) ?? .server
        return kind.refined(by: message)
    }

    /// Format: google/rpc/code.proto.
    private static let kinds: [String: ProviderFailure.Kind] = [
        "INVALID_ARGUMENT": .invalidRequest, "FAILED_PRECONDITION": .invalidRequest, "OUT_OF_RANGE": .invalidRequest,
        "ALREADY_EXISTS": .invalidRequest, "UNIMPLEMENTED": .invalidRequest, "UNAUTHENTICATED": .authentication,
        "PERMISSION_DENIED": .permission, "NOT_FOUND": .notFound, "RESOURCE_EXHAUSTED": .rateLimit,
        "UNAVAILABLE": .overloaded, "DEADLINE_EXCEEDED": .timeout, "INTERNAL": .server, "UNKNOWN": .server,
        "ABORTED": .server, "DATA_LOSS": .server, "CANCELLED": .server,
    ]

    /// Writes an error for a caller, with the request's id in a `RequestInfo`.
    static func body(_ failure: ProviderFailure, requestID: String?) -> JSONValue {
        let (status, word) = statusAndWord(failure.kind)
        var error = JSONObject()
        error.append("code", .number(failure.status ?? status))
        error.append("message", .string(failure.message))
        error.append("status", .string(word))
        // Not Google's: what programs that read errors of all formats look for.
        error.append("type", .string(word.lowercased()))
        if let requestID { error.append("request_id", .string(requestID)) }
        var details: [JSONValue] = []
        if let requestID {
            details.append(["@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": .string(requestID)])
        }
        if let code = failure.code ?? reason(failure.kind) {
            details.append(["@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": .string(code)])
        }
        if let parameter = failure.parameter {
            details.append([
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [["field": .string(parameter), "description": .string(failure.message)]],
            ])
        }
        if !details.isEmpty { error.append("details", .array(details)) }
        return .object(["error": .object(error)])
    }

    private static func statusAndWord(_ kind: ProviderFailure.Kind) -> (status: Int, word: String) {
        switch kind {
        case .invalidRequest, .contextLength, .contentPolicy: (400, "INVALID_ARGUMENT")
        case .requestTooLarge: (413, "INVALID_ARGUMENT")
        case .authentication: (401, "UNAUTHENTICATED")
        case .billing: (402, "FAILED_PRECONDITION")
        case .permission: (403, "PERMISSION_DENIED")
        case .notFound: (404, "NOT_FOUND")
        case .rateLimit: (429, "RESOURCE_EXHAUSTED")
        case .overloaded: (503, "UNAVAILABLE")
        case .timeout: (504, "DEADLINE_EXCEEDED")
        case .server: (500, "INTERNAL")
        }
    }

    /// A word for programs where `status` does not tell the kind.
    private static func reason(_ kind: ProviderFailure.Kind) -> String? {
        switch kind {
        case .authentication: "API_KEY_INVALID"
        case .billing: "BILLING_DISABLED"
        default: nil
        }
    }
}
