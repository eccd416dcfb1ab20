extension WireFormat {
    /// What reads the format's requests and writes its answers. For a format that no caller speaks, the nearest that
    /// one does.
    package var callerDialect: any CallerDialect.Type {
        switch self {
        case .openAIChat, .cohereChat: OpenAIChat.self
        case .openAIResponses: OpenAIResponses.self
        case .anthropicMessages: AnthropicMessages.self
        case .gemini: Gemini.self
        case .bedrockConverse: BedrockConverse.self
        case .openAICompletions: OpenAICompletions.self
        }
    }

    /// What writes the format's requests and reads its answers. For a format that no provider is spoken to in, the
    /// nearest that one is.
    package var dialect: any ProviderDialect.Type {
        switch self {
        case .openAIChat, .openAICompletions: OpenAIChat.self
        case .openAIResponses: OpenAIResponses.self
        case .anthropicMessages: AnthropicMessages.self
        case .gemini: Gemini.self
        case .bedrockConverse: BedrockConverse.self
        case .cohereChat: CohereChat.self
        }
    }

    /// How its streams are framed.
    package var framing: AnswerStreamReader.Framing {
        self == .bedrockConverse ? .eventStream : .serverSentEvents
    }

    /// A reader of a provider's stream.
    package func streamReader(toolNames: ToolNameMap) -> AnswerStreamReader {
        AnswerStreamReader(makeDecoder(dialect), framing: framing, toolNames: toolNames)
    }

    /// A writer of a stream for a caller.
    package func streamEncoder(_ context: AnswerContext) -> any AnswerStreamEncoder {
        makeEncoder(callerDialect, context)
    }

    private func makeDecoder<Format: ProviderDialect>(_ dialect: Format.Type) -> any AnswerStreamDecoder {
        Format.StreamDecoder()
    }

    private func makeEncoder<Format: CallerDialect>(
        _ dialect: Format.Type,
        _ context: AnswerContext
    ) -> any AnswerStreamEncoder {
        Format.StreamEncoder(context)
    }
}
