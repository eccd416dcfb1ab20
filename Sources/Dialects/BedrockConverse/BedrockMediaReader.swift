import JSON

/// Reads pictures, documents, films and recordings.
///
/// Format: API reference, "ImageBlock", "DocumentBlock", "VideoBlock", "AudioBlock" and their sources.
enum BedrockMediaReader {
    typealias Unread = [UnreadMember]

    static func image(_ reader: inout ObjectReader, _ unread: inout Unread) throws(FormatProblem) -> Media {
        try media(&reader, BedrockMediaFormat.images, "image/", &unread)
    }

    static func video(_ reader: inout ObjectReader, _ unread: inout Unread) throws(FormatProblem) -> Media {
        try media(&reader, BedrockMediaFormat.videos, "video/", &unread)
    }

    static func audio(_ reader: inout ObjectReader, _ unread: inout Unread) throws(FormatProblem) -> Media {
        try media(&reader, BedrockMediaFormat.audios, "audio/", &unread)
    }

    static func document(_ reader: inout ObjectReader, _ unread: inout Unread) throws(FormatProblem) -> Media {
        var media = try media(&reader, BedrockMediaFormat.documents, "application/", &unread)
        media.name = try reader.string("name")
        media.context = try reader.string("context")
        if var citations = try reader.reader("citations") {
            media.wantsCitations = try citations.boolean("enabled")
            unread += citations.unread
        }
        return media
    }

    private static func media(
        _ reader: inout ObjectReader,
        _ formats: [BedrockMediaFormat.Entry],
        _ family: String,
        _ unread: inout Unread
    ) throws(FormatProblem) -> Media {
        var media = Media(try source(&reader, &unread))
        if let format = try reader.string("format") {
            media.mediaType = BedrockMediaFormat.mediaType(of: format, in: formats) ?? family + format
        } else if case .text = media.source {
            media.mediaType = "text/plain"
        }
        return media
    }

    private static func source(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> Media.Source {
        guard var source = try reader.reader("source") else {
            throw FormatProblem("is missing", at: reader.path(of: "source"))
        }
        let found: Media.Source
        if let bytes = try source.string("bytes") {
            found = .data(base64: bytes)
        } else if var location = try source.reader("s3Location") {
            found = .url(try location.requiredString("uri"))
            unread += location.unread
        } else if let text = try source.string("text") {
            found = .text(text)
        } else if let pieces = try source.array("content") {
            found = .text(try text(of: pieces, at: source.path(of: "content"), &unread))
        } else {
            throw FormatProblem("must hold bytes, s3Location, text or content", at: source.path)
        }
        unread += source.unread
        return found
    }

    /// The pieces as one text; that they may be cited one by one is left aside.
    private static func text(
        of pieces: [JSONValue],
        at path: String,
        _ unread: inout Unread
    ) throws(FormatProblem) -> String {
        var texts: [String] = []
        for (index, piece) in pieces.enumerated() {
            var reader = try ObjectReader(piece, path: "\(path)[\(index)]")
            texts.append(try reader.requiredString("text"))
            unread += reader.unread
        }
        if texts.count > 1 {
            unread.append(UnreadMember(path: path, element: .documentCitations))
        }
        return texts.joined(separator: "\n")
    }
}
