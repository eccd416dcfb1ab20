import JSON

extension ResponsesRequestDecoder {
    mutating func readTools(_ reader: inout ObjectReader) throws(FormatProblem) {
        for (index, value) in (try reader.array("tools") ?? []).enumerated() {
            conversation.tools.append(try tool(value, path: reader.path(of: "tools", index)))
        }
        switch reader.value("tool_choice") {
        case nil: break
        case .string(let word): conversation.toolChoice = try toolChoice(word.repairedValue)
        case let value?:
            var choice = try ObjectReader(value, path: reader.path(of: "tool_choice"))
            try readToolChoice(&choice)
            conversation.unread += choice.unread
        }
    }

    private mutating func tool(_ value: JSONValue, path: String) throws(FormatProblem) -> Tool {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.requiredString("type")
        guard type == "function" else {
            let element: ConversationElement = type == "custom" ? .customTool : .serverTool
            return .foreign(ForeignContent(.openAIResponses, type: type, element: element, value: value), path: path)
        }
        let tool = FunctionTool(
            name: try reader.requiredString("name"),
            description: try reader.string("description"),
            parameters: try reader.object("parameters").map { .object($0) },
            isStrict: try reader.boolean("strict"),
            path: path
        )
        conversation.unread += reader.unread
        return .function(tool)
    }

    private func toolChoice(_ word: String) throws(FormatProblem) -> ToolChoice {
        switch word {
        case "auto": .automatic
        case "none": .none
        case "required": .required
        default: throw FormatProblem("must be auto, none, required or an object, not \(word)", at: "tool_choice")
        }
    }

    private mutating func readToolChoice(_ choice: inout ObjectReader) throws(FormatProblem) {
        switch try choice.requiredString("type") {
        case "function": conversation.toolChoice = .tool(try choice.requiredString("name"))
        case "custom":
            choice.ignore("name")
            leave(choice.path, .customTool)
        case "allowed_tools": try readAllowedTools(&choice)
        default:
            choice.ignore("server_label", "name")
            leave(choice.path, .serverTool)
        }
    }

    private mutating func readAllowedTools(_ choice: inout ObjectReader) throws(FormatProblem) {
        let mode = try choice.string("mode")
        var names: [String] = []
        for (index, value) in (try choice.array("tools") ?? []).enumerated() {
            var tool = try ObjectReader(value, path: choice.path(of: "tools", index))
            let type = try tool.requiredString("type")
            if type == "function" {
                names.append(try tool.requiredString("name"))
                conversation.unread += tool.unread
            } else {
                leave(tool.path, type == "custom" ? .customTool : .serverTool)
            }
        }
        conversation.toolChoice = .allowed(names, isRequired: mode == "required")
    }
}
