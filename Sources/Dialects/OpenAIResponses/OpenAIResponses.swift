package import JSON

/// OpenAI's Responses format.
///
/// Format: OpenAI API reference, "Responses": "Create a model response", "The response object", "Streaming events".
package enum OpenAIResponses: Dialect {
    package typealias StreamDecoder = OpenAIResponsesStreamDecoder
    package typealias StreamEncoder = OpenAIResponsesStreamEncoder

    package static let format = WireFormat.openAIResponses
    package static let toolNameRule = ToolNameRule()

    package static func path(of element: ConversationElement) -> String {
        settingPaths[element] ?? ""
    }

    package static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        try ResponsesRequestDecoder.conversation(of: body, call)
    }

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        ResponsesRequestEncoder.request(for: conversation, options)
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        try ResponsesAnswerDecoder.events(of: body)
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        ResponsesAnswerEncoder.answer(answer, context)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        ResponsesError.failure(ofBody: body, status: status)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        ResponsesError.body(failure, requestID: requestID)
    }

    private static let settingPaths: [ConversationElement: String] = [
        .serverTool: "tools", .customTool: "tools", .strictTool: "tools", .schemaKeyword: "tools",
        .toolChoice: "tool_choice", .allowedTools: "tool_choice.tools", .parallelToolCalls: "parallel_tool_calls",
        .reasoningEffort: "reasoning.effort", .reasoningBudget: "reasoning.effort",
        .reasoningVisibility: "reasoning.summary", .jsonMode: "text.format", .outputSchema: "text.format",
        .outputSchemaName: "text.format.name", .strictOutputSchema: "text.format.strict",
        .verbosity: "text.verbosity", .maximumTokens: "max_output_tokens", .temperature: "temperature",
        .topP: "top_p", .logProbabilities: "top_logprobs", .user: "user", .metadata: "metadata",
        .serviceTier: "service_tier", .promptCacheKey: "prompt_cache_key",
        .cacheTimeToLive: "prompt_cache_options", .storedState: "previous_response_id", .storage: "store",
        .safetySettings: "moderation",
    ]

    /// An object of those members that have a value.
    static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in members {
            if let value { object.append(name, value) }
        }
        return .object(object)
    }
}
