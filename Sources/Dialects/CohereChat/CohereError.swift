import JSON

/// An error in Cohere's form.
///
/// Format: Cohere API reference, "Errors".
package enum CohereError {
    /// Reads an error of HTTP status 400 or more.
    static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        let message = (try? JSONValue(parsing: body))?["message"]?.string
        return failure(message: message, status: status)
    }

    /// The error that an answer or a stream has in the place of its end.
    ///
    /// - Parameter reason: The reason for the end, in Cohere's word.
    static func failure(message: String?, reason: String) -> ProviderFailure {
        var failure = failure(message: message, status: nil)
        failure.type = reason
        if reason == "TIMEOUT" { failure.kind = .timeout }
        return failure
    }

    /// The body for a caller, who is one for embeddings. The id is the request's own.
    package static func body(message: String, requestID: String?) -> [UInt8] {
        var body = JSONObject()
        if let requestID { body.append("id", .string(requestID)) }
        body.append("message", .string(message))
        return JSONWriter().write(.object(body))
    }

    private static func failure(message: String?, status: Int?) -> ProviderFailure {
        let text = message.flatMap { $0.isEmpty ? nil : $0 } ?? "The provider gave no reason."
        return ProviderFailure(kind(ofStatus: status, message: text), text, status: status)
    }

    private static func kind(ofStatus status: Int?, message: String) -> ProviderFailure.Kind {
        let kind: ProviderFailure.Kind =
            switch status {
            case nil: .server
            // The key is none, and the request was given up.
            case 498: .authentication
            case 499: .timeout
            case let status?: ProviderFailure.kind(ofStatus: status)
            }
        // A length of the answer that no model has is said in the same words as one of the conversation.
        return message.contains("max tokens must be") ? kind : kind.refined(by: message)
    }
}
