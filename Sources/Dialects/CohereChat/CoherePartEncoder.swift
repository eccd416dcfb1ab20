import JSON

/// Writes the parts of a user's message.
///
/// Format: Cohere API reference, "Chat", `messages`; the guide "Using Cohere's Models to Work with Image Inputs".
struct CoherePartEncoder {
    private(set) var report: LossReport
    /// Documents that may be cited, which stand beside the messages.
    private(set) var documents: [JSONValue] = []

    init(report: LossReport) {
        self.report = report
    }

    mutating func note(_ element: ConversationElement, at path: String) {
        report.note(element, at: path)
    }

    /// The part of a user's message; nil for what cannot be said, and for documents that stand elsewhere.
    mutating func part(_ part: Part) -> JSONObject? {
        if part.cacheHint != nil { note(.cacheHint, at: part.path) }
        switch part.content {
        case .text(let content):
            if content.found != nil { note(.searchResult, at: part.path) }
            return text(content.text, at: part.path)
        case .refusal(let refusal): return text(refusal, at: part.path)
        case .image(let media): return image(media, at: part.path)
        case .document(let media): return document(media, at: part.path)
        case .audio: note(.audio, at: part.path)
        case .video: note(.video, at: part.path)
        case .reasoning: note(.reasoningText, at: part.path)
        case .foreign(let content): note(content.element, at: part.path)
        // A call that is no assistant's; results are written elsewhere.
        case .toolCall, .toolResult: note(.unknownPart, at: part.path)
        }
        return nil
    }

    static func text(_ text: String) -> JSONObject { ["type": "text", "text": .string(text)] }

    private mutating func text(_ text: String, at path: String) -> JSONObject? {
        guard !text.isEmpty else {
            note(.emptyText, at: path)
            return nil
        }
        return Self.text(text)
    }

    // MARK: Pictures

    private static let imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    private mutating func image(_ media: Media, at path: String) -> JSONObject? {
        var media = media
        media.mediaType = media.mediaType.map { $0.lowercased() == "image/jpg" ? "image/jpeg" : $0.lowercased() }
        switch media.source {
        case .file, .text:
            note(.imageFile, at: path)
            return nil
        case .url(let url) where !["https", "http"].contains(url.prefix { $0 != ":" }.lowercased()):
            note(.imageURL, at: path)
            return nil
        case .data where !Self.imageTypes.contains(media.mediaType ?? "image/png"):
            note(.imageType, at: path)
            return nil
        case .url, .data: break
        }
        var image: JSONObject = ["url": .string(media.url(assuming: "image/png") ?? "")]
        switch media.detail {
        case nil: break
        case "auto", "low", "high": image.append("detail", .string(media.detail ?? "auto"))
        default: note(.imageDetail, at: path)
        }
        return ["type": "image_url", "image_url": .object(image)]
    }

    // MARK: Documents

    private mutating func document(_ media: Media, at path: String) -> JSONObject? {
        switch media.source {
        case .text(let text): return textDocument(text, media, at: path)
        case .url: note(.documentURL, at: path)
        case .file: note(.documentFile, at: path)
        case .data(let base64):
            if media.mediaType?.lowercased().hasPrefix("text/") == true, let text = Base64.decodedText(base64) {
                return textDocument(text, media, at: path)
            }
            note(.document, at: path)
        }
        return nil
    }

    /// One that may be cited stands beside the messages, any other is text like the rest of the message.
    private mutating func textDocument(_ content: String, _ media: Media, at path: String) -> JSONObject? {
        guard media.wantsCitations == true, !content.isEmpty else {
            note(.documentName, at: path)
            if media.context != nil { note(.documentContext, at: path) }
            return text(content, at: path)
        }
        note(.documentCitations, at: path)
        var data = JSONObject()
        if let name = media.name { data.append("title", .string(name)) }
        if let context = media.context { data.append("context", .string(context)) }
        data.append("text", .string(content))
        documents.append(["data": .object(data)])
        return nil
    }
}
