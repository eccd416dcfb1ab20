import JSON

/// How a response ended, as its members `status`, `incomplete_details` and `error` say it.
struct ResponsesStatus: Equatable {
    var status: String
    var incompleteReason: String?
    var failureMessage: String?
    var failureCode: String?
    /// Whether the reason is not said quite as it was.
    var isApproximate = false

    /// The type of the stream's last event.
    var eventType: String { "response.\(status)" }

    /// The status of the item that was open at the end.
    var itemStatus: String { status == "completed" ? "completed" : "incomplete" }

    init(_ reason: FinishReason, hasRefusal: Bool) {
        status = "completed"
        switch reason {
        case .stop, .stopSequence, .toolCalls: break
        case .length: incomplete("max_output_tokens")
        case .contextWindow:
            incomplete("max_output_tokens")
            isApproximate = true
        case .contentFilter: incomplete("content_filter")
        case .refusal:
            guard !hasRefusal else { break }
            incomplete("content_filter")
            isApproximate = true
        case .pause:
            incomplete("max_output_tokens")
            isApproximate = true
        case .malformedToolCall:
            status = "failed"
            failureMessage = "The model's tool call was malformed."
            isApproximate = true
        case .other: isApproximate = true
        }
    }

    /// The provider gave up.
    init(_ failure: ProviderFailure) {
        status = "failed"
        failureMessage = failure.message
        failureCode = ResponsesError.code(of: failure) ?? "invalid_request_error"
    }

    private mutating func incomplete(_ reason: String) {
        status = "incomplete"
        incompleteReason = reason
    }

    /// Reads the end of a stream's response, whose last event says how it ended too.
    static func finish(
        of response: JSONValue,
        after event: ResponsesStreamEvent.Kind,
        isRefusal: Bool
    ) -> Result<FinishReason, ProviderFailure> {
        let finish = finish(of: response, isRefusal: isRefusal)
        switch (event, finish) {
        case (.failed, .success):
            return .failure(ProviderFailure(.server, "The provider gave up and did not say why."))
        case (.incomplete, .success(.stop)), (.incomplete, .success(.refusal)): return .success(.length)
        default: return finish
        }
    }

    /// Reads the end of a response.
    ///
    /// - Parameter isRefusal: Whether the answer is a refusal and nothing is asked of the caller.
    static func finish(of response: JSONValue, isRefusal: Bool) -> Result<FinishReason, ProviderFailure> {
        if let error = response["error"], error.object != nil {
            return .failure(ResponsesError.failure(of: error, status: nil))
        }
        switch response["status"]?.string {
        case "completed", nil: return .success(isRefusal ? .refusal : .stop)
        case "incomplete":
            switch response["incomplete_details"]?["reason"]?.string {
            case "max_output_tokens", nil: return .success(.length)
            case "content_filter": return .success(.contentFilter)
            case let reason?: return .success(.other(reason))
            }
        case "failed": return .failure(ProviderFailure(.server, "The provider gave up and did not say why."))
        case let status?:
            return .failure(ProviderFailure(.server, "The provider's answer is \(status) instead of complete."))
        }
    }
}
