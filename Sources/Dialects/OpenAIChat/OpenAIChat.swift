package import JSON

/// OpenAI Chat Completions, with the extensions that most who answer in its format share: thoughts in
/// `reasoning_content`, `reasoning` and `reasoning_details`, cache markers, and pictures in answers.
///
/// Format: OpenAI API reference, "Chat"; OpenRouter documentation, "Reasoning Tokens"; DeepSeek API documentation,
/// "Thinking Mode"; Groq, Mistral and Azure OpenAI API references.
package enum OpenAIChat: Dialect {
    package typealias StreamDecoder = OpenAIChatStreamDecoder
    package typealias StreamEncoder = OpenAIChatStreamEncoder

    package static let format = WireFormat.openAIChat
    package static let toolNameRule = ToolNameRule()

    package static func conversation(
        of body: JSONValue,
        _ call: RequestCall
    ) throws(FormatProblem) -> Conversation {
        var decoder = try OpenAIChatRequestDecoder(body, call)
        return try decoder.decode()
    }

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoder = OpenAIChatRequestEncoder(conversation, options)
        return encoder.encode()
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        try OpenAIChatAnswerDecoder.events(of: body)
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var encoder = OpenAIChatAnswerEncoder(context)
        return encoder.encode(answer)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        OpenAIChatFailure.failure(of: body, status: status)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        OpenAIChatFailure.body(for: failure, requestID: requestID).json
    }

    package static func path(of element: ConversationElement) -> String {
        switch element {
        case .maximumTokens: "max_completion_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .seed: "seed"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .stopSequences: "stop"
        case .choiceCount: "n"
        case .logProbabilities: "logprobs"
        case .logitBias: "logit_bias"
        case .predictedOutput: "prediction"
        case .outputModalities: "modalities"
        case .jsonMode, .outputSchema: "response_format"
        case .outputSchemaName: "response_format.json_schema.name"
        case .strictOutputSchema: "response_format.json_schema.strict"
        case .verbosity: "verbosity"
        case .reasoningEffort: "reasoning_effort"
        case .reasoningBudget: "reasoning.max_tokens"
        case .reasoningVisibility: "reasoning"
        case .toolChoice, .allowedTools: "tool_choice"
        case .parallelToolCalls: "parallel_tool_calls"
        case .user: "user"
        case .metadata: "metadata"
        case .serviceTier: "service_tier"
        case .promptCacheKey: "prompt_cache_key"
        case .cacheTimeToLive: "prompt_cache_retention"
        case .storage: "store"
        case .safetySettings: "moderation"
        default: ""
        }
    }
}
