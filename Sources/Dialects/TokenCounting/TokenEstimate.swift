import JSON

/// About how many tokens a conversation has, for providers that do not count: four bytes of text are a token, what
/// stands between texts is a few, and media have fixed sizes. The documentation names the figures.
package struct TokenEstimate: Sendable {
    /// Bytes of UTF-8 that count as a token.
    static let bytesPerToken = 4
    /// Tokens around each turn, each call, each result and each tool.
    static let tokensPerFrame = 4
    /// Tokens of a picture that is looked at closely, or however the provider likes.
    static let tokensPerImage = 800
    /// Tokens of a picture that is looked at from afar.
    static let tokensPerSmallImage = 85
    /// Tokens of a document, a recording or a film.
    static let tokensPerOtherMedia = 1500

    private var byteCount = 0
    private var fixedCount = 0

    /// The tokens.
    package var count: Int { fixedCount + (byteCount + Self.bytesPerToken - 1) / Self.bytesPerToken }

    /// Counts a text.
    package init(_ text: String) {
        add(text)
    }

    /// Counts everything that a provider would.
    package init(_ conversation: Conversation) {
        for turn in conversation.turns {
            fixedCount += Self.tokensPerFrame
            for part in turn.parts { add(part.content) }
        }
        for tool in conversation.tools {
            fixedCount += Self.tokensPerFrame
            switch tool {
            case .function(let tool):
                add(tool.name)
                add(tool.description ?? "")
                add(tool.parameters ?? [:])
            case .foreign(let content, _):
                add(content.value)
            }
        }
        if case .schema(let output) = conversation.outputFormat { add(output.schema) }
    }

    private mutating func add(_ text: String) {
        byteCount += text.utf8.count
    }

    private mutating func add(_ value: JSONValue) {
        byteCount += JSONWriter().write(value).count
    }

    private mutating func add(_ content: PartContent) {
        switch content {
        case .text(let content): add(content.text)
        case .refusal(let text): add(text)
        case .reasoning(let reasoning): add(reasoning.text)
        case .toolCall(let call):
            fixedCount += Self.tokensPerFrame
            add(call.name)
            add(call.arguments)
        case .toolResult(let result):
            fixedCount += Self.tokensPerFrame
            for part in result.parts { add(part.content) }
        case .image(let media):
            fixedCount += media.detail == "low" ? Self.tokensPerSmallImage : Self.tokensPerImage
        case .document(let media):
            if case .text(let text) = media.source { add(text) } else { fixedCount += Self.tokensPerOtherMedia }
        case .audio, .video: fixedCount += Self.tokensPerOtherMedia
        case .foreign(let content): add(content.value)
        }
    }
}
