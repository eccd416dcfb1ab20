/// The names that Bedrock has for types of media.
///
/// Format: API reference, "ImageBlock", "DocumentBlock", "VideoBlock", "AudioBlock".
enum BedrockMediaFormat {
    /// A name and the media types that it stands for, the usual one first.
    typealias Entry = (name: String, mediaTypes: [String])

    static let images: [Entry] = [
        ("png", ["image/png"]),
        ("jpeg", ["image/jpeg", "image/jpg"]),
        ("gif", ["image/gif"]),
        ("webp", ["image/webp"]),
    ]

    static let documents: [Entry] = [
        ("pdf", ["application/pdf"]),
        ("csv", ["text/csv"]),
        ("doc", ["application/msword"]),
        ("docx", ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]),
        ("xls", ["application/vnd.ms-excel"]),
        ("xlsx", ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
        ("html", ["text/html"]),
        ("txt", ["text/plain"]),
        ("md", ["text/markdown", "text/x-markdown"]),
    ]

    static let videos: [Entry] = [
        ("mp4", ["video/mp4"]),
        ("mov", ["video/quicktime"]),
        ("mkv", ["video/x-matroska"]),
        ("webm", ["video/webm"]),
        ("flv", ["video/x-flv"]),
        ("mpeg", ["video/mpeg"]),
        ("mpg", ["video/mpg"]),
        ("wmv", ["video/x-ms-wmv"]),
        ("three_gp", ["video/3gpp"]),
    ]

    static let audios: [Entry] = [
        ("mp3", ["audio/mpeg", "audio/mp3"]),
        ("wav", ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]),
        ("flac", ["audio/flac", "audio/x-flac"]),
        ("aac", ["audio/aac"]),
        ("x-aac", ["audio/x-aac"]),
        ("ogg", ["audio/ogg"]),
        ("opus", ["audio/opus"]),
        ("m4a", ["audio/m4a", "audio/x-m4a"]),
        ("mp4", ["audio/mp4"]),
        ("webm", ["audio/webm"]),
        ("pcm", ["audio/pcm", "audio/l16"]),
        ("mkv", ["audio/x-matroska"]),
        ("mka", ["audio/x-mka"]),
        ("mpeg", ["audio/x-mpeg"]),
        ("mpga", ["audio/mpga"]),
    ]

    /// The usual media type of a format; nil for a name that is not in the table.
    static func mediaType(of name: String, in table: [Entry]) -> String? {
        table.first { $0.name == name }?.mediaTypes.first
    }

    /// The format of a media type, whose parameters do not count.
    static func name(ofMediaType mediaType: String?, in table: [Entry]) -> String? {
        guard let bare = mediaType?.split(separator: ";").first?.lowercased() else { return nil }
        let type = bare.trimmingSpaces
        return table.first { $0.mediaTypes.contains(type) }?.name
    }

    /// The format that a picture's first bytes tell.
    static func imageName(ofBase64 base64: String) -> String? {
        let starts = [("iVBORw0KGgo", "png"), ("/9j/", "jpeg"), ("R0lGOD", "gif"), ("UklGR", "webp")]
        return starts.first { base64.utf8.starts(with: $0.0.utf8) }?.1
    }

    /// The format of a document by its type, or by the ending of its name.
    static func documentName(_ media: Media) -> String? {
        if let name = name(ofMediaType: media.mediaType, in: documents) { return name }
        if let ending = media.name?.split(separator: ".").last?.lowercased(), media.name?.contains(".") == true {
            if ending == "htm" { return "html" }
            if let entry = documents.first(where: { $0.name == ending }) { return entry.name }
        }
        if media.mediaType?.hasPrefix("text/") == true || media.mediaType == "application/json" { return "txt" }
        switch media.source {
        case .text: return "txt"
        case .data(let base64) where media.mediaType == nil && base64.utf8.starts(with: "JVBERi".utf8): return "pdf"
        case .data, .url, .file: return nil
        }
    }
}

extension String {
    /// The text without spaces at both ends.
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// Bytes in the base64 that AWS takes: the alphabet of RFC 4648, section 4, padded, without line breaks.
enum BedrockBlob {
    /// The same bytes in that spelling; nil for none at all and for what is no base64.
    static func normalized(_ base64: String) -> String? {
        guard !base64.isEmpty else { return nil }
        if base64.utf8.count % 4 == 0, isStrict(base64) { return base64 }
        let kept = base64.utf8.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) }
        guard let bytes = Base64.decoded(String(decoding: kept, as: UTF8.self)), !bytes.isEmpty else { return nil }
        return Base64.encoded(bytes)
    }

    private static func isStrict(_ base64: String) -> Bool {
        var padding = 0
        for byte in base64.utf8 {
            if byte == UInt8(ascii: "=") {
                padding += 1
            } else {
                let letter = byte | 0x20
                let isAllowed =
                    (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z"))
                    || (byte >= UInt8(ascii: "/") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "+")
                guard isAllowed, padding == 0 else { return false }
            }
        }
        return padding <= 2
    }
}
