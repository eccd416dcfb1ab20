import JSON

/// Writes tools and the choice among them.
enum AnthropicToolEncoder {
    /// The tools of a request.
    struct Tools {
        /// The elements of `tools`.
        var values: [JSONValue] = []
        /// The callers' names of the functions.
        var functionNames: Set<String> = []
        /// Members of the body that are tools too.
        var members: [(String, JSONValue)] = []
    }

    static func tools(_ conversation: Conversation, _ encoding: inout AnthropicEncoding) -> Tools {
        var tools = Tools()
        var allowed: Set<String>?
        if case .allowed(let names, _)? = conversation.toolChoice {
            encoding.report.note(.allowedTools, at: "")
            allowed = Set(names)
        }
        for tool in conversation.tools {
            switch tool {
            case .function(let function):
                guard allowed?.contains(function.name) != false else { continue }
                tools.functionNames.insert(function.name)
                tools.values.append(.object(value(function, &encoding)))
            case .foreign(let content, let path):
                if content.format != .anthropicMessages {
                    encoding.report.note(content.element, at: path)
                } else if AnthropicSettingsDecoder.serverMembers.contains(content.type) {
                    tools.members.append((content.type, content.value))
                } else {
                    tools.values.append(content.value)
                }
            }
        }
        return tools
    }

    static func choice(
        _ conversation: Conversation,
        _ tools: Tools,
        isThinking: Bool,
        _ encoding: inout AnthropicEncoding
    ) -> JSONValue? {
        guard !tools.values.isEmpty else {
            if demandsCall(conversation.toolChoice) { encoding.report.note(.toolChoice, at: "") }
            return nil
        }
        var choice: JSONObject
        switch conversation.toolChoice {
        case nil:
            guard conversation.allowsParallelToolCalls != nil else { return nil }
            choice = ["type": "auto"]
        case ToolChoice.none?:
            return ["type": "none"]
        case .automatic?, .allowed(_, false)?:
            choice = ["type": "auto"]
        case .required?, .tool?, .allowed(_, true)?:
            choice = demand(conversation, tools, isThinking: isThinking, &encoding)
        }
        if let allowsParallel = conversation.allowsParallelToolCalls {
            choice.append("disable_parallel_tool_use", .boolean(!allowsParallel))
        }
        return .object(choice)
    }

    private static func demandsCall(_ choice: ToolChoice?) -> Bool {
        switch choice {
        case .required?, .tool?, .allowed(_, true)?: true
        case nil, .automatic?, ToolChoice.none?, .allowed(_, false)?: false
        }
    }

    private static func demand(
        _ conversation: Conversation,
        _ tools: Tools,
        isThinking: Bool,
        _ encoding: inout AnthropicEncoding
    ) -> JSONObject {
        guard !isThinking, encoding.model.takesForcedTools else {
            encoding.report.note(.toolChoice, at: "")
            return ["type": "auto"]
        }
        guard case .tool(let name)? = conversation.toolChoice else { return ["type": "any"] }
        let isForeign = tools.values.contains { $0["name"]?.string == name }
        guard tools.functionNames.contains(name) || isForeign else {
            encoding.report.note(.toolChoice, at: "")
            return ["type": "any"]
        }
        return ["type": "tool", "name": .string(encoding.toolName(name, at: ""))]
    }

    private static func value(_ tool: FunctionTool, _ encoding: inout AnthropicEncoding) -> JSONObject {
        var value: JSONObject = ["name": .string(encoding.toolName(tool.name, at: tool.path))]
        if let description = tool.description { value.append("description", .string(description)) }
        let schema = AnthropicSchema.input(tool.parameters)
        if schema.isChanged { encoding.report.note(.schemaKeyword, at: tool.path) }
        value.append("input_schema", schema.schema)
        if tool.isStrict == true {
            // Anthropic's own callers know what its strict mode takes.
            let isTaken = encoding.source == .anthropicMessages || AnthropicSchema.isStrict(schema.schema)
            if encoding.model.hasStructuredOutput, isTaken {
                value.append("strict", true)
            } else {
                encoding.report.note(.strictTool, at: tool.path)
            }
        }
        encoding.mark(&value, tool.cacheHint, at: tool.path)
        return value
    }
}
