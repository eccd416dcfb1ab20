import JSON

extension ResponsesRequestEncoder {
    mutating func add(_ turn: Turn) {
        let count = input.count
        if turn.name != nil { report.note(.speakerName, at: turn.path) }
        for part in turn.parts where part.cacheHint != nil {
            report.note(.cacheHint, at: part.path)
        }
        if turn.role == .assistant {
            addAssistant(turn)
        } else {
            addMessages(turn)
        }
        if input.count == count { report.note(.emptyTurn, at: turn.path) }
    }

    /// Messages of the user or of the application, with the results of tools between them as items of their own.
    private mutating func addMessages(_ turn: Turn) {
        var content: [JSONValue] = []
        for part in turn.parts {
            switch part.content {
            case .toolResult(let result) where turn.role == .user:
                flush(&content, role: turn.role)
                add(result, path: part.path)
            case .foreign(let foreign):
                guard canSend(foreign, path: part.path) else { continue }
                flush(&content, role: turn.role)
                input.append(foreign.value)
            default:
                if let value = inputContent(part, isUser: turn.role == .user) { content.append(value) }
            }
        }
        flush(&content, role: turn.role)
    }

    private mutating func flush(_ content: inout [JSONValue], role: Role) {
        guard !content.isEmpty else { return }
        let value = content.count == 1 ? content.first?["text"] : nil
        let message: JSONValue = [
            "type": "message", "role": .string(role.rawValue), "content": value ?? .array(content),
        ]
        input.append(message)
        content.removeAll()
    }

    /// Items that only this format knows go as they came, to this format.
    private mutating func canSend(_ foreign: ForeignContent, path: String) -> Bool {
        if foreign.format == .openAIResponses, foreign.element != .unknownPart, foreign.element != .storedState {
            return true
        }
        report.note(foreign.element, at: path)
        return false
    }

    private mutating func addAssistant(_ turn: Turn) {
        var content: [JSONValue] = []
        // OpenAI refuses thoughts that nothing follows, so they wait for what does.
        var thoughts: [(item: JSONValue, path: String)] = []
        for part in turn.parts {
            switch part.content {
            case .text(let text):
                if let value = outputText(text, path: part.path) { content.append(value) } else { continue }
                flushThoughts(&thoughts, before: &content)
            case .refusal(let refusal):
                guard !refusal.isEmpty else {
                    report.note(.emptyText, at: part.path)
                    continue
                }
                content.append(["type": "refusal", "refusal": .string(refusal)])
                flushThoughts(&thoughts, before: &content)
            case .reasoning(let reasoning):
                guard let item = reasoningItem(reasoning, path: part.path) else { continue }
                flushSaid(&content)
                thoughts.append((item, part.path))
            case .toolCall(let call):
                flushSaid(&content)
                flushThoughts(&thoughts, before: &content)
                add(call, path: part.path)
            case .foreign(let foreign):
                guard canSend(foreign, path: part.path) else { continue }
                flushSaid(&content)
                flushThoughts(&thoughts, before: &content)
                input.append(foreign.value)
            case .image, .document, .audio, .video: report.note(.assistantMedia, at: part.path)
            case .toolResult(let result):
                flushSaid(&content)
                add(result, path: part.path)
            }
        }
        flushSaid(&content)
        for thought in thoughts { report.note(.reasoningText, at: thought.path) }
    }

    private mutating func flushThoughts(
        _ thoughts: inout [(item: JSONValue, path: String)],
        before content: inout [JSONValue]
    ) {
        guard !thoughts.isEmpty else { return }
        input += thoughts.map(\.item)
        thoughts.removeAll()
        hasOwnThoughts = true
    }

    /// A plain text is a message of its own with a string for content: the one form for which OpenAI's schema wants
    /// no id, which only its own messages have.
    private mutating func flushSaid(_ content: inout [JSONValue]) {
        var parts: [JSONValue] = []
        for part in content {
            if let text = part["text"], part["annotations"] == [] {
                flushParts(&parts)
                input.append(["type": "message", "role": "assistant", "content": text])
            } else {
                parts.append(part)
            }
        }
        flushParts(&parts)
        content.removeAll()
    }

