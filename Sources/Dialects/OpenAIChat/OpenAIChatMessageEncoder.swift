import JSON

/// Writes turns as messages. Each tool's result stands right behind the message with its call, in the order of the
/// calls, wherever the conversation has it.
struct OpenAIChatMessageEncoder {
    private let conversation: Conversation
    private let hasShortCallIDs: Bool
    private(set) var toolNames: ToolNameMap
    private(set) var losses: LossReport
    private var messages: [JSONObject] = []
    /// Results that have been written, by turn and part.
    private var written: Set<[Int]> = []

    /// - Parameter hasShortCallIDs: Whether ids of calls must be nine letters and digits.
    init(_ conversation: Conversation, toolNames: ToolNameMap, hasShortCallIDs: Bool, losses: LossReport) {
        self.conversation = conversation
        self.hasShortCallIDs = hasShortCallIDs
        self.toolNames = toolNames
        self.losses = losses
    }

    mutating func encode() -> [JSONObject] {
        for index in conversation.turns.indices {
            let turn = conversation.turns[index]
            switch turn.role {
            case .system, .developer: writeInstructions(turn)
            case .user: writeUser(turn, at: index)
            case .assistant: writeAssistant(turn, at: index)
            }
        }
        notePrefill()
        return messages
    }

    /// Has a part written and takes over what was lost with it.
    private mutating func encoded(_ part: Part) -> JSONObject? {
        var encoder = OpenAIChatPartEncoder(source: conversation.source, losses: losses)
        defer { losses = encoder.losses }
        return encoder.part(part)
    }

    private mutating func notePrefill() {
        guard conversation.source != .openAIChat, let last = conversation.turns.last, last.role == .assistant else {
            return
        }
        let hasCall = last.parts.contains { if case .toolCall = $0.content { true } else { false } }
        if !hasCall, !last.parts.isEmpty {
            losses.note(.assistantPrefill, at: last.path)
        }
    }

    // MARK: - Instructions and users

    private mutating func writeInstructions(_ turn: Turn) {
        var texts: [JSONObject] = []
        var others: [JSONObject] = []
        for part in turn.parts {
            if case .text(let content) = part.content, content.text.isEmpty, turn.parts.count == 1 {
                texts.append(OpenAIChatPartEncoder.text(""))
            } else if let object = encoded(part) {
                if object["type"] == "text" {
                    texts.append(object)
                } else {
                    losses.note(.instructionsWithMedia, at: part.path)
                    others.append(object)
                }
            }
        }
        if texts.isEmpty, others.isEmpty {
            losses.note(.emptyTurn, at: turn.path)
        }
        append(role: turn.role.rawValue, texts, of: turn)
        append(role: "user", others, of: nil)
    }

    private mutating func writeUser(_ turn: Turn, at index: Int) {
        var content: [JSONObject] = []
        var hasResult = false
        for (place, part) in turn.parts.enumerated() {
            if case .toolResult(let result) = part.content {
                hasResult = true
                guard !written.contains([index, place]) else { continue }
                losses.note(.orphanedToolResult, at: part.path)
                content += orphan(result, at: part.path)
            } else if case .text(let text) = part.content, text.text.isEmpty, turn.parts.count == 1 {
                content.append(OpenAIChatPartEncoder.text(""))
            } else if let object = encoded(part) {
                content.append(object)
            }
        }
        if content.isEmpty, !hasResult {
            losses.note(.emptyTurn, at: turn.path)
        }
        append(role: "user", content, of: turn)
    }

    private mutating func orphan(_ result: ToolResult, at path: String) -> [JSONObject] {
        if result.isError { losses.note(.toolResultError, at: path) }
        let heading = "Result of \(result.name ?? "a tool")\(result.isError ? " (error)" : ""):"
        return [OpenAIChatPartEncoder.text(heading)] + result.parts.compactMap { encoded($0) }
    }

    /// A message of these parts, as plain text where there is but one: not every provider takes parts everywhere.
    private mutating func append(role: String, _ content: [JSONObject], of turn: Turn?) {
        guard !content.isEmpty else { return }
        var message: JSONObject = ["role": .string(role)]
        message.append("content", Self.content(content))
        if let turn { writeName(turn, &message) }
        messages.append(message)
    }

    private static func content(_ parts: [JSONObject]) -> JSONValue {
        if parts.count == 1, parts[0]["type"] == "text", let text = parts[0]["text"] { return text }
        return .array(parts.map(JSONValue.object))
    }

    private mutating func writeName(_ turn: Turn, _ message: inout JSONObject) {
        guard let name = turn.name else { return }
        let isAllowed = !name.isEmpty && !name.contains { $0.isWhitespace || "<|\\/>".contains($0) }
        if isAllowed {
            message.append("name", .string(name))
        } else {
            losses.note(.speakerName, at: turn.path)
        }
    }

    // MARK: - Assistants

