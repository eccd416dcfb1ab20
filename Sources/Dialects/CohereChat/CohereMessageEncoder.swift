import JSON

/// Writes turns as messages. Instructions come first, and each tool's result stands right behind the message with its
/// call, in the order of the calls, wherever the conversation has it.
struct CohereMessageEncoder {
    private let conversation: Conversation
    private(set) var toolNames: ToolNameMap
    private var parts: CoherePartEncoder
    private var messages: [JSONObject] = []
    /// The instructions of the beginning.
    private var instructions: [String] = []
    /// Results that have been written, by turn and part.
    private var written: Set<[Int]> = []

    init(_ conversation: Conversation, _ toolNames: ToolNameMap, _ report: LossReport) {
        self.conversation = conversation
        self.toolNames = toolNames
        parts = CoherePartEncoder(report: report)
    }

    /// What was lost so far.
    var report: LossReport { parts.report }
    /// Documents that may be cited.
    var documents: [JSONValue] { parts.documents }

    mutating func encode() -> [JSONObject] {
        for index in conversation.turns.indices {
            let turn = conversation.turns[index]
            if turn.name != nil { parts.note(.speakerName, at: turn.path) }
            switch turn.role {
            case .system, .developer: writeInstructions(turn)
            case .user: writeUser(turn, at: index)
            case .assistant: writeAssistant(turn, at: index)
            }
        }
        addPrompt()
        guard !instructions.isEmpty else { return messages }
        let text = instructions.joined(separator: "\n\n")
        return [["role": "system", "content": .string(text)]] + messages
    }

    /// The last message must not be the assistant's.
    private mutating func addPrompt() {
        guard let last = messages.last, last["role"] == "assistant", last["tool_calls"] == nil else { return }
        parts.note(.assistantPrefill, at: conversation.turns.last?.path ?? "")
        messages.append(["role": "user", "content": "Continue."])
    }

    // MARK: Instructions and users

    private mutating func writeInstructions(_ turn: Turn) {
        if turn.role == .developer { parts.note(.developerRole, at: turn.path) }
        var texts: [JSONObject] = []
        var others: [JSONObject] = []
        for part in turn.parts {
            guard let object = parts.part(part) else { continue }
            if object["type"] == "text" {
                texts.append(object)
            } else {
                parts.note(.instructionsWithMedia, at: part.path)
                others.append(object)
            }
        }
        if messages.isEmpty {
            instructions += texts.compactMap { $0["text"]?.string }
        } else if !texts.isEmpty {
            parts.note(.instructionsInMidConversation, at: turn.path)
            others = texts + others
        }
        appendUser(others)
    }

    private mutating func writeUser(_ turn: Turn, at index: Int) {
        var content: [JSONObject] = []
        var isElsewhere = false
        for (place, part) in turn.parts.enumerated() {
            if case .toolResult(let result) = part.content {
                isElsewhere = true
                guard !written.contains([index, place]) else { continue }
                parts.note(.orphanedToolResult, at: part.path)
                content += orphan(result, at: part.path)
            } else {
                let count = documents.count
                if let object = parts.part(part) { content.append(object) }
                isElsewhere = isElsewhere || documents.count > count
            }
        }
        if content.isEmpty, !isElsewhere { parts.note(.emptyTurn, at: turn.path) }
        appendUser(content)
    }

    private mutating func orphan(_ result: ToolResult, at path: String) -> [JSONObject] {
        if result.isError { parts.note(.toolResultError, at: path) }
        let heading = "Result of \(result.name ?? "a tool")\(result.isError ? " (error)" : ""):"
        return [CoherePartEncoder.text(heading)] + result.parts.compactMap { parts.part($0) }
    }

    /// A message of these parts, as plain text where there is but one: only some models take parts.
    private mutating func appendUser(_ content: [JSONObject]) {
        guard !content.isEmpty else { return }
        var value = JSONValue.array(content.map(JSONValue.object))
        if content.count == 1, content[0]["type"] == "text", let text = content[0]["text"] { value = text }
        messages.append(["role": "user", "content": value])
    }

    // MARK: Assistants

    private mutating func writeAssistant(_ turn: Turn, at index: Int) {
        var message = CohereAssistantMessage()
        var callIDs: [String] = []
        for part in turn.parts {
            if part.cacheHint != nil { parts.note(.cacheHint, at: part.path) }
            switch part.content {
            case .text(let content):
                if content.text.isEmpty { parts.note(.emptyText, at: part.path) }
                if !content.annotations.isEmpty { parts.note(.citations, at: part.path) }
                message.append(text: content.text)
            case .refusal(let text): message.append(text: text)
            case .reasoning(let reasoning): write(reasoning, at: part.path, &message)
            case .toolCall(let call):
                callIDs.append(call.id)
                message.append(call, name: name(of: call, part.path))
            case .foreign(let content): parts.note(content.element, at: part.path)
            case .image, .document, .audio, .video: parts.note(.assistantMedia, at: part.path)
            case .toolResult: parts.note(.orphanedToolResult, at: part.path)
            }
        }
        guard let object = message.object else {
            parts.note(.emptyTurn, at: turn.path)
            return
        }
        messages.append(object)
        writeResults(of: callIDs, behind: index)
    }

    private mutating func name(of call: ToolCall, _ path: String) -> String {
        let encoded = toolNames.encoded(call.name)
        if encoded != call.name { parts.note(.toolName, at: path) }
        return encoded
    }

    private mutating func write(_ reasoning: Reasoning, at path: String, _ message: inout CohereAssistantMessage) {
        guard reasoning.signature == nil else {
            parts.note(.reasoningSignature, at: path)
            if !reasoning.text.isEmpty { parts.note(.reasoningText, at: path) }
            return
        }
        message.append(thoughts: reasoning.text)
    }

    // MARK: Results

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
        appendUser(media)
    }

    private mutating func write(_ result: ToolResult, _ part: Part, _ media: inout [JSONObject]) {
        if part.cacheHint != nil { parts.note(.cacheHint, at: part.path) }
        var texts: [String] = []
        for inner in result.parts {
            guard let object = parts.part(inner) else { continue }
            if let text = object["text"]?.string {
                texts.append(text)
            } else {
                parts.note(.toolResultMedia, at: inner.path)
                if media.isEmpty { media.append(CoherePartEncoder.text("From the result of a tool:")) }
                media.append(object)
            }
        }
        if result.isError {
            parts.note(.toolResultError, at: part.path)
            texts = texts.isEmpty ? ["Error"] : ["Error: \(texts[0])"] + texts.dropFirst()
        }
        messages.append([
            "role": "tool", "tool_call_id": .string(result.callID), "content": CohereToolContent.value(of: texts),
        ])
    }
}
