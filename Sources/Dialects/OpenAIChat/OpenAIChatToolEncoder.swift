import JSON

/// Writes tools and how they are chosen.
struct OpenAIChatToolEncoder {
    private(set) var toolNames: ToolNameMap
    private(set) var losses: LossReport
    private let requiredChoice: OpenAIChatAbilities.RequiredToolChoice

    init(toolNames: ToolNameMap, requiredChoice: OpenAIChatAbilities.RequiredToolChoice, losses: LossReport) {
        self.toolNames = toolNames
        self.requiredChoice = requiredChoice
        self.losses = losses
    }

    mutating func members(for conversation: Conversation) -> [JSONObject.Member] {
        var members = JSONObject()
        var tools: [JSONValue] = []
        for tool in conversation.tools {
            switch tool {
            case .function(let function): tools.append(.object(self.function(function)))
            case .foreign(let content, _) where content.format == .openAIChat:
                if content.type == "web_search_options" {
                    members.append(content.type, content.value)
                } else {
                    tools.append(content.value)
                }
            case .foreign(let content, let path): losses.note(content.element, at: path)
            }
        }
        guard !tools.isEmpty else {
            noteChoiceWithoutTools(conversation)
            return members.members
        }
        members.append("tools", .array(tools))
        if let choice = conversation.toolChoice {
            members.append("tool_choice", value(of: choice))
        }
        if let isAllowed = conversation.allowsParallelToolCalls {
            members.append("parallel_tool_calls", .boolean(isAllowed))
        }
        return members.members
    }

    private mutating func noteChoiceWithoutTools(_ conversation: Conversation) {
        switch conversation.toolChoice {
        case nil, .some(.automatic), .some(.none): break
        case .some(.required), .some(.tool), .some(.allowed):
            let path = conversation.source == .openAIChat ? OpenAIChat.path(of: .toolChoice) : ""
            losses.note(.toolChoice, at: path)
        }
    }

    private mutating func function(_ tool: FunctionTool) -> JSONObject {
        var function = JSONObject()
        function.append("name", .string(name(tool.name, path: tool.path)))
        if let description = tool.description { function.append("description", .string(description)) }
        function.append("parameters", Self.schema(tool.parameters))
        if let isStrict = tool.isStrict { function.append("strict", .boolean(isStrict)) }
        if tool.cacheHint != nil { losses.note(.cacheHint, at: tool.path) }
        return ["type": "function", "function": .object(function)]
    }

    private mutating func name(_ name: String, path: String) -> String {
        let encoded = toolNames.encoded(name)
        if encoded != name { losses.note(.toolName, at: path) }
        return encoded
    }

    /// Arguments are always an object, and providers want the schema to say so.
    private static func schema(_ parameters: JSONValue?) -> JSONValue {
        guard case .object(var schema) = parameters, !schema.isEmpty else {
            return ["type": "object", "properties": [:]]
        }
        let combines = ["$ref", "anyOf", "oneOf", "allOf"].contains { schema[$0] != nil }
        if schema["type"] == nil, !combines {
            schema.append("type", "object")
        }
        return .object(schema)
    }

    private mutating func value(of choice: ToolChoice) -> JSONValue {
        switch choice {
        case .automatic: "auto"
        case .none: "none"
        case .required: .string(requiredChoice.rawValue)
        case .tool(let name): named(name)
        case .allowed(let names, let isRequired):
            if names.isEmpty {
                "none"
            } else {
                [
                    "type": "allowed_tools",
                    "allowed_tools": [
                        "mode": isRequired ? "required" : "auto",
                        "tools": .array(names.map { named($0) }),
                    ],
                ]
            }
        }
    }

    private mutating func named(_ name: String) -> JSONValue {
        ["type": "function", "function": ["name": .string(toolNames.encoded(name))]]
    }
}
