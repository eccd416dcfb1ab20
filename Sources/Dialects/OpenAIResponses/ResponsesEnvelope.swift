import JSON

/// The response object around the output: ids, and what it repeats of the caller's request, which the SDKs' types
/// want.
struct ResponsesEnvelope: Sendable {
    let context: AnswerContext
    var start = AnswerStart()

    /// What ids are made of.
    private let idSuffix: String

    init(_ context: AnswerContext) {
        self.context = context
        idSuffix = ToolCallID.allowed(context.requestID)
    }

    /// An id of an item that has none.
    func itemID(_ prefix: String, _ index: Int) -> String {
        "\(prefix)_\(idSuffix)_\(index)"
    }

    private var id: String {
        guard let id = start.id, !id.isEmpty else { return "resp_" + idSuffix }
        return id.hasPrefix("resp_") ? id : "resp_" + ToolCallID.allowed(id)
    }

    /// The object.
    ///
    /// - Parameter status: Nil while it is in progress.
    func response(_ status: ResponsesStatus?, output: [JSONValue], usage: TokenUsage?) -> JSONValue {
        var response: JSONObject = [
            "id": .string(id), "object": "response", "created_at": .number(start.created ?? context.created),
            "status": .string(status?.status ?? "in_progress"), "background": false,
            "error": error(status), "incomplete_details": details(status),
        ]
        repeatRequest(Self.membersBeforeModel, in: &response)
        response.append("model", .string(start.model ?? context.model))
        response.append("output", .array(output))
        repeatRequest(Self.membersBehindOutput, in: &response)
        response.append("reasoning", reasoning)
        repeatRequest(["safety_identifier"], in: &response)
        response.append("service_tier", serviceTier)
        // True whatever the caller wished: nothing can be fetched later.
        response.append("store", false)
        repeatRequest(Self.membersBehindStore, in: &response)
        response.append("text", text)
        repeatRequest(Self.membersBehindText, in: &response)
        response.append("usage", usage?.responsesValue ?? .null)
        repeatRequest(["user", "metadata"], in: &response)
        return .object(response)
    }

    private static let membersBeforeModel = ["instructions", "max_output_tokens", "max_tool_calls"]
    private static let membersBehindOutput = ["parallel_tool_calls", "previous_response_id", "prompt_cache_key"]
    private static let membersBehindStore = ["temperature"]
    private static let membersBehindText = ["tool_choice", "tools", "top_logprobs", "top_p", "truncation"]

    /// What the provider's own object says where the caller said nothing.
    private static let defaults: [String: JSONValue] = [
        "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_logprobs": 0,
        "top_p": 1.0, "truncation": "disabled", "metadata": [:],
    ]

    private func requested(_ name: String) -> JSONValue? {
        guard let value = context.request?[name], value != .null else { return nil }
        return value
    }

    private func repeatRequest(_ names: [String], in response: inout JSONObject) {
        for name in names {
            response.append(name, requested(name) ?? Self.defaults[name] ?? .null)
        }
    }

    private func error(_ status: ResponsesStatus?) -> JSONValue {
        guard let message = status?.failureMessage else { return .null }
        return ["code": .string(status?.failureCode ?? "server_error"), "message": .string(message)]
    }

    private func details(_ status: ResponsesStatus?) -> JSONValue {
        guard let reason = status?.incompleteReason else { return .null }
        return ["reason": .string(reason)]
    }

    private var reasoning: JSONValue {
        let reasoning = requested("reasoning")
        return ["effort": reasoning?["effort"] ?? .null, "summary": reasoning?["summary"] ?? .null]
    }

    private var text: JSONValue {
        guard var text = requested("text")?.object else { return ["format": ["type": "text"]] }
        if text["format"] == nil || text["format"] == .null { text.set("format", to: ["type": "text"]) }
        return .object(text)
    }

    private var serviceTier: JSONValue {
        guard let tier = start.serviceTier ?? requested("service_tier")?.string else { return "default" }
        return ResponsesRequestEncoder.tier(tier).map { .string($0) } ?? .null
    }
}
