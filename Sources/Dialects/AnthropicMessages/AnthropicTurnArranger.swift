import JSON

/// One message of a request.
struct AnthropicMessage {
    var role: Role
    var blocks: [JSONValue]

    var value: JSONValue { ["role": .string(role.rawValue), "content": .array(blocks)] }

    /// Whether it gives results of tools.
    var hasResults: Bool { blocks.contains { $0["type"] == "tool_result" } }
}

/// Puts turns into the order that Anthropic takes: user and assistant by turns, the user first, and the results of all
/// calls at the front of the message right behind them.
///
/// Anthropic documentation, "Tool use": tool results directly behind their calls, before other content.
struct AnthropicTurnArranger {
    private struct PendingCall {
        var encoded: String
        var path: String
        var isAnswered = false
    }

    private var messages: [AnthropicMessage] = []
    private var pending: [PendingCall] = []
    /// Where in `pending` the calls of an id are that nothing has answered.
    private var unanswered: [String: [Int]] = [:]
    private var usedIDs: Set<String> = []
    private var repetitions: [String: Int] = [:]
    /// Instructions that may stand in a message of their own if the assistant speaks next.
    private var held: ArraySlice<Turn> = []

    static func messages(_ turns: ArraySlice<Turn>, _ encoding: inout AnthropicEncoding) -> [AnthropicMessage] {
        var arranger = AnthropicTurnArranger()
        var rest = turns
        while let first = rest.first {
            let isAssistant = first.role == .assistant
            let end = rest.firstIndex { ($0.role == .assistant) != isAssistant } ?? rest.endIndex
            if isAssistant {
                arranger.appendAssistant(rest[..<end], &encoding)
            } else {
                arranger.appendUser(rest[..<end], &encoding)
            }
            rest = rest[end...]
        }
        arranger.append(.user, arranger.missingResults(&encoding))
        arranger.appendHeld(&encoding)
        if arranger.messages.first?.role != .user {
            encoding.report.note(
                arranger.messages.isEmpty ? .emptyTurn : .leadingAssistantTurn,
                at: turns.first?.path ?? ""
            )
            arranger.messages.insert(AnthropicMessage(role: .user, blocks: [request]), at: 0)
        }
        return arranger.messages
    }

    /// Makes the last turn of the assistant one that the model can go on with.
    static func finish(_ messages: inout [AnthropicMessage], isThinking: Bool, _ encoding: inout AnthropicEncoding) {
        guard let last = messages.last, last.role == .assistant, let block = last.blocks.last?.object else { return }
        let path = "messages"
        let type = block["type"]?.string
        if isThinking && type == "text" || type == "thinking" || type == "redacted_thinking" {
            encoding.report.note(.assistantPrefill, at: path)
            messages.append(AnthropicMessage(role: .user, blocks: [request]))
        } else if type == "text", let text = block["text"]?.string, text.last?.isWhitespace == true {
            encoding.report.note(.assistantPrefill, at: path)
            var trimmed = block
            trimmed.set("text", to: .string(String(text.reversed().drop { $0.isWhitespace }.reversed())))
            messages[messages.count - 1].blocks[last.blocks.count - 1] = .object(trimmed)
        }
    }

    /// What the user says where someone must.
    private static let request: JSONValue = ["type": "text", "text": "Continue."]

    private mutating func append(_ role: Role, _ blocks: [JSONValue]) {
        guard !blocks.isEmpty else { return }
        if messages.last?.role == role {
            messages[messages.count - 1].blocks += blocks
        } else {
            messages.append(AnthropicMessage(role: role, blocks: blocks))
        }
    }

    // MARK: The assistant

    private mutating func appendAssistant(_ turns: ArraySlice<Turn>, _ encoding: inout AnthropicEncoding) {
        for turn in turns {
            var blocks: [JSONValue] = []
            for part in turn.parts {
                if case .toolCall(let call) = part.content {
                    blocks.append(toolUse(call, part, &encoding))
                } else if let block = AnthropicBlockEncoder.assistantBlock(part, &encoding) {
                    blocks.append(block)
                }
            }
            note(turn, isEmpty: blocks.isEmpty, &encoding)
            if !blocks.isEmpty { appendHeld(&encoding) }
            append(.assistant, blocks)
        }
    }

