import JSON

/// Writes pictures and documents.
///
/// Anthropic documentation, "Vision" and "PDF support".
enum AnthropicMediaEncoder {
    static func image(_ media: Media, _ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue? {
        if let detail = media.detail, detail != "auto" { encoding.report.note(.imageDetail, at: part.path) }
        let source: JSONValue
        switch media.source {
        case .data(let base64):
            guard let type = imageType(media.mediaType, base64) else {
                encoding.report.note(.imageType, at: part.path)
                return nil
            }
            source = ["type": "base64", "media_type": .string(type), "data": .string(Base64.standard(base64))]
        case .url(let url):
            guard isSecure(url) else {
                encoding.report.note(.imageURL, at: part.path)
                return nil
            }
            source = ["type": "url", "url": .string(url)]
        case .file(let id):
            guard encoding.source == .anthropicMessages else {
                encoding.report.note(.imageFile, at: part.path)
                return nil
            }
            source = ["type": "file", "file_id": .string(id)]
        case .text:
            encoding.report.note(.imageType, at: part.path)
            return nil
        }
        var block: JSONObject = ["type": "image", "source": source]
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    static func document(_ media: Media, _ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue? {
        guard let source = documentSource(media, part, &encoding) else { return nil }
        var block: JSONObject = ["type": "document", "source": source]
        if let name = media.name, !name.isEmpty { block.append("title", .string(name)) }
        if let context = media.context, !context.isEmpty { block.append("context", .string(context)) }
        if let wantsCitations = media.wantsCitations {
            block.append("citations", ["enabled": .boolean(wantsCitations)])
        }
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    private static func documentSource(
        _ media: Media,
        _ part: Part,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        switch media.source {
        case .data(let base64):
            if isPDF(media.mediaType, base64) {
                return ["type": "base64", "media_type": "application/pdf", "data": .string(Base64.standard(base64))]
            }
            if isText(media.mediaType), let text = Base64.decodedText(base64), !text.isEmpty { return plain(text) }
            encoding.report.note(.document, at: part.path)
        case .text(let text):
            if !text.isEmpty { return plain(text) }
            encoding.report.note(.emptyText, at: part.path)
        case .url(let url):
            if isSecure(url), media.mediaType == nil || isPDF(media.mediaType, "") {
                return ["type": "url", "url": .string(url)]
            }
            encoding.report.note(.documentURL, at: part.path)
        case .file(let id):
            if encoding.source == .anthropicMessages { return ["type": "file", "file_id": .string(id)] }
            encoding.report.note(.documentFile, at: part.path)
        }
        return nil
    }

    private static func plain(_ text: String) -> JSONValue {
        ["type": "text", "media_type": "text/plain", "data": .string(text)]
    }

    private static func isSecure(_ url: String) -> Bool {
        url.prefix(8).lowercased() == "https://"
    }

    /// The type that the first bytes tell, which callers often get wrong, or else the one that was said.
    private static func imageType(_ said: String?, _ base64: String) -> String? {
        for (head, type) in imageHeads where base64.utf8.starts(with: head.utf8) {
            return type
        }
        let said = said?.lowercased()
        return said == "image/jpg" ? "image/jpeg" : imageHeads.first { $0.1 == said }?.1
    }

    /// The beginnings of the files in base64, in whole groups of bits.
    private static let imageHeads = [
        ("iVBORw0KGg", "image/png"), ("/9j/", "image/jpeg"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp"),
    ]

    private static func isPDF(_ said: String?, _ base64: String) -> Bool {
        let said = said?.lowercased()
        return said == "application/pdf"
            || (said == nil || said == "application/octet-stream")
                && base64.utf8.starts(with: "JVBERi".utf8)
    }

    /// Text in all but name: Claude reads it as plain text.
    private static func isText(_ said: String?) -> Bool {
        guard let said = said?.lowercased().split(separator: ";").first.map(String.init) else { return false }
        return said.hasPrefix("text/") || ["application/json", "application/xml"].contains(said)
    }
}
