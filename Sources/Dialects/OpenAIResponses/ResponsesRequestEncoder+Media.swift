import JSON

extension ResponsesRequestEncoder {
    /// A part of a message or of a tool's result; nil for what cannot be said, which is noted.
    mutating func inputContent(_ part: Part, isUser: Bool) -> JSONValue? {
        switch part.content {
        case .text(let content):
            guard !content.text.isEmpty else {
                report.note(.emptyText, at: part.path)
                return nil
            }
            report.note(content.found, at: part.path)
            return Self.inputText(content.text)
        case .refusal(let text):
            return text.isEmpty ? nil : Self.inputText(text)
        case .image, .document, .audio, .video:
            guard isUser else {
                report.note(.instructionsWithMedia, at: part.path)
                return nil
            }
            return media(part)
        case .toolCall, .toolResult, .reasoning, .foreign:
            report.note(.unknownPart, at: part.path)
            return nil
        }
    }

    private mutating func media(_ part: Part) -> JSONValue? {
        switch part.content {
        case .image(let media): return image(media, path: part.path)
        case .document(let media): return document(media, path: part.path)
        case .audio: report.note(.audio, at: part.path)
        default: report.note(.video, at: part.path)
        }
        return nil
    }

    private static func inputText(_ text: String) -> JSONValue {
        ["type": "input_text", "text": .string(text)]
    }

    private static func isFetched(_ url: String) -> Bool {
        let head = url.prefix(8).lowercased()
        return head.hasPrefix("https://") || head.hasPrefix("http://")
    }

    private mutating func image(_ image: Media, path: String) -> JSONValue? {
        let detail = JSONValue.string(image.detail ?? "auto")
        switch image.source {
        case .data(let base64):
            let type = Self.imageType(image, base64)
            guard Self.imageTypes.contains(type) else {
                report.note(.imageType, at: path)
                return nil
            }
            let url = "data:\(type);base64,\(base64)"
            return ["type": "input_image", "image_url": .string(url), "detail": detail]
        case .url(let url) where Self.isFetched(url):
            return ["type": "input_image", "image_url": .string(url), "detail": detail]
        case .file(let id) where isFromOpenAI:
            return ["type": "input_image", "file_id": .string(id), "detail": detail]
        case .url: report.note(.imageURL, at: path)
        case .file: report.note(.imageFile, at: path)
        case .text: report.note(.imageType, at: path)
        }
        return nil
    }

    private static let imageTypes: Set<String> = ["image/png", "image/jpeg", "image/webp", "image/gif"]

    private static func imageType(_ image: Media, _ base64: String) -> String {
        switch image.mediaType?.lowercased() {
        case "image/jpg": return "image/jpeg"
        case let type?: return type
        case nil: break
        }
        let beginnings = [("/9j/", "image/jpeg"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp")]
        return beginnings.first { base64.hasPrefix($0.0) }?.1 ?? "image/png"
    }

    private mutating func document(_ document: Media, path: String) -> JSONValue? {
        if document.context != nil { report.note(.documentContext, at: path) }
        if document.wantsCitations == true { report.note(.documentCitations, at: path) }
        switch document.source {
        case .text(let text): return textDocument(text, document, path: path)
        case .data(let base64):
            let type = document.mediaType?.lowercased() ?? "application/pdf"
            if type.hasPrefix("text/"), let text = Base64.decodedText(base64) {
                return textDocument(text, document, path: path)
            }
            return [
                "type": "input_file", "filename": .string(Self.fileName(document.name, type: type)),
                "file_data": .string("data:\(type);base64,\(base64)"),
            ]
        case .url(let url) where Self.isFetched(url): return ["type": "input_file", "file_url": .string(url)]
        case .file(let id) where isFromOpenAI: return ["type": "input_file", "file_id": .string(id)]
        case .url: report.note(.documentURL, at: path)
        case .file: report.note(.documentFile, at: path)
        }
        return nil
    }

    private mutating func textDocument(_ text: String, _ document: Media, path: String) -> JSONValue? {
        report.note(.document, at: path)
        if document.name != nil { report.note(.documentName, at: path) }
        guard !text.isEmpty else {
            report.note(.emptyText, at: path)
            return nil
        }
        return Self.inputText(text)
    }

    /// OpenAI judges a file by the end of its name too.
    private static func fileName(_ name: String?, type: String) -> String {
        let name = name.flatMap { $0.isEmpty ? nil : $0 } ?? "document"
        return type != "application/pdf" || name.lowercased().hasSuffix(".pdf") ? name : name + ".pdf"
    }
}
