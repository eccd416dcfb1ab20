import JSON

/// Reads tools and what form thoughts and answer shall have.
enum AnthropicSettingsDecoder {
    /// Members of the body that are tools of the provider.
    static let serverMembers = ["mcp_servers", "container"]

    static func tool(
        _ value: JSONValue,
        path: String,
        unread: inout [UnreadMember]
    ) throws(FormatProblem) -> Tool {
        var reader = try ObjectReader(value, path: path)
        let type = try reader.string("type")
        guard type == nil || type == "custom" else {
            let content = ForeignContent(
                .anthropicMessages,
                type: type ?? "",
                element: .serverTool,
                value: value
            )
            return .foreign(content, path: path)
        }
        var tool = FunctionTool(name: try reader.requiredString("name"), path: path)
        tool.description = try reader.string("description")
        tool.parameters = reader.value("input_schema")
        tool.isStrict = try reader.boolean("strict")
        if var marker = try reader.reader("cache_control") {
            tool.cacheHint = try AnthropicBlockDecoder.cacheHint(&marker, unread: &unread)
        }
        unread += reader.unread
        return .function(tool)
    }

    static func readToolChoice(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard var choice = try reader.reader("tool_choice") else { return }
        switch try choice.requiredString("type") {
        case "auto": conversation.toolChoice = .automatic
        case "any": conversation.toolChoice = .required
        case "none": conversation.toolChoice = ToolChoice.none
        case "tool": conversation.toolChoice = .tool(try choice.requiredString("name"))
        default:
            throw FormatProblem("must be \"auto\", \"any\", \"tool\" or \"none\"", at: choice.path(of: "type"))
        }
        if let isDisabled = try choice.boolean("disable_parallel_tool_use") {
            conversation.allowsParallelToolCalls = !isDisabled
        }
        conversation.unread += choice.unread
    }

    static func readThinking(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard var thinking = try reader.reader("thinking") else { return }
        var options = ReasoningOptions()
        switch try thinking.requiredString("type") {
        case "enabled", "adaptive": options.isEnabled = true
        // Thinks before it answers as little as with `disabled`.
        case "disabled", "between_tools": options.isEnabled = false
        default:
            throw FormatProblem(
                "must be \"enabled\", \"adaptive\", \"between_tools\" or \"disabled\"",
                at: thinking.path(of: "type")
            )
        }
        options.budgetTokens = try thinking.integer("budget_tokens")
        options.includesThoughts = try thinking.string("display").map { $0 != "omitted" }
        conversation.reasoning = options
        conversation.unread += thinking.unread
    }

    /// Effort and form of the answer; the older `output_format` too.
    static func readOutput(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        if var format = try reader.reader("output_format") {
            conversation.outputFormat = try outputFormat(&format, unread: &conversation.unread)
        }
        guard var output = try reader.reader("output_config") else { return }
        if let effort = try output.string("effort") {
            conversation.reasoning = conversation.reasoning ?? ReasoningOptions()
            conversation.reasoning?.effort = effort
        }
        if var format = try output.reader("format") {
            conversation.outputFormat = try outputFormat(&format, unread: &conversation.unread)
        }
        conversation.unread += output.unread
    }

    private static func outputFormat(
        _ reader: inout ObjectReader,
        unread: inout [UnreadMember]
    ) throws(FormatProblem) -> OutputFormat {
        guard try reader.requiredString("type") == "json_schema" else {
            throw FormatProblem("must be \"json_schema\"", at: reader.path(of: "type"))
        }
        guard let schema = reader.value("schema") else {
            throw FormatProblem("is missing", at: reader.path(of: "schema"))
        }
        let name = try reader.string("name")
        unread += reader.unread
        return .schema(OutputSchema(name: name, schema: schema))
    }
}
