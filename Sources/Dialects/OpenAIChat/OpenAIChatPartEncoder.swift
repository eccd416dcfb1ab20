import JSON

/// Writes the parts of a user's message.
///
/// Format: OpenAI API reference, "Create chat completion", content parts; the guides "Images and vision", "File
/// inputs" and "Audio".
struct OpenAIChatPartEncoder {
    private let source: WireFormat
    private(set) var losses: LossReport

    init(source: WireFormat, losses: LossReport) {
        self.source = source
        self.losses = losses
    }

    /// The part of a user's message; nil for what cannot be said.
    mutating func part(_ part: Part) -> JSONObject? {
        if part.cacheHint != nil { losses.note(.cacheHint, at: part.path) }
        switch part.content {
        case .text(let content):
            guard !content.text.isEmpty else {
                losses.note(.emptyText, at: part.path)
                return nil
            }
            losses.note(content.found, at: part.path)
            return Self.text(content.text)
        case .refusal(let text): return text.isEmpty ? nil : Self.text(text)
        case .image(let media): return image(media, at: part.path)
        case .document(let media): return document(media, at: part.path)
        case .audio(let media): return audio(media, at: part.path)
        case .video:
            losses.note(.video, at: part.path)
            return nil
        case .reasoning:
            losses.note(.reasoningText, at: part.path)
            return nil
        case .foreign(let content):
            if content.format == .openAIChat, let object = content.value.object { return object }
            losses.note(content.element, at: part.path)
            return nil
        case .toolCall, .toolResult:
            // A call that is no assistant's; results are written elsewhere.
            losses.note(.unknownPart, at: part.path)
            return nil
        }
    }

    static func text(_ text: String) -> JSONObject { ["type": "text", "text": .string(text)] }

    private static let imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    private mutating func image(_ media: Media, at path: String) -> JSONObject? {
        var media = media
        media.mediaType = media.mediaType.map { $0.lowercased() == "image/jpg" ? "image/jpeg" : $0.lowercased() }
        switch media.source {
        case .file, .text:
            losses.note(.imageFile, at: path)
            return nil
        case .url(let url) where !Self.isWebAddress(url):
            losses.note(.imageURL, at: path)
            return nil
        case .data where !Self.imageTypes.contains(media.mediaType ?? "image/png"):
            losses.note(.imageType, at: path)
            return nil
        case .url, .data: break
        }
        var image: JSONObject = ["url": .string(media.url(assuming: "image/png") ?? "")]
        switch media.detail {
        case nil: break
        case "auto", "low", "high": image.append("detail", .string(media.detail ?? "auto"))
        default: losses.note(.imageDetail, at: path)
        }
        return ["type": "image_url", "image_url": .object(image)]
    }

    private static func isWebAddress(_ url: String) -> Bool {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        return scheme == "https" || scheme == "http"
    }

    private mutating func document(_ media: Media, at path: String) -> JSONObject? {
        if media.context != nil { losses.note(.documentContext, at: path) }
        if media.wantsCitations == true { losses.note(.documentCitations, at: path) }
        switch media.source {
        case .text(let text): return textDocument(text, media, at: path)
        case .url:
            losses.note(.documentURL, at: path)
            return nil
        case .file(let id):
            guard source == .openAIChat || source == .openAIResponses else {
                losses.note(.documentFile, at: path)
                return nil
            }
            return ["type": "file", "file": ["file_id": .string(id)]]
        case .data(let base64):
            if media.mediaType?.lowercased().hasPrefix("text/") == true, let text = Base64.decodedText(base64) {
                return textDocument(text, media, at: path)
            }
            let type = media.mediaType ?? "application/pdf"
            return [
                "type": "file",
                "file": [
                    "filename": .string(media.name ?? (type == "application/pdf" ? "document.pdf" : "document")),
                    "file_data": .string("data:\(type);base64,\(base64)"),
                ],
            ]
        }
    }

    private mutating func textDocument(_ text: String, _ media: Media, at path: String) -> JSONObject? {
        losses.note(.document, at: path)
        if media.name != nil { losses.note(.documentName, at: path) }
        guard !text.isEmpty else {
            losses.note(.emptyText, at: path)
            return nil
        }
        return Self.text(text)
    }

    private mutating func audio(_ media: Media, at path: String) -> JSONObject? {
        let format: String? =
            switch media.mediaType?.lowercased() {
            case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
            case "audio/mpeg", "audio/mp3": "mp3"
            default: nil
            }
        guard case .data(let base64) = media.source, let format else {
            losses.note(.audio, at: path)
            return nil
        }
        return ["type": "input_audio", "input_audio": ["data": .string(base64), "format": .string(format)]]
    }
}
