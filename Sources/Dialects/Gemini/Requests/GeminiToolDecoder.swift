import JSON

/// Reads `tools` and `toolConfig`.
///
/// Format: Gemini API reference, "Tool", "ToolConfig".
struct GeminiToolDecoder {
    private(set) var unread: [UnreadMember] = []

    mutating func tools(of value: JSONValue, path: String) throws(FormatProblem) -> [Tool] {
        switch value {
        // Protobuf's readers take a lone element for a list of one.
        case .object: return try tools(ofOne: value, path: path)
        case .array(let elements):
            var tools: [Tool] = []
            for (index, element) in elements.enumerated() {
                tools += try self.tools(ofOne: element, path: "\(path)[\(index)]")
            }
            return tools
        default: throw FormatProblem("must be an array, not \(value.kind.article)", at: path)
        }
    }

    private mutating func tools(ofOne value: JSONValue, path: String) throws(FormatProblem) -> [Tool] {
        var reader = try GeminiReader(value, path: path)
        var tools: [Tool] = []
        if let declarations = try reader.array("functionDeclarations") {
            let path = reader.path(of: "functionDeclarations")
            for (index, declaration) in declarations.enumerated() {
                tools.append(.function(try function(of: declaration, path: "\(path)[\(index)]")))
            }
        }
        // Every other member is a tool that runs at Google: `googleSearch`, `codeExecution`, `urlContext` and so on.
        guard let object = value.object else { return tools }
        for member in object.members where member.value != .null {
            let name = member.name.repairedValue
            guard name != "functionDeclarations", name != "function_declarations" else { continue }
            let tool = JSONValue.object(JSONObject([member]))
            tools.append(
                .foreign(
                    ForeignContent(.gemini, type: name, element: .serverTool, value: tool),
                    path: "\(path).\(name)"
                )
            )
        }
        return tools
    }

    private mutating func function(of value: JSONValue, path: String) throws(FormatProblem) -> FunctionTool {
        var reader = try GeminiReader(value, path: path)
        var tool = FunctionTool(name: try reader.requiredString("name"), path: path)
        tool.description = try reader.string("description")
        let openAPISchema = reader.value("parameters").map(GeminiSchema.jsonSchema)
        tool.parameters = reader.value("parametersJsonSchema") ?? openAPISchema
        unread += reader.unread
        return tool
    }

    mutating func readChoice(
        _ reader: inout GeminiReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        if var calling = try reader.reader("functionCallingConfig") {
            let mode = try calling.string("mode")?.uppercased()
            let names = try calling.strings("allowedFunctionNames") ?? []
            switch mode {
            case "AUTO": conversation.toolChoice = .automatic
            case "NONE": conversation.toolChoice = ToolChoice.none
            case "ANY":
                conversation.toolChoice =
                    names.isEmpty ? .required : names.count == 1 ? .tool(names[0]) : .allowed(names, isRequired: true)
            case "VALIDATED":
                conversation.toolChoice = names.isEmpty ? .automatic : .allowed(names, isRequired: false)
                Self.makeStrict(&conversation.tools)
            case nil, "", "MODE_UNSPECIFIED": break
            default:
                throw FormatProblem("must be AUTO, ANY, NONE or VALIDATED", at: calling.path(of: "mode"))
            }
            unread += calling.unread
        }
        unread += reader.unread
    }

    /// `VALIDATED` guarantees the schemas of all functions.
    private static func makeStrict(_ tools: inout [Tool]) {
        for index in tools.indices {
            guard case .function(var tool) = tools[index] else { continue }
            tool.isStrict = true
            tools[index] = .function(tool)
        }
    }
}
