package import JSON

/// Anthropic Messages.
///
/// Format: Anthropic API reference, "Messages", with "Streaming messages", "Thinking", "Tool use", "Structured
/// outputs", "Prompt caching" and "Errors".
package enum AnthropicMessages: Dialect {
    package typealias StreamDecoder = AnthropicStreamDecoder
    package typealias StreamEncoder = AnthropicStreamEncoder

    package static let format = WireFormat.anthropicMessages

    /// The reference once said 64 characters and now says 128; every provider of the format takes 64.
    package static let toolNameRule = ToolNameRule()

    package static func path(of element: ConversationElement) -> String {
        switch element {
        case .maximumTokens: "max_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .stopSequences: "stop_sequences"
        case .toolChoice, .allowedTools: "tool_choice"
        case .parallelToolCalls: "tool_choice.disable_parallel_tool_use"
        case .reasoningEffort: "output_config.effort"
        case .reasoningBudget: "thinking.budget_tokens"
        case .reasoningVisibility: "thinking.display"
        case .outputSchema, .strictOutputSchema, .outputSchemaName, .jsonMode, .schemaKeyword: "output_config.format"
        case .user: "metadata.user_id"
        case .metadata: "metadata"
        case .serviceTier: "service_tier"
        case .cacheHint: "cache_control"
        default: ""
        }
    }

    package static func conversation(
        of body: JSONValue,
        _ call: RequestCall
    ) throws(FormatProblem) -> Conversation {
        try AnthropicRequestDecoder.conversation(of: body, call)
    }

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        AnthropicRequestEncoder.request(for: conversation, options)
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        try AnthropicAnswerDecoder.events(of: body)
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        AnthropicAnswerEncoder.answer(answer, context)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        AnthropicError.failure(ofBody: body, status: status)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        JSONWriter().write(AnthropicError.value(failure, requestID: requestID))
    }
}