    private mutating func toolUse(_ call: ToolCall, _ part: Part, _ encoding: inout AnthropicEncoding) -> JSONValue {
        let id = freeID(for: call.id)
        if id != call.id { encoding.report.note(.toolCallID, at: part.path) }
        unanswered[call.id, default: []].append(pending.count)
        pending.append(PendingCall(encoded: id, path: part.path))
        return AnthropicBlockEncoder.toolUse(call, id: id, part, &encoding)
    }

    /// Some providers count their calls from one in each answer; Anthropic wants no id twice.
    private mutating func freeID(for id: String) -> String {
        var allowed = ToolCallID.allowed(id)
        while !usedIDs.insert(allowed).inserted {
            let count = repetitions[id, default: 1] + 1
            repetitions[id] = count
            allowed = ToolCallID.allowed("\(id)_\(count)")
        }
        return allowed
    }

    // MARK: The user

    private mutating func appendUser(_ turns: ArraySlice<Turn>, _ encoding: inout AnthropicEncoding) {
        var results: [JSONValue] = []
        var others = held.flatMap { AnthropicBlockEncoder.laterInstructions($0, &encoding) }
        let end = (turns.lastIndex { !$0.role.isInstructionToClaude } ?? turns.startIndex - 1) + 1
        let said = encoding.model.takesLaterInstructions ? turns[..<end] : turns
        for turn in said {
            let count = results.count + others.count
            if turn.role.isInstructionToClaude {
                others += AnthropicBlockEncoder.laterInstructions(turn, &encoding)
            } else {
                for part in turn.parts {
                    appendUserPart(part, &results, &others, &encoding)
                }
                note(turn, isEmpty: results.count + others.count == count, &encoding)
            }
        }
        append(.user, results + missingResults(&encoding) + others)
        held = turns[said.endIndex...]
    }

    /// Instructions behind what the user said stand in a message of their own.
    private mutating func appendHeld(_ encoding: inout AnthropicEncoding) {
        let isBehindUser = messages.last?.role == .user
        for turn in held {
            if isBehindUser {
                append(.system, AnthropicBlockEncoder.instructionBlocks(turn, &encoding))
            } else {
                append(.user, AnthropicBlockEncoder.laterInstructions(turn, &encoding))
            }
        }
        held = []
    }

    private mutating func appendUserPart(
        _ part: Part,
        _ results: inout [JSONValue],
        _ others: inout [JSONValue],
        _ encoding: inout AnthropicEncoding
    ) {
        guard case .toolResult(let result) = part.content else {
            if let block = AnthropicBlockEncoder.userBlock(part, &encoding) { others.append(block) }
            return
        }
        if let place = unanswered[result.callID]?.first {
            unanswered[result.callID]?.removeFirst()
            pending[place].isAnswered = true
            results.append(AnthropicBlockEncoder.toolResult(result, id: pending[place].encoded, part, &encoding))
        } else {
            encoding.report.note(.orphanedToolResult, at: part.path)
            others += AnthropicBlockEncoder.orphanedResult(result, &encoding)
        }
    }

    /// An error for each call that nothing answers.
    private mutating func missingResults(_ encoding: inout AnthropicEncoding) -> [JSONValue] {
        defer {
            pending = []
            unanswered = [:]
        }
        return pending.filter { !$0.isAnswered }.map { call in
            encoding.report.note(.orphanedToolResult, at: call.path)
            return [
                "type": "tool_result", "tool_use_id": .string(call.encoded), "content": "The tool gave no result.",
                "is_error": true,
            ]
        }
    }

    private func note(_ turn: Turn, isEmpty: Bool, _ encoding: inout AnthropicEncoding) {
        if turn.name != nil { encoding.report.note(.speakerName, at: turn.path) }
        if isEmpty { encoding.report.note(.emptyTurn, at: turn.path) }
    }
}
