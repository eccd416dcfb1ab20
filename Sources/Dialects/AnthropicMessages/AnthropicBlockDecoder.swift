import JSON

/// Reads the content of messages and of tools' results.
struct AnthropicBlockDecoder {
    /// The names of the calls so far by their ids.
    private var callNames: [String: String] = [:]
    private var unread: [UnreadMember] = []

    /// Instructions among the blocks of the user.
    static let instructionsType = "mid_conv_system"

    /// What was left aside since the last time.
    mutating func takeUnread() -> [UnreadMember] {
        defer { unread = [] }
        return unread
    }

    /// A string, or blocks.
    mutating func parts(_ value: JSONValue, path: String) throws(FormatProblem) -> [Part] {
        if case .string(let text) = value { return [Part(.text(text.repairedValue), path: path)] }
        guard let blocks = value.array else {
            throw FormatProblem("must be a string or an array, not \(value.kind.article)", at: path)
        }
        var parts: [Part] = []
        for (index, block) in blocks.enumerated() {
            parts.append(try part(block, path: "\(path)[\(index)]"))
        }
        return parts
    }

    /// A marker and what its object has besides.
    static func cacheHint(
        _ marker: inout ObjectReader,
        unread: inout [UnreadMember]
    ) throws(FormatProblem) -> CacheHint {
        marker.ignore("type")
        let hint = CacheHint(timeToLive: try marker.string("ttl"))
        unread += marker.unread
        return hint
    }

    private mutating func part(_ value: JSONValue, path: String) throws(FormatProblem) -> Part {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.requiredString("type")
        var hint: CacheHint?
        if var marker = try reader.reader("cache_control") {
            hint = try Self.cacheHint(&marker, unread: &unread)
        }
        guard let content = try content(type, &reader) else {
            let element = Self.element(ofType: type)
            return Part(
                .foreign(ForeignContent(.anthropicMessages, type: type, element: element, value: value)),
                cacheHint: hint,
                path: path
            )
        }
        unread += reader.unread
        return Part(content, cacheHint: hint, path: path)
    }

    /// Nil for what only this format has.
    private mutating func content(
        _ type: String,
        _ reader: inout ObjectReader
    ) throws(FormatProblem) -> PartContent? {
        switch type {
        case "text":
            let text = try reader.requiredString("text")
            let citations = try reader.array("citations") ?? []
            return .text(TextContent(text, annotations: citations.map(AnthropicCitation.annotation)))
        case "image":
            return try image(&reader)
        case "document":
            return try document(&reader)
        case "search_result":
            return .text(TextContent(try searchResult(&reader)))
        case "tool_use":
            return try toolCall(&reader)
        case "tool_result":
            return try toolResult(&reader)
        case "thinking":
            let text = try reader.string("thinking") ?? ""
            let signature = try reader.string("signature") ?? ""
            return .reasoning(
                Reasoning(
                    text,
                    signature: signature.isEmpty
                        ? nil : ReasoningSignature(received: signature, in: .anthropicMessages)
                )
            )
        case "redacted_thinking":
            let signature = ReasoningSignature(received: try reader.requiredString("data"), in: .anthropicMessages)
            return .reasoning(Reasoning("", isRedacted: true, signature: signature))
        default:
            return nil
        }
    }

    private static func element(ofType type: String) -> ConversationElement {
        switch type {
        case "document": .document
        case "container_upload": .documentFile
        case "image": .imageFile
        case instructionsType: .instructionsInMidConversation
        case "server_tool_use", "mcp_tool_use", "tool_reference", "compaction": .serverToolContent
        default: type.hasSuffix("_tool_result") ? .serverToolContent : .unknownPart
        }
    }

    private mutating func image(_ reader: inout ObjectReader) throws(FormatProblem) -> PartContent? {
        guard var source = try reader.reader("source") else {
            throw FormatProblem("is missing", at: reader.path(of: "source"))
        }
        guard let media = try media(&source) else { return nil }
        return .image(media)
    }

