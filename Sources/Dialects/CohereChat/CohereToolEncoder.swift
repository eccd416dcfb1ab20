import JSON

/// Writes tools and how they are chosen.
///
/// Format: Cohere API reference, "Chat", `tools`, `strict_tools` and `tool_choice`.
struct CohereToolEncoder {
    private(set) var toolNames: ToolNameMap
    private(set) var report: LossReport

    init(toolNames: ToolNameMap, report: LossReport) {
        self.toolNames = toolNames
        self.report = report
    }

    mutating func members(for conversation: Conversation) -> [JSONObject.Member] {
        let functions = functions(of: conversation)
        guard !functions.isEmpty else {
            noteChoiceWithoutTools(conversation.toolChoice)
            return []
        }
        var members = JSONObject()
        members.append("tools", .array(functions.map { .object(encoded($0)) }))
        if isStrict(functions) { members.append("strict_tools", true) }
        switch conversation.toolChoice {
        case nil, .automatic, .allowed(_, isRequired: false): break
        case .some(.none): members.append("tool_choice", "NONE")
        case .required, .tool, .allowed(_, isRequired: true): members.append("tool_choice", "REQUIRED")
        }
        if conversation.allowsParallelToolCalls == false { report.note(.parallelToolCalls, at: "") }
        return members.members
    }

    /// The functions among the tools that may be called: a choice among them is said by leaving out the others.
    private mutating func functions(of conversation: Conversation) -> [FunctionTool] {
        var functions: [FunctionTool] = []
        for tool in conversation.tools {
            switch tool {
            case .function(let function): functions.append(function)
            case .foreign(let content, let path): report.note(content.element, at: path)
            }
        }
        switch conversation.toolChoice {
        case .tool(let name) where functions.contains { $0.name != name }:
            report.note(.toolChoice, at: "")
            functions.removeAll { $0.name != name }
        case .allowed(let names, _):
            report.note(.allowedTools, at: "")
            functions.removeAll { !names.contains($0.name) }
        default: break
        }
        return functions
    }

    private mutating func noteChoiceWithoutTools(_ choice: ToolChoice?) {
        switch choice {
        case nil, .automatic, .some(.none), .allowed: break
        case .required, .tool: report.note(.toolChoice, at: "")
        }
    }

    private mutating func encoded(_ tool: FunctionTool) -> JSONObject {
        let name = toolNames.encoded(tool.name)
        if name != tool.name { report.note(.toolName, at: tool.path) }
        if tool.cacheHint != nil { report.note(.cacheHint, at: tool.path) }
        var function: JSONObject = ["name": .string(name)]
        if let description = tool.description { function.append("description", .string(description)) }
        function.append("parameters", Self.schema(tool.parameters))
        return ["type": "function", "function": .object(function)]
    }

    /// Arguments are always an object.
    private static func schema(_ parameters: JSONValue?) -> JSONValue {
        guard case .object(var schema) = parameters, !schema.isEmpty else {
            return ["type": "object", "properties": [:]]
        }
        if schema["type"] == nil { schema.append("type", "object") }
        return .object(schema)
    }

    /// Whether all schemas are guaranteed: all or none are, and each must have a member that must be there (Cohere
    /// documentation, "Structured Outputs").
    private mutating func isStrict(_ functions: [FunctionTool]) -> Bool {
        let strict = functions.filter { $0.isStrict == true }
        let canBe = functions.allSatisfy { $0.parameters?["required"]?.array?.isEmpty == false }
        if strict.count == functions.count, canBe { return true }
        for tool in strict { report.note(.strictTool, at: tool.path) }
        return false
    }
}
