/// Who speaks.
package enum Role: String, Sendable {
    /// Instructions of the application.
    case system
    /// Instructions of the application, in OpenAI's newer word.
    case developer
    /// The person, and the results of tools.
    case user
    /// The model.
    case assistant
}

/// What one side says before the other does.
package struct Turn: Sendable, Equatable {
    /// Who speaks.
    package var role: Role
    /// In order. May be empty.
    package var parts: [Part]
    /// The speaker's name among several of one role.
    package var name: String?
    /// Where it is in the caller's body.
    package var path: String

    package init(_ role: Role, _ parts: [Part], name: String? = nil, path: String) {
        self.role = role
        self.parts = parts
        self.name = name
        self.path = path
    }
}

/// One piece of a turn.
package struct Part: Sendable, Equatable {
    /// What it is.
    package var content: PartContent
    /// Asks the provider to keep everything up to here in its cache.
    package var cacheHint: CacheHint?
    /// Where it is in the caller's body.
    package var path: String

    package init(_ content: PartContent, cacheHint: CacheHint? = nil, path: String = "") {
        self.content = content
        self.cacheHint = cacheHint
        self.path = path
    }
}

/// What a piece of a turn is.
package indirect enum PartContent: Sendable, Equatable {
    /// Visible text.
    case text(TextContent)
    /// A picture.
    case image(Media)
    /// A PDF or text file.
    case document(Media)
    /// Speech or music.
    case audio(Media)
    /// A film.
    case video(Media)
    /// The model asks for a tool.
    case toolCall(ToolCall)
    /// What the tool gave.
    case toolResult(ToolResult)
    /// What the model thought. With an empty text and a signature it is the signature of the part after it, which is
    /// how Gemini signs calls and text.
    case reasoning(Reasoning)
    /// The model's words for not answering.
    case refusal(String)
    /// What only one format knows.
    case foreign(ForeignContent)
}

/// A prompt-cache marker.
package struct CacheHint: Sendable, Equatable {
    /// How long it shall live, in Anthropic's spelling: `5m`, `1h`; nil when not said.
    package var timeToLive: String?

    package init(timeToLive: String? = nil) {
        self.timeToLive = timeToLive
    }
}

/// Text with what it refers to.
package struct TextContent: Sendable, Equatable {
    /// The text.
    package var text: String
    /// Sources that it cites.
    package var annotations: [Annotation]
    /// What the text is made of, where a search of the application's own found it.
    package var found: SearchResult?

    package init(_ text: String, annotations: [Annotation] = []) {
        self.text = text
        self.annotations = annotations
    }
}

extension PartContent {
    /// Text that cites nothing.
    package static func text(_ text: String) -> PartContent { .text(TextContent(text)) }
}
