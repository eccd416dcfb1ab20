extension WireFormat {
    /// What reads the format's requests and writes its answers.
    package var callerDialect: any CallerDialect.Type {
        if self == .openAICompletions { return OpenAICompletions.self }
        return dialect
    }

    /// What writes the format's requests and reads its answers. For a format that no provider is spoken to in, the
    /// nearest that one is.
    package var dialect: any Dialect.Type {
        switch self {
        case .openAIChat, .openAICompletions: OpenAIChat.self
        case .openAIResponses: OpenAIResponses.self
        case .anthropicMessages: AnthropicMessages.self
        case .gemini: Gemini.self
        case .bedrockConverse: BedrockConverse.self
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

    private func makeDecoder<Format: Dialect>(_ dialect: Format.Type) -> any AnswerStreamDecoder {
        Format.StreamDecoder()
    }

    private func makeEncoder<Format: CallerDialect>(
        _ dialect: Format.Type,
        _ context: AnswerContext
    ) -> any AnswerStreamEncoder {
        Format.StreamEncoder(context)
    }
}
