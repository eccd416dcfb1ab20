import JSON

extension ResponsesRequestDecoder {
    mutating func readInput(_ reader: inout ObjectReader) throws(FormatProblem) {
        switch reader.value("input") {
        case nil:
            guard conversation.unread.contains(where: { $0.element == .storedState }) else {
                throw FormatProblem("is missing", at: "input")
            }
        case .string(let text):
            let part = Part(.text(text.repairedValue), path: "input")
            conversation.turns.append(Turn(.user, [part], path: "input"))
        case .array(let items):
            for (index, value) in items.enumerated() {
                try readItem(value, path: reader.path(of: "input", index))
            }
        case let value?:
            throw FormatProblem("must be a string or an array, not \(value.kind.article)", at: "input")
        }
    }

    private mutating func readItem(_ value: JSONValue, path: String) throws(FormatProblem) {
        var item = try ObjectReader(value, path: path)
        // Ids and states of items matter to the provider that keeps them, and to no one else.
        item.ignore("id", "status")
        let type = try item.string("type") ?? (value["role"] == nil ? "item_reference" : "message")
        switch type {
        case "message": try readMessage(&item)
        case "function_call": try readCall(&item)
        case "function_call_output": try readOutput(&item)
        case "reasoning": try readReasoningItem(&item, id: value["id"]?.string)
        default:
            readForeignItem(value, type: type, path: path)
            return
        }
        conversation.unread += item.unread
    }

    private mutating func readMessage(_ item: inout ObjectReader) throws(FormatProblem) {
        let name = try item.requiredString("role")
        guard let role = Role(rawValue: name) else {
            throw FormatProblem("must be user, assistant, system or developer, not \(name)", at: item.path(of: "role"))
        }
        let parts = try content(of: &item, member: "content")
        if role == .assistant {
            appendToAssistant(parts, path: item.path)
        } else {
            openTurn = .none
            conversation.turns.append(Turn(role, parts, path: item.path))
        }
    }

    private mutating func readCall(_ item: inout ObjectReader) throws(FormatProblem) {
        let call = ToolCall(
            id: try item.requiredString("call_id"),
            name: try item.requiredString("name"),
            arguments: try item.string("arguments") ?? ""
        )
        appendToAssistant([Part(.toolCall(call), path: item.path)], path: item.path)
    }

    private mutating func readOutput(_ item: inout ObjectReader) throws(FormatProblem) {
        let id = try item.requiredString("call_id")
        let name = try item.string("name") ?? conversation.toolName(ofCall: id)
        let result = ToolResult(callID: id, name: name, parts: try content(of: &item, member: "output"))
        appendToResults(Part(.toolResult(result), path: item.path), path: item.path)
    }

    private mutating func readReasoningItem(_ item: inout ObjectReader, id: String?) throws(FormatProblem) {
        let summary = try thoughts(&item, member: "summary")
        let content = try thoughts(&item, member: "content")
        let encrypted = try item.string("encrypted_content").flatMap { $0.isEmpty ? nil : $0 }
        let signed = encrypted.map { ResponsesEncryptedContent.signature(of: $0, itemID: id) }
        var thoughts: [Reasoning] = []
        if !content.isEmpty { thoughts.append(Reasoning(content, id: id)) }
        if !summary.isEmpty { thoughts.append(Reasoning(summary, isSummary: true, id: id)) }
        if thoughts.isEmpty { thoughts.append(Reasoning("", isRedacted: signed?.isRedacted ?? false, id: id)) }
        thoughts[thoughts.count - 1].signature = signed?.signature
        appendToAssistant(thoughts.map { Part(.reasoning($0), path: item.path) }, path: item.path)
    }

    private mutating func thoughts(_ item: inout ObjectReader, member: String) throws(FormatProblem) -> String {
        var texts: [String] = []
        for (index, value) in (try item.array(member) ?? []).enumerated() {
            var part = try ObjectReader(value, path: item.path(of: member, index))
            part.ignore("type")
            texts.append(try part.string("text") ?? "")
            conversation.unread += part.unread
        }
        return texts.filter { !$0.isEmpty }.joined(separator: ResponsesAnswerDecoder.summarySeparator)
    }

    /// Items that no other format knows.
    private mutating func readForeignItem(_ value: JSONValue, type: String, path: String) {
        let foreign = ForeignContent(.openAIResponses, type: type, element: Self.element(ofItem: type), value: value)
        let part = Part(.foreign(foreign), path: path)
        if Self.resultTypes.contains(type) {
            appendToResults(part, path: path)
        } else {
            appendToAssistant([part], path: path)
        }
    }

    private static let resultTypes: Set<String> = [
        "custom_tool_call_output", "computer_call_output", "local_shell_call_output", "shell_call_output",
        "apply_patch_call_output", "mcp_approval_response",
    ]

    /// What an item of this type is to the report.
    static func element(ofItem type: String) -> ConversationElement {
        switch type {
        case "custom_tool_call", "custom_tool_call_output": .customTool
        case "item_reference", "compaction": .storedState
        case "image_generation_call": .assistantMedia
        case "additional_tools": .serverTool
        case "web_search_call", "file_search_call", "computer_call", "computer_call_output", "code_interpreter_call",
            "local_shell_call", "local_shell_call_output", "shell_call", "shell_call_output", "apply_patch_call",
            "apply_patch_call_output", "mcp_call", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response",
            "tool_search_call", "tool_search_output", "program", "program_output":
            .serverToolContent
        default: .unknownPart
        }
    }

    private mutating func appendToAssistant(_ parts: [Part], path: String) {
        append(parts, to: .assistant, role: .assistant, path: path)
    }

    private mutating func appendToResults(_ part: Part, path: String) {
        append([part], to: .results, role: .user, path: path)
    }

    private mutating func append(_ parts: [Part], to turn: OpenTurn, role: Role, path: String) {
        if openTurn == turn, let last = conversation.turns.indices.last {
            conversation.turns[last].parts += parts
        } else {
            conversation.turns.append(Turn(role, parts, path: path))
            openTurn = turn
        }
    }
}
