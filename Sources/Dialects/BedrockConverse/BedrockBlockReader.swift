import JSON

/// Reads the blocks of a message, of a system prompt and of a tool's result.
///
/// Format: API reference, "ContentBlock", "SystemContentBlock" and "ToolResultContentBlock".
enum BedrockBlockReader {
    enum Block {
        case part(PartContent)
        case cachePoint(CacheHint)
    }

    typealias Unread = [UnreadMember]

    static func block(
        _ value: JSONValue,
        at path: String,
        _ unread: inout Unread
    ) throws(FormatProblem) -> Block {
        var reader = try ObjectReader(value, path: path)
        guard let first = value.object?.members.first(where: { $0.value != .null }) else {
            throw FormatProblem("must hold one kind of content", at: path)
        }
        let block: Block
        if let hint = try nested("cachePoint", in: &reader, &unread, cacheHint) {
            block = .cachePoint(hint)
        } else if let content = try plainContent(&reader, &unread) {
            block = .part(content)
        } else if let content = try toolContent(&reader, &unread) {
            block = .part(content)
        } else {
            let name = first.name.repairedValue
            let element: ConversationElement = name == "json" ? .unknownMember : .unknownPart
            let value = reader.value(name) ?? .null
            block = .part(.foreign(ForeignContent(.bedrockConverse, type: name, element: element, value: value)))
        }
        unread += reader.unread
        return block
    }

    /// Reads the object that is the member `name`.
    static func nested<Value>(
        _ name: String,
        in reader: inout ObjectReader,
        _ unread: inout Unread,
        _ read: (inout ObjectReader, inout Unread) throws(FormatProblem) -> Value
    ) throws(FormatProblem) -> Value? {
        guard var inner = try reader.reader(name) else { return nil }
        let value = try read(&inner, &unread)
        unread += inner.unread
        return value
    }

    static func cacheHint(_ reader: inout ObjectReader, _ unread: inout Unread) throws(FormatProblem) -> CacheHint {
        reader.ignore("type")
        return CacheHint(timeToLive: try reader.string("ttl"))
    }

    private static func plainContent(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> PartContent? {
        if let text = try reader.string("text") { return .text(text) }
        if let media = try nested("image", in: &reader, &unread, BedrockMediaReader.image) { return .image(media) }
        if let media = try nested("document", in: &reader, &unread, BedrockMediaReader.document) {
            return .document(media)
        }
        if let media = try nested("video", in: &reader, &unread, BedrockMediaReader.video) { return .video(media) }
        if let media = try nested("audio", in: &reader, &unread, BedrockMediaReader.audio) { return .audio(media) }
        if let reasoning = try nested("reasoningContent", in: &reader, &unread, reasoning) {
            return .reasoning(reasoning)
        }
        if let text = try nested("citationsContent", in: &reader, &unread, citedText) { return .text(text) }
        if let content = try nested("guardContent", in: &reader, &unread, guarded) { return content }
        return try nested("searchResult", in: &reader, &unread, searchResult).map { .text(TextContent($0)) }
    }

    private static func reasoning(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> Reasoning {
        if let hidden = try reader.string("redactedContent") {
            let signature = ReasoningSignature(received: hidden, in: .bedrockConverse)
            return Reasoning("", isRedacted: true, signature: signature)
        }
        guard var inner = try reader.reader("reasoningText") else {
            throw FormatProblem("must hold reasoningText or redactedContent", at: reader.path)
        }
        let signature = try inner.string("signature").map {
            ReasoningSignature(received: $0, in: .bedrockConverse)
        }
        let reasoning = Reasoning(try inner.string("text") ?? "", signature: signature)
        unread += inner.unread
        return reasoning
    }

    private static func citedText(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> TextContent {
        var text = ""
        for (index, value) in (try reader.array("content") ?? []).enumerated() {
            var inner = try ObjectReader(value, path: reader.path(of: "content", index))
            text += try inner.string("text") ?? ""
            unread += inner.unread
        }
        let citations = try reader.array("citations") ?? []
        return TextContent(text, annotations: citations.map(BedrockCitation.annotation))
    }

    /// What a guardrail shall look at is content like any other; that it shall look at nothing else is left aside.
    private static func guarded(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> PartContent {
        unread.append(UnreadMember(path: reader.path, element: .safetySettings))
        if let media = try nested("image", in: &reader, &unread, BedrockMediaReader.image) { return .image(media) }
        guard var inner = try reader.reader("text") else {
            throw FormatProblem("must hold text or image", at: reader.path)
        }
        inner.ignore("qualifiers")
        let text = try inner.requiredString("text")
        unread += inner.unread
        return .text(text)
    }

    private static func searchResult(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> SearchResult {
        let source = try reader.string("source") ?? ""
        var found = SearchResult(source: source, title: try reader.string("title") ?? "", texts: [])
        for (index, value) in (try reader.array("content") ?? []).enumerated() {
            var inner = try ObjectReader(value, path: reader.path(of: "content", index))
            found.texts.append(try inner.requiredString("text"))
            unread += inner.unread
        }
        if var citations = try reader.reader("citations") {
            found.wantsCitations = try citations.boolean("enabled")
            unread += citations.unread
        }
        return found
    }

    // MARK: Tools

    private static func toolContent(
        _ reader: inout ObjectReader,
        _ unread: inout Unread
    ) throws(FormatProblem) -> PartContent? {
        if let value = reader.value("toolUse") {
            var inner = try ObjectReader(value, path: reader.path(of: "toolUse"))
            if try inner.string("type") == "server_tool_use" { return serverContent("toolUse", value) }
            let arguments = JSONWriter().write(inner.value("input") ?? [:])
            let call = ToolCall(
                id: try inner.requiredString("toolUseId"),
                name: try inner.requiredString("name"),
                arguments: String(decoding: arguments, as: UTF8.self)
            )
            unread += inner.unread
            return .toolCall(call)
        }
        guard let value = reader.value("toolResult") else { return nil }
        var inner = try ObjectReader(value, path: reader.path(of: "toolResult"))
        if let type = try inner.string("type"), type != "tool_result" { return serverContent("toolResult", value) }
        var result = ToolResult(callID: try inner.requiredString("toolUseId"), parts: [])
        result.isError = try inner.string("status") == "error"
        for (index, value) in (try inner.array("content") ?? []).enumerated() {
            try add(value, at: inner.path(of: "content", index), to: &result, &unread)
        }
        unread += inner.unread
        return .toolResult(result)
    }

    private static func add(
        _ value: JSONValue,
        at path: String,
        to result: inout ToolResult,
        _ unread: inout Unread
    ) throws(FormatProblem) {
        if let json = value["json"] {
            let text = String(decoding: JSONWriter().write(json), as: UTF8.self)
            result.parts.append(Part(.text(text), path: path))
            return
        }
        switch try block(value, at: path, &unread) {
        case .part(let content): result.parts.append(Part(content, path: path))
        case .cachePoint(let hint):
            if let last = result.parts.indices.last {
                result.parts[last].cacheHint = hint
            } else {
                unread.append(UnreadMember(path: path, element: .cacheHint))
            }
        }
    }

    private static func serverContent(_ type: String, _ value: JSONValue) -> PartContent {
        .foreign(ForeignContent(.bedrockConverse, type: type, element: .serverToolContent, value: value))
    }
}