    private mutating func writeAssistant(_ turn: Turn, at index: Int) {
        var message = OpenAIChatAssistantMessage()
        var callIDs: [String] = []
        for (place, part) in turn.parts.enumerated() {
            if part.cacheHint != nil { losses.note(.cacheHint, at: part.path) }
            switch part.content {
            case .text(let content):
                if content.text.isEmpty {
                    losses.note(.emptyText, at: part.path)
                } else {
                    message.content.append(OpenAIChatPartEncoder.text(content.text))
                }
            case .refusal(let text): message.refusal += text
            case .toolCall(let call):
                callIDs.append(call.id)
                let signature = Self.signature(before: place, in: turn)
                message.append(call, id: id(call.id, path: part.path), name: name(of: call, part.path), signature)
            case .reasoning(let reasoning): write(reasoning, before: place, in: turn, &message)
            case .foreign(let content):
                write(content, at: part.path, &message)
                if let id = content.value["id"]?.string { callIDs.append(id) }
            case .image, .document, .audio, .video: losses.note(.assistantMedia, at: part.path)
            case .toolResult: losses.note(.orphanedToolResult, at: part.path)
            }
        }
        guard var object = message.object else {
            losses.note(.emptyTurn, at: turn.path)
            return
        }
        writeName(turn, &object)
        messages.append(object)
        writeResults(of: callIDs, behind: index)
    }

    private mutating func name(of call: ToolCall, _ path: String) -> String {
        let encoded = toolNames.encoded(call.name)
        if encoded != call.name { losses.note(.toolName, at: path) }
        return encoded
    }

    private mutating func id(_ id: String, path: String) -> String {
        let allowed = allowed(id)
        guard allowed != id else { return id }
        if hasShortCallIDs {
            losses.note(.toolCallID, at: path, .approximated("The provider's ids are nine letters and digits."))
        } else {
            losses.note(.toolCallID, at: path)
        }
        return allowed
    }

    private func allowed(_ id: String) -> String {
        hasShortCallIDs ? ToolCallID.ofNineCharacters(id) : ToolCallID.allowed(id, maximumLength: 40)
    }

    /// The signature that Gemini's OpenAI layer gave the call at `place`.
    private static func signature(before place: Int, in turn: Turn) -> String? {
        guard place > 0, case .reasoning(let reasoning) = turn.parts[place - 1].content, reasoning.text.isEmpty else {
            return nil
        }
        return reasoning.signature.flatMap(GoogleExtraContent.unmarked)
    }

    private mutating func write(
        _ reasoning: Reasoning,
        before place: Int,
        in turn: Turn,
        _ message: inout OpenAIChatAssistantMessage
    ) {
        let path = turn.parts[place].path
        guard let signature = reasoning.signature else {
            if !reasoning.text.isEmpty { losses.note(.reasoningText, at: path) }
            return
        }
        guard signature.value(readableBy: .openAIChat) != nil else {
            losses.note(.reasoningSignature, at: path)
            if !reasoning.text.isEmpty { losses.note(.reasoningText, at: path) }
            return
        }
        // That of Gemini's layer goes with the call.
        guard GoogleExtraContent.unmarked(signature) == nil else { return }
        var callID: String?
        if reasoning.text.isEmpty, turn.parts.indices.contains(place + 1),
            case .toolCall(let call) = turn.parts[place + 1].content
        {
            callID = allowed(call.id)
        }
        message.append(reasoning, callID: callID)
    }

    private mutating func write(
        _ content: ForeignContent,
        at path: String,
        _ message: inout OpenAIChatAssistantMessage
    ) {
        switch (content.format, content.type) {
        case (.openAIChat, "custom"): message.calls.append(content.value)
        case (.openAIChat, "audio"): message.audio = content.value
        default: losses.note(content.element, at: path)
        }
    }

    // MARK: - Results

    /// Writes the results of the calls of the turn at `index`, from wherever behind it they are.
    private mutating func writeResults(of callIDs: [String], behind index: Int) {
        var media: [JSONObject] = []
        for callID in callIDs {
            guard let (turn, place) = conversation.toolResult(of: callID, behind: index, besides: written) else {
                continue
            }
            written.insert([turn, place])
            let part = conversation.turns[turn].parts[place]
            if case .toolResult(let result) = part.content {
                write(result, part, &media)
            }
        }
        append(role: "user", media, of: nil)
    }

    private mutating func write(_ result: ToolResult, _ part: Part, _ media: inout [JSONObject]) {
        if part.cacheHint != nil { losses.note(.cacheHint, at: part.path) }
        var texts: [JSONObject] = []
        var others: [JSONObject] = []
        for inner in result.parts {
            guard let object = encoded(inner) else { continue }
            if object["type"] == "text" {
                texts.append(object)
            } else {
                losses.note(.toolResultMedia, at: inner.path)
                others.append(object)
            }
        }
        if result.isError {
            losses.note(.toolResultError, at: part.path)
            if let text = texts.first?["text"]?.string {
                texts[0] = OpenAIChatPartEncoder.text("Error: \(text)")
            } else {
                texts.append(OpenAIChatPartEncoder.text("Error"))
            }
        }
        let id = allowed(result.callID)
        if texts.isEmpty, !others.isEmpty {
            texts.append(OpenAIChatPartEncoder.text("The result follows in the next user message."))
        }
        if !others.isEmpty {
            media.append(OpenAIChatPartEncoder.text("Result of the tool call \(id):"))
            media += others
        }
        messages.append([
            "role": "tool",
            "tool_call_id": .string(id),
            "content": texts.isEmpty ? "" : Self.content(texts),
        ])
    }
}
