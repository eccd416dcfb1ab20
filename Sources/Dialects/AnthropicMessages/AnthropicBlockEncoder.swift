import JSON

/// Writes the blocks of a request's messages.
enum AnthropicBlockEncoder {
    // MARK: Instructions

    /// The texts of a turn of instructions.
    static func instructionBlocks(_ turn: Turn, _ encoding: inout AnthropicEncoding) -> [JSONValue] {
        if turn.role == .developer { encoding.report.note(.developerRole, at: turn.path) }
        if turn.name != nil { encoding.report.note(.speakerName, at: turn.path) }
        return turn.parts.compactMap { part in
            guard case .text(let content) = part.content else {
                encoding.report.note(.instructionsWithMedia, at: part.path)
                return nil
            }
            return text(content.text, part, &encoding)
        }
    }

    /// Instructions in the user's mouth.
    static func laterInstructions(_ turn: Turn, _ encoding: inout AnthropicEncoding) -> [JSONValue] {
        encoding.report.note(.instructionsInMidConversation, at: turn.path)
        return instructionBlocks(turn, &encoding).map { block in
            guard var object = block.object, let text = object["text"]?.string else { return block }
            object.set("text", to: .string("<system>\n\(text)\n</system>"))
            return .object(object)
        }
    }

    // MARK: Turns

    static func userBlock(_ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue? {
        switch part.content {
        case .text(let content):
            return content.found.map { searchResult($0, part, &encoding) } ?? text(content.text, part, &encoding)
        case .image(let media):
            return AnthropicMediaEncoder.image(media, part, &encoding)
        case .document(let media):
            return AnthropicMediaEncoder.document(media, part, &encoding)
        case .refusal(let refusal):
            return text(refusal, part, &encoding)
        default:
            noteOther(part, as: .unknownPart, &encoding)
            return own(part)
        }
    }

    /// Anything but a call.
    static func assistantBlock(_ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue? {
        switch part.content {
        case .text(let content):
            return text(content.text, part, citations: content.annotations, &encoding)
        case .refusal(let refusal):
            return text(refusal, part, &encoding)
        case .reasoning(let reasoning):
            return thinking(reasoning, part, &encoding)
        case .image, .document, .audio, .video:
            encoding.report.note(.assistantMedia, at: part.path)
            return nil
        default:
            noteOther(part, as: .unknownPart, &encoding)
            return own(part)
        }
    }

    static func toolUse(_ call: ToolCall, id: String, _ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue {
        var block: JSONObject = [
            "type": "tool_use",
            "id": .string(id),
            "name": .string(encoding.toolName(call.name, at: part.path)),
            "input": .object(input(call.arguments, part.path, &encoding)),
        ]
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    static func toolResult(
        _ result: ToolResult,
        id: String,
        _ part: Part,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue {
        var blocks = result.parts.compactMap { resultBlock($0, isError: result.isError, &encoding) }
        // A failed tool must say something.
        if blocks.isEmpty, result.isError { blocks = [["type": "text", "text": "The tool failed."]] }
        var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(id)]
        if blocks.count == 1, let only = blocks[0].object, only["type"] == "text", only.count == 2 {
            block.append("content", only["text"] ?? "")
        } else if !blocks.isEmpty {
            block.append("content", .array(blocks))
        }
        if result.isError { block.append("is_error", true) }
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    /// A result that answers no call, as text of the user.
    static func orphanedResult(_ result: ToolResult, _ encoding: inout AnthropicEncoding) -> [JSONValue] {
        let name = result.name.map { "\($0) " } ?? ""
        let head = result.isError ? "Error of the tool \(name)" : "Result of the tool \(name)"
        let blocks = result.parts.compactMap { userBlock($0, &encoding) }
        return [["type": "text", "text": .string("\(head)(call \(result.callID)):")]] + blocks
    }

    // MARK: Pieces

    /// Nil for a text without a visible character.
    private static func text(
        _ text: String,
        _ part: Part,
        citations: [Annotation] = [],
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        guard text.contains(where: { !$0.isWhitespace }) else {
            encoding.report.note(.emptyText, at: part.path)
            return nil
        }
        var block: JSONObject = ["type": "text", "text": .string(text)]
        let own = citations.filter(AnthropicCitation.canReturn)
        if own.count < citations.count { encoding.report.note(.citations, at: part.path) }
        if !own.isEmpty { block.append("citations", .array(own.map(\.value))) }
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    private static func searchResult(
        _ found: SearchResult,
        _ part: Part,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue {
        var block: JSONObject = [
            "type": "search_result", "source": .string(found.source), "title": .string(found.title),
            "content": .array(found.texts.map { ["type": "text", "text": .string($0)] }),
        ]
        if let wantsCitations = found.wantsCitations {
            block.append("citations", ["enabled": .boolean(wantsCitations)])
        }
        encoding.mark(&block, part.cacheHint, at: part.path)
        return .object(block)
    }

    private static func thinking(
        _ reasoning: Reasoning,
        _ part: Part,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        if part.cacheHint != nil { encoding.report.note(.cacheHint, at: part.path) }
        guard let signature = reasoning.signature?.value(readableBy: .anthropicMessages), !signature.isEmpty else {
            if reasoning.signature != nil { encoding.report.note(.reasoningSignature, at: part.path) }
            if !reasoning.text.isEmpty { encoding.report.note(.reasoningText, at: part.path) }
            return nil
        }
        return reasoning.isRedacted
            ? ["type": "redacted_thinking", "data": .string(signature)]
            : ["type": "thinking", "thinking": .string(reasoning.text), "signature": .string(signature)]
    }

    private static func input(
        _ arguments: String,
        _ path: String,
        _ encoding: inout AnthropicEncoding
    ) -> JSONObject {
        if arguments.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return [:] }
        if let object = try? JSONValue(parsing: arguments.utf8.span).object { return object }
        encoding.report.note(.toolArguments, at: path)
        return ["arguments": .string(arguments)]
    }

    private static func resultBlock(
        _ part: Part,
        isError: Bool,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        switch part.content {
        case .text(let content):
            if let found = content.found, !isError { return searchResult(found, part, &encoding) }
            encoding.report.note(content.found, at: part.path)
            return text(content.text, part, &encoding)
        case .image(let media) where !isError:
            return AnthropicMediaEncoder.image(media, part, &encoding)
        case .document(let media) where !isError:
            return AnthropicMediaEncoder.document(media, part, &encoding)
        case .foreign where !isError:
            noteOther(part, as: .unknownPart, &encoding)
            return own(part)
        default:
            encoding.report.note(.toolResultMedia, at: part.path)
            return nil
        }
    }

    /// What only this format has goes back as it came, with its marker.
    private static func own(_ part: Part) -> JSONValue? {
        guard case .foreign(let content) = part.content, content.format == .anthropicMessages else { return nil }
        return content.value
    }

    private static func noteOther(
        _ part: Part,
        as element: ConversationElement,
        _ encoding: inout AnthropicEncoding
    ) {
        switch part.content {
        case .foreign(let content):
            if content.format != .anthropicMessages { encoding.report.note(content.element, at: part.path) }
        case .audio: encoding.report.note(.audio, at: part.path)
        case .video: encoding.report.note(.video, at: part.path)
        case .toolResult: encoding.report.note(.orphanedToolResult, at: part.path)
        default: encoding.report.note(element, at: part.path)
        }
    }
}
