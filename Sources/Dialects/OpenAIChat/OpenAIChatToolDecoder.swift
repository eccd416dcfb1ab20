import JSON

/// Reads what a request says of tools, the older `functions` included.
enum OpenAIChatToolDecoder {
    static func read(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        for (index, tool) in (try reader.array("tools") ?? []).enumerated() {
            let path = reader.path(of: "tools", index)
            conversation.tools.append(try self.tool(tool, path: path, &conversation.unread))
        }
        for (index, function) in (try reader.array("functions") ?? []).enumerated() {
            var function = try ObjectReader(function, path: reader.path(of: "functions", index))
            conversation.tools.append(.function(try self.function(&function, path: function.path)))
            conversation.unread += function.unread
        }
        if let search = try reader.object("web_search_options") {
            let content = ForeignContent(
                .openAIChat,
                type: "web_search_options",
                element: .serverTool,
                value: .object(search)
            )
            conversation.tools.append(.foreign(content, path: reader.path(of: "web_search_options")))
        }
        conversation.allowsParallelToolCalls = try reader.boolean("parallel_tool_calls")
        if let choice = reader.value("tool_choice") {
            conversation.toolChoice = try toolChoice(choice, &conversation.unread)
        } else if let choice = reader.value("function_call") {
            conversation.toolChoice = try functionChoice(choice)
        }
        reader.ignore("function_call")
    }

    private static func tool(
        _ value: JSONValue,
        path: String,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) -> Tool {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.string("type") ?? "function"
        guard type == "function" else {
            let element: ConversationElement = type == "custom" ? .customTool : .serverTool
            return .foreign(ForeignContent(.openAIChat, type: type, element: element, value: value), path: path)
        }
        guard var function = try reader.reader("function") else {
            throw FormatProblem("is missing", at: reader.path(of: "function"))
        }
        var tool = try self.function(&function, path: path)
        if let hint = try OpenAIChatPartDecoder.cacheHint(&reader) {
            tool.cacheHint = hint
        }
        unread += function.unread + reader.unread
        return .function(tool)
    }

    private static func function(
        _ reader: inout ObjectReader,
        path: String
    ) throws(FormatProblem) -> FunctionTool {
        FunctionTool(
            name: try reader.requiredString("name"),
            description: try reader.string("description"),
            parameters: try reader.object("parameters").map(JSONValue.object),
            isStrict: try reader.boolean("strict"),
            cacheHint: try OpenAIChatPartDecoder.cacheHint(&reader),
            path: path
        )
    }

    private static func toolChoice(
        _ value: JSONValue,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) -> ToolChoice {
        let path = "tool_choice"
        if let word = value.string {
            switch word {
            case "auto": return .automatic
            case "none": return .none
            // Mistral's word.
            case "required", "any": return .required
            default: throw FormatProblem("must be none, auto, required or an object", at: path)
            }
        }
        var reader = try ObjectReader(value, path: path)
        let type = try reader.string("type") ?? "function"
        guard var inner = try reader.reader(type) else {
            throw FormatProblem("is missing", at: reader.path(of: type))
        }
        defer { unread += inner.unread + reader.unread }
        switch type {
        case "function", "custom": return .tool(try inner.requiredString("name"))
        case "allowed_tools":
            let mode = try inner.string("mode") ?? "auto"
            var names: [String] = []
            for (index, tool) in (try inner.array("tools") ?? []).enumerated() {
                var tool = try ObjectReader(tool, path: inner.path(of: "tools", index))
                let type = try tool.string("type") ?? "function"
                guard var named = try tool.reader(type) else {
                    throw FormatProblem("is missing", at: tool.path(of: type))
                }
                names.append(try named.requiredString("name"))
            }
            return .allowed(names, isRequired: mode == "required")
        default:
            throw FormatProblem("must be function, allowed_tools or custom", at: reader.path(of: "type"))
        }
    }

    private static func functionChoice(_ value: JSONValue) throws(FormatProblem) -> ToolChoice {
        switch value.string {
        case "auto": return .automatic
        case "none": return .none
        case .some: throw FormatProblem("must be none, auto or an object", at: "function_call")
        case nil:
            var reader = try ObjectReader(value, path: "function_call")
            return .tool(try reader.requiredString("name"))
        }
    }
}