    private mutating func document(_ reader: inout ObjectReader) throws(FormatProblem) -> PartContent? {
        guard var source = try reader.reader("source") else {
            throw FormatProblem("is missing", at: reader.path(of: "source"))
        }
        let pieces = try piecedText(&source)
        guard var media = pieces != nil ? pieces : try media(&source) else { return nil }
        if case .url = media.source { media.mediaType = media.mediaType ?? "application/pdf" }
        media.name = try reader.string("title")
        media.context = try reader.string("context")
        if var citations = try reader.reader("citations") {
            media.wantsCitations = try citations.boolean("enabled")
            unread += citations.unread
        }
        if pieces != nil, media.wantsCitations == true {
            unread.append(UnreadMember(path: source.path(of: "content"), element: .documentCitations))
        }
        return .document(media)
    }

    /// A document that comes in pieces, as one text; nil for any other. Pictures among the pieces are left aside: no
    /// other format has them there.
    private mutating func piecedText(_ source: inout ObjectReader) throws(FormatProblem) -> Media? {
        guard try source.string("type") == "content", let content = source.value("content") else { return nil }
        var texts: [String] = []
        for part in try parts(content, path: source.path(of: "content")) {
            if case .text(let piece) = part.content {
                texts.append(piece.text)
            } else {
                unread.append(UnreadMember(path: part.path, element: .unknownPart))
            }
        }
        unread += source.unread
        return Media(.text(texts.joined(separator: "\n")), mediaType: "text/plain")
    }

    /// Format: Anthropic documentation, "Search results".
    private mutating func searchResult(_ reader: inout ObjectReader) throws(FormatProblem) -> SearchResult {
        let source = try reader.string("source") ?? ""
        var found = SearchResult(source: source, title: try reader.string("title") ?? "", texts: [])
        for (index, value) in (try reader.array("content") ?? []).enumerated() {
            var piece = try ObjectReader(value, path: reader.path(of: "content", index))
            piece.ignore("type")
            found.texts.append(try piece.requiredString("text"))
            unread += piece.unread
        }
        if var citations = try reader.reader("citations") {
            found.wantsCitations = try citations.boolean("enabled")
            unread += citations.unread
        }
        return found
    }

    private mutating func media(_ source: inout ObjectReader) throws(FormatProblem) -> Media? {
        let mediaType = try source.string("media_type")
        let kind: Media.Source
        switch try source.requiredString("type") {
        case "base64": kind = .data(base64: try source.requiredString("data"))
        case "text": kind = .text(try source.requiredString("data"))
        case "url": kind = .url(try source.requiredString("url"))
        case "file": kind = .file(id: try source.requiredString("file_id"))
        default: return nil
        }
        unread += source.unread
        return Media(kind, mediaType: mediaType)
    }

    private mutating func toolCall(_ reader: inout ObjectReader) throws(FormatProblem) -> PartContent {
        let id = try reader.requiredString("id")
        let name = try reader.requiredString("name")
        let input = try reader.object("input") ?? [:]
        // Says who called: without tools of the provider it is always the model itself.
        if var caller = try reader.reader("caller"), try caller.string("type") != "direct" {
            unread.append(UnreadMember(path: caller.path, element: .serverToolContent))
        }
        callNames[id] = name
        let arguments = String(decoding: JSONWriter().write(.object(input)), as: UTF8.self)
        return .toolCall(ToolCall(id: id, name: name, arguments: arguments))
    }

    private mutating func toolResult(_ reader: inout ObjectReader) throws(FormatProblem) -> PartContent {
        let id = try reader.requiredString("tool_use_id")
        let isError = try reader.boolean("is_error") ?? false
        var parts: [Part] = []
        if let content = reader.value("content") {
            parts = try self.parts(content, path: reader.path(of: "content"))
        }
        return .toolResult(ToolResult(callID: id, name: callNames[id], parts: parts, isError: isError))
    }
}
