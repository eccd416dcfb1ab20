import JSON

extension ResponsesRequestEncoder {
    /// The name at the provider.
    mutating func toolName(_ name: String, path: String) -> String {
        let encoded = toolNames.encoded(name)
        if encoded != name { report.note(.toolName, at: path) }
        return encoded
    }

    mutating func tools() -> [JSONValue] {
        var tools: [JSONValue] = []
        for tool in conversation.tools {
            switch tool {
            case .function(let function): tools.append(value(of: function))
            case .foreign(let foreign, _) where foreign.format == .openAIResponses: tools.append(foreign.value)
            case .foreign(let foreign, let path): report.note(foreign.element, at: path)
            }
        }
        return tools
    }

    private mutating func value(of tool: FunctionTool) -> JSONValue {
        if tool.cacheHint != nil { report.note(.cacheHint, at: tool.path) }
        // The guarantee is given unless it is declined, which other formats need not do.
        let isStrict = tool.isStrict ?? (conversation.source == .openAIResponses ? nil : false)
        return OpenAIResponses.object([
            ("type", "function"), ("name", .string(toolName(tool.name, path: tool.path))),
            ("description", tool.description.flatMap { $0.isEmpty ? nil : .string($0) }),
            ("parameters", Self.parameters(tool.parameters)), ("strict", isStrict.map { .boolean($0) }),
        ])
    }

    /// A schema of an object with its properties, which OpenAI wants even where there are none.
    private static func parameters(_ schema: JSONValue?) -> JSONValue {
        guard var object = schema?.object, !object.isEmpty else {
            return ["type": "object", "properties": [:], "additionalProperties": false]
        }
        if object["type"] == nil { object.append("type", "object") }
        if object["properties"] == nil, object["type"]?.string == "object", object["$ref"] == nil {
            object.append("properties", [:])
        }
        return .object(object)
    }

    mutating func addToolSettings(to body: inout JSONObject) {
        if let choice = conversation.toolChoice, let value = value(of: choice) { body.append("tool_choice", value) }
        if let isParallel = conversation.allowsParallelToolCalls {
            body.append("parallel_tool_calls", .boolean(isParallel))
        }
    }

    private mutating func value(of choice: ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: return "auto"
        case .none: return "none"
        case .required: return "required"
        case .tool(let name):
            return ["type": "function", "name": .string(toolName(name, path: ""))]
        case .allowed(let names, let isRequired):
            guard !names.isEmpty else {
                report.note(.toolChoice, at: "")
                return nil
            }
            let tools = names.map { name -> JSONValue in
                ["type": "function", "name": .string(toolName(name, path: ""))]
            }
            return [
                "type": "allowed_tools", "mode": isRequired ? "required" : "auto", "tools": .array(tools),
            ]
        }
    }

    /// A choice without tools is refused by OpenAI. Only one that asks for a call is missed.
    mutating func noteVainToolChoice() {
        switch conversation.toolChoice {
        case nil, .automatic?, ToolChoice.none?: break
        case .required?, .tool?, .allowed?: report.note(.toolChoice, at: "")
        }
    }
}
