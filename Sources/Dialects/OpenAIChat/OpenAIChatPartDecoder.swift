import JSON

/// Reads the parts of a message's content.
struct OpenAIChatPartDecoder {
    private(set) var unread: [UnreadMember] = []

    /// The parts of `content`, which is a string or an array of parts.
    ///
    /// - Parameter keepsEmptyText: Whether an empty string is a text, or nothing.
    mutating func parts(
        of content: JSONValue?,
        path: String,
        keepsEmptyText: Bool
    ) throws(FormatProblem) -> [Part] {
        switch content {
        case nil, .null: return []
        case .string(let string):
            let text = string.repairedValue
            return text.isEmpty && !keepsEmptyText ? [] : [Part(.text(text), path: path)]
        case .array(let elements):
            var parts: [Part] = []
            for (index, element) in elements.enumerated() {
                let path = "\(path)[\(index)]"
                if case .string(let string) = element {
                    parts.append(Part(.text(string.repairedValue), path: path))
                } else {
                    parts.append(try part(element, path: path))
                }
            }
            return parts
        case .some(let other):
            throw FormatProblem("must be a string or an array of parts, not \(other.kind.article)", at: path)
        }
    }

    /// A cache marker: Anthropic's, as OpenRouter, LiteLLM and Bifrost take it, or OpenAI's.
    static func cacheHint(_ reader: inout ObjectReader) throws(FormatProblem) -> CacheHint? {
        if var marker = try reader.reader("cache_control") {
            marker.ignore("type")
            return CacheHint(timeToLive: try marker.string("ttl"))
        }
        guard try reader.object("prompt_cache_breakpoint") != nil else { return nil }
        return CacheHint()
    }

    private mutating func part(_ value: JSONValue, path: String) throws(FormatProblem) -> Part {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.requiredString("type")
        guard let content = try content(type, &reader) else {
            let foreign = ForeignContent(.openAIChat, type: type, element: .unknownPart, value: value)
            return Part(.foreign(foreign), path: path)
        }
        let hint = try Self.cacheHint(&reader)
        unread += reader.unread
        return Part(content, cacheHint: hint, path: path)
    }

    private mutating func content(_ type: String, _ reader: inout ObjectReader) throws(FormatProblem) -> PartContent? {
        switch type {
        case "text": return .text(try reader.requiredString("text"))
        case "refusal": return .refusal(try reader.requiredString("refusal"))
        case "image_url": return .image(try address("image_url", &reader))
        // OpenRouter and vLLM.
        case "video_url": return .video(try address("video_url", &reader))
        case "audio_url": return .audio(try address("audio_url", &reader))
        // Mistral.
        case "document_url":
            var media = Media(url: try reader.requiredString("document_url"))
            media.name = try reader.string("document_name")
            return .document(media)
        case "input_audio": return .audio(try audio(&reader))
        case "file": return .document(try file(&reader))
        case "thinking": return .reasoning(try thinking(&reader))
        // LiteLLM.
        case "redacted_thinking":
            let data = try reader.requiredString("data")
            let signature = ReasoningSignature(received: data, in: .anthropicMessages)
            return .reasoning(Reasoning("", isRedacted: true, signature: signature))
        default: return nil
        }
    }

    /// An object with `url` and `detail`, or the address alone.
    private mutating func address(_ name: String, _ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        if let url = reader.value(name)?.string {
            return Media(url: url, detail: try reader.string("detail"))
        }
        guard var object = try reader.reader(name) else {
            throw FormatProblem("is missing", at: reader.path(of: name))
        }
        let media = Media(url: try object.requiredString("url"), detail: try object.string("detail"))
        unread += object.unread
        return media
    }

    private mutating func audio(_ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        guard var object = try reader.reader("input_audio") else {
            throw FormatProblem("is missing", at: reader.path(of: "input_audio"))
        }
        var media = Media(url: try object.requiredString("data"))
        if case .url(let base64) = media.source {
            media = Media(.data(base64: base64))
        }
        let format = try object.string("format")
        media.mediaType = format.map { $0 == "mp3" ? "audio/mpeg" : "audio/\($0)" } ?? media.mediaType
        unread += object.unread
        return media
    }

    private mutating func file(_ reader: inout ObjectReader) throws(FormatProblem) -> Media {
        guard var object = try reader.reader("file") else {
            throw FormatProblem("is missing", at: reader.path(of: "file"))
        }
        let name = try object.string("filename")
        let data = try object.string("file_data")
        let id = try object.string("file_id")
        unread += object.unread
        var media: Media
        if let data {
            media = Media(url: data)
            // OpenAI wants a `data:` URI; others take plain base64.
            if case .url(let text) = media.source, !text.contains("://") {
                media = Media(.data(base64: text), mediaType: "application/pdf")
            }
        } else if let id {
            media = Media(.file(id: id))
        } else {
            throw FormatProblem("must have file_data or file_id", at: object.path)
        }
        media.name = name
        return media
    }

    /// Mistral's thoughts, an array of texts, and LiteLLM's, which are Anthropic's.
    private mutating func thinking(_ reader: inout ObjectReader) throws(FormatProblem) -> Reasoning {
        let signature = try reader.string("signature")
            .map { ReasoningSignature(received: $0, in: .anthropicMessages) }
        // Mistral tells whether the thoughts are complete.
        reader.ignore("closed")
        if let text = reader.value("thinking")?.string {
            return Reasoning(text, signature: signature)
        }
        return Reasoning(
            Self.thinkingText(.array(try reader.array("thinking") ?? [])),
            signature: signature ?? OpenAIReasoningMember.thinkingPart.signature
        )
    }

    /// The text of Mistral's `thinking`.
    static func thinkingText(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        if let text = value.string { return text }
        return (value.array ?? []).map { $0["text"]?.string ?? "" }.joined()
    }
}
