import JSON

/// Pictures, recordings, films and documents in Gemini's parts, which all look alike but for their media type.
///
/// Format: Gemini API reference, "Blob", "FileData".
enum GeminiMedia {
    /// What the media type says it is; without one, what the address says.
    static func content(_ media: Media) -> PartContent {
        let type = (media.mediaType ?? guessedType(media) ?? "").lowercased()
        if type.hasPrefix("image/") { return .image(media) }
        if type.hasPrefix("audio/") { return .audio(media) }
        if type.hasPrefix("video/") { return .video(media) }
        return .document(media)
    }

    /// Whether the address is that of a file that lies at Google's own service for them.
    static func isStored(_ address: String) -> Bool {
        address.hasPrefix("files/")
            || address.hasPrefix("https://generativelanguage.googleapis.com/") && address.contains("/files/")
    }

    /// Media types that Gemini takes for pictures (Gemini API documentation, "Image understanding").
    static func isTakenPicture(_ type: String) -> Bool {
        ["image/png", "image/jpeg", "image/jpg", "image/webp", "image/heic", "image/heif"].contains(type)
    }

    /// Media types that Gemini takes for documents (Gemini API documentation, "Document understanding").
    static func isTakenDocument(_ type: String) -> Bool {
        type == "application/pdf" || type.hasPrefix("text/") || type == "application/json"
            || type == "application/rtf" || type == "application/xml" || type.hasPrefix("application/x-")
    }

    /// The media type that an address tells by its ending.
    static func guessedType(_ media: Media) -> String? {
        let address: String
        switch media.source {
        case .url(let url): address = url
        case .file(let id): address = id
        case .text: return "text/plain"
        case .data: return nil
        }
        if address.contains("://www.youtube.com/") || address.contains("://youtu.be/") { return "video/mp4" }
        let path = address.prefix { $0 != "?" && $0 != "#" }
        guard let file = path.split(separator: "/").last, let dot = file.lastIndex(of: ".") else { return nil }
        return endings[file[file.index(after: dot)...].lowercased()]
    }

    private static let endings = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "heic": "image/heic",
        "heif": "image/heif", "gif": "image/gif", "pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown",
        "csv": "text/csv", "html": "text/html", "htm": "text/html", "json": "application/json", "wav": "audio/wav",
        "mp3": "audio/mpeg", "aac": "audio/aac", "ogg": "audio/ogg", "flac": "audio/flac", "aiff": "audio/aiff",
        "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mpeg": "video/mpeg",
        "avi": "video/x-msvideo",
    ]

    /// `inlineData`.
    static func blob(base64: String, mediaType: String) -> JSONValue {
        ["inlineData": ["mimeType": .string(mediaType), "data": .string(base64)]]
    }

    /// `fileData`.
    static func file(_ address: String, mediaType: String?) -> JSONValue {
        var data = JSONObject()
        if let mediaType {
            data.append("mimeType", .string(mediaType))
        }
        data.append("fileUri", .string(address))
        return ["fileData": .object(data)]
    }
}