    private mutating func flushParts(_ parts: inout [JSONValue]) {
        guard !parts.isEmpty else { return }
        let content = JSONValue.array(parts)
        input.append([
            "type": "message", "id": .string(messageID(content)), "status": "completed", "role": "assistant",
            "content": content,
        ])
        parts.removeAll()
    }

    /// An id in OpenAI's form. Place and content make it, so that a beginning of a conversation keeps its ids.
    private func messageID(_ content: JSONValue) -> String {
        let text = String(decoding: JSONWriter().write(content), as: UTF8.self)
        return "msg_\(input.count)_\(StableHash.hexadecimal(text))"
    }

    private mutating func outputText(_ text: TextContent, path: String) -> JSONValue? {
        guard !text.text.isEmpty else {
            report.note(.emptyText, at: path)
            return nil
        }
        let annotations = text.annotations.compactMap { $0.responsesValue(length: text.text.unicodeScalars.count) }
        if annotations.count < text.annotations.count { report.note(.citations, at: path) }
        return ["type": "output_text", "text": .string(text.text), "annotations": .array(annotations)]
    }

    private mutating func reasoningItem(_ reasoning: Reasoning, path: String) -> JSONValue? {
        guard let signature = reasoning.signature else {
            if !reasoning.text.isEmpty || reasoning.id != nil { report.note(.reasoningText, at: path) }
            return nil
        }
        guard let value = signature.value(readableBy: .openAIResponses) else {
            report.note(.reasoningSignature, at: path)
            return nil
        }
        let own = ResponsesReasoningSignature(value)
        let summary: [JSONValue] =
            reasoning.text.isEmpty ? [] : [["type": "summary_text", "text": .string(reasoning.text)]]
        return OpenAIResponses.object([
            ("type", "reasoning"), ("id", (own.id ?? reasoning.id).map { .string($0) }), ("summary", .array(summary)),
            ("encrypted_content", .string(own.encryptedContent)),
        ])
    }

    private mutating func add(_ call: ToolCall, path: String) {
        let id = callID(call.id, path: path)
        callIDs.insert(id)
        let arguments = call.arguments.allSatisfy(\.isWhitespace) ? "{}" : call.arguments
        input.append([
            "type": "function_call", "call_id": .string(id), "name": .string(toolName(call.name, path: path)),
            "arguments": .string(arguments),
        ])
    }

    private mutating func callID(_ id: String, path: String) -> String {
        let allowed = ToolCallID.allowed(id)
        if allowed != id { report.note(.toolCallID, at: path) }
        return allowed
    }

    private mutating func add(_ result: ToolResult, path: String) {
        if result.isError { report.note(.toolResultError, at: path) }
        var content: [JSONValue] = []
        for part in result.parts {
            switch part.content {
            case .text(let text) where text.text.isEmpty: continue
            case .text, .image, .document:
                if let value = inputContent(part, isUser: true) { content.append(value) }
            case .refusal(let text): content.append(["type": "input_text", "text": .string(text)])
            default: report.note(.toolResultMedia, at: part.path.isEmpty ? path : part.path)
            }
        }
        if result.isError { markError(&content) }
        let id = callID(result.callID, path: path)
        guard callIDs.contains(id) else {
            report.note(.orphanedToolResult, at: path)
            flush(&content, role: .user)
            return
        }
        let single = content.count == 1 ? content.first?["text"] : nil
        let output: JSONValue = content.isEmpty ? "" : single ?? .array(content)
        input.append(["type": "function_call_output", "call_id": .string(id), "output": output])
    }

    private func markError(_ content: inout [JSONValue]) {
        if let text = content.first?["text"]?.string {
            content[0] = ["type": "input_text", "text": .string("Error: \(text)")]
        } else {
            content.insert(["type": "input_text", "text": "Error: the tool failed."], at: 0)
        }
    }
}
