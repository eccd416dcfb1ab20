package import JSON

/// Amazon Bedrock Converse and ConverseStream.
///
/// Format: Amazon Bedrock API reference, "Converse", "ConverseStream" and their data types.
package enum BedrockConverse: Dialect {
    package typealias StreamDecoder = BedrockStreamDecoder
    package typealias StreamEncoder = BedrockStreamEncoder

    package static let format = WireFormat.bedrockConverse

    /// API reference, "ToolSpecification": at most 64 of ASCII letters, digits, `_` and `-`.
    package static let toolNameRule = ToolNameRule(maximumLength: 64)

    package static func path(of element: ConversationElement) -> String {
        switch element {
        case .maximumTokens: "inferenceConfig.maxTokens"
        case .temperature: "inferenceConfig.temperature"
        case .topP: "inferenceConfig.topP"
        case .stopSequences: "inferenceConfig.stopSequences"
        case .topK: "additionalModelRequestFields.top_k"
        case .toolChoice, .allowedTools, .parallelToolCalls: "toolConfig.toolChoice"
        case .jsonMode, .outputSchema, .outputSchemaName, .strictOutputSchema: "outputConfig.textFormat"
        case .metadata: "requestMetadata"
        case .serviceTier: "serviceTier"
        case .safetySettings: "guardrailConfig"
        case .reasoningBudget: "additionalModelRequestFields.thinking.budget_tokens"
        case .reasoningVisibility: "additionalModelRequestFields.thinking.display"
        default: "additionalModelRequestFields"
        }
    }

    package static func conversation(
        of body: JSONValue,
        _ call: RequestCall
    ) throws(FormatProblem) -> Conversation {
        try BedrockRequestDecoder.conversation(of: body, call)
    }

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoder = BedrockRequestEncoder(conversation, options)
        return encoder.encode()
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        try BedrockAnswerDecoder.events(of: body)
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        BedrockAnswerEncoder.encode(answer, context)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        BedrockException.failure(ofBody: body, status: status)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        BedrockException.body(message: failure.message, requestID: requestID)
    }
}
