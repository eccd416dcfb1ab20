package import JSON

/// OpenAI's older completions of a text, for callers alone: whatever provider answers is asked for a chat whose only
/// turn is the text.
///
/// Format: OpenAI API reference, "Completions".
package enum OpenAICompletions: CallerDialect {
    package typealias StreamEncoder = OpenAICompletionsStreamEncoder

    package static let format = WireFormat.openAICompletions

    package static let lossRules: [ConversationElement: LossRule] = [
        .reasoningText: .dropped("Completions have no place for thoughts."),
        .citations: .dropped("Completions cite nothing."),
        .serverToolContent: .dropped("Completions call no tools."),
        .answerMedia: .dropped("Completions are text."),
        .finishReason: .approximated("Completions end with stop, length or content_filter."),
    ]

    package static func path(of element: ConversationElement) -> String {
        switch element {
        case .maximumTokens: "max_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .seed: "seed"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .stopSequences: "stop"
        case .choiceCount: "n"
        case .logProbabilities: "logprobs"
        case .logitBias: "logit_bias"
        case .user: "user"
        default: ""
        }
    }

    package static func conversation(
        of body: JSONValue,
        _ call: RequestCall
    ) throws(FormatProblem) -> Conversation {
        try OpenAICompletionsRequestDecoder.conversation(of: body, call)
    }

    package static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var encoder = OpenAICompletionsAnswerEncoder(context)
        return encoder.encode(answer)
    }

    package static func errorBody(_ failure: ProviderFailure, requestID: String?) -> [UInt8] {
        OpenAIChatFailure.body(for: failure, requestID: requestID).json
    }
}
