import JSON

/// Writes the parts of one candidate.
struct GeminiPartWriter: Sendable {
    /// What was written and not taken yet.
    var parts: [JSONValue] = []
    /// What could not be said, each with its element.
    private(set) var losses: [ConversationElement] = []

    /// A signature of Gemini's own that belongs to the next part.
    private var pendingSignature: String?

    /// Whether the next part must have a signature.
    var isSignaturePending: Bool { pendingSignature != nil }

    mutating func append(text: String) {
        guard !text.isEmpty else { return }
        append(["text": .string(text)])
    }

    /// Signatures of other providers say whose they are, and have parts of their own: Gemini's callers send parts back
    /// as they came, whatever their signatures are. Redacted thoughts are told from hidden ones by the lack of
    /// `thought`.
    mutating func append(_ reasoning: Reasoning) {
        guard !reasoning.text.isEmpty else {
            guard let signature = reasoning.signature else { return }
            close()
            if signature.origin == .gemini {
                pendingSignature = signature.value
            } else {
                var part: JSONObject = ["text": ""]
                if !reasoning.isRedacted { part.append("thought", true) }
                part.append("thoughtSignature", .string(signature.text(for: .gemini)))
                parts.append(.object(part))
            }
            return
        }
        close()
        var part: JSONObject = ["text": .string(reasoning.text), "thought": true]
        if let signature = reasoning.signature {
            part.append("thoughtSignature", .string(signature.text(for: .gemini)))
        }
        parts.append(.object(part))
    }

    /// The signature behind thoughts that were written already.
    mutating func append(lateSignature signature: ReasoningSignature) {
        parts.append(["text": "", "thought": true, "thoughtSignature": .string(signature.text(for: .gemini))])
    }

    mutating func append(_ call: ToolCall) {
        let (arguments, isExact) = GeminiToolResponse.arguments(call.arguments)
        if !isExact { losses.append(.toolArguments) }
        var function = JSONObject()
        if !call.id.isEmpty { function.append("id", .string(call.id)) }
        function.append("name", .string(call.name))
        function.append("args", arguments)
        append(["functionCall": .object(function)])
    }

    /// Any other part.
    mutating func append(_ content: PartContent) {
        switch content {
        case .text(let content): append(text: content.text)
        case .refusal(let text): append(text: text)
        case .reasoning(let reasoning): append(reasoning)
        case .toolCall(let call): append(call)
        case .image(let media): append(media, "image/png")
        case .audio(let media): append(media, "audio/wav")
        case .video(let media): append(media, "video/mp4")
        case .document(let media): append(media, "application/pdf")
        case .foreign(let foreign):
            if foreign.format == .gemini {
                append(foreign.value)
            } else {
                losses.append(foreign.element)
            }
        case .toolResult: losses.append(.serverToolContent)
        }
    }

    /// A signature behind the last part comes in a part of its own.
    mutating func close() {
        guard let signature = pendingSignature else { return }
        pendingSignature = nil
        parts.append(["text": "", "thoughtSignature": .string(signature)])
    }

    private mutating func append(_ media: Media, _ usualType: String) {
        let type = media.mediaType ?? GeminiMedia.guessedType(media) ?? usualType
        switch media.source {
        case .data(let base64): append(GeminiMedia.blob(base64: base64, mediaType: type))
        case .url(let url): append(GeminiMedia.file(url, mediaType: type))
        case .text(let text): append(GeminiMedia.blob(base64: Base64.encoded(text), mediaType: "text/plain"))
        case .file: losses.append(.answerMedia)
        }
    }

    private mutating func append(_ part: JSONValue) {
        guard let signature = pendingSignature, case .object(var object) = part else {
            parts.append(part)
            return
        }
        pendingSignature = nil
        object.set("thoughtSignature", to: .string(signature))
        parts.append(.object(object))
    }
}
