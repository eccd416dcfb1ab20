import JSON

/// Writes `toolConfig`.
struct BedrockToolEncoder {
    let model: BedrockModel
    var report: LossReport
    var toolNames: ToolNameMap
    private var names: Set<String> = []

    init(_ model: BedrockModel, _ report: LossReport, _ toolNames: ToolNameMap) {
        self.model = model
        self.report = report
        self.toolNames = toolNames
    }

    /// - Parameters:
    ///   - calledNames: The tools of calls in the history, for which there must be tools.
    ///   - isThinking: Whether Claude will think, when it cannot be forced to call.
    ///   - cachePoint: Writes a tool's cache marker.
    mutating func config(
        _ conversation: Conversation,
        calledNames: [String],
        isThinking: Bool,
        cachePoint: (CacheHint?, String, inout LossReport) -> JSONValue?
    ) -> JSONObject? {
        var choice = conversation.toolChoice ?? .automatic
        var tools: [JSONValue] = []
        var isAllowed: (String) -> Bool = { _ in true }
        switch choice {
        case .allowed(let names, let isRequired):
            report.note(.allowedTools, at: "")
            isAllowed = { names.contains($0) }
            choice = isRequired ? .required : .automatic
        case .none where !conversation.tools.isEmpty:
            if !calledNames.isEmpty { report.note(.toolChoice, at: "") }
            isAllowed = { _ in !calledNames.isEmpty }
        case .automatic, .none, .required, .tool: break
        }
        for tool in conversation.tools {
            tools += encoded(tool, isAllowed, cachePoint)
        }
        if tools.isEmpty {
            guard !calledNames.isEmpty else { return nil }
            report.note(.toolChoice, at: "")
            tools = calledNames.map { name in
                ["toolSpec": ["name": .string(name), "inputSchema": ["json": Self.noParameters]]]
            }
        }
        if conversation.allowsParallelToolCalls == false {
            report.note(.parallelToolCalls, at: "")
        }
        var config: JSONObject = ["tools": .array(tools)]
        if conversation.toolChoice != nil, let value = value(of: choice, isThinking: isThinking) {
            config.append("toolChoice", value)
        }
        return config
    }

    private mutating func encoded(
        _ tool: Tool,
        _ isAllowed: (String) -> Bool,
        _ cachePoint: (CacheHint?, String, inout LossReport) -> JSONValue?
    ) -> [JSONValue] {
        switch tool {
        case .function(let function):
            guard isAllowed(function.name) else { return [] }
            let name = toolNames.encoded(function.name.isEmpty ? "tool" : function.name)
            let isNew = names.insert(name).inserted
            if !isNew || name != function.name {
                report.note(.toolName, at: function.path)
            }
            guard isNew else { return [] }
            let point = cachePoint(function.cacheHint, function.path, &report)
            return [spec(function, name: name)] + (point.map { [$0] } ?? [])
        case .foreign(let foreign, let path):
            guard foreign.format == .bedrockConverse else {
                report.note(foreign.element, at: path)
                return []
            }
            return [.object(JSONObject([.init(name: JSONString(foreign.type), value: foreign.value)]))]
        }
    }

    private mutating func spec(_ tool: FunctionTool, name: String) -> JSONValue {
        var spec: JSONObject = ["name": .string(name)]
        if let description = tool.description, !description.allSatisfy(\.isWhitespace) {
            spec.append("description", .string(description))
        }
        spec.append("inputSchema", ["json": schema(tool)])
        if tool.isStrict == true {
            if model.takesStrictTools {
                spec.append("strict", true)
            } else {
                report.note(.strictTool, at: tool.path)
            }
        }
        return ["toolSpec": .object(spec)]
    }

    private static let noParameters: JSONValue = ["type": "object", "properties": [:]]

    /// The schema as it is, but an object's on its top level.
    private mutating func schema(_ tool: FunctionTool) -> JSONValue {
        guard let parameters = tool.parameters else { return Self.noParameters }
        guard case .object(var schema) = parameters else {
            report.note(.schemaKeyword, at: tool.path)
            return Self.noParameters
        }
        if schema.isEmpty { return Self.noParameters }
        if schema["type"]?.string != "object" {
            report.note(.schemaKeyword, at: tool.path)
            schema.remove("type")
            schema.members.insert(.init(name: "type", value: "object"), at: 0)
        }
        for keyword in ["anyOf", "oneOf", "allOf"] where schema[keyword] != nil {
            report.note(.schemaKeyword, at: tool.path)
            schema.remove(keyword)
        }
        return .object(schema)
    }

    private mutating func value(of choice: ToolChoice, isThinking: Bool) -> JSONValue? {
        switch choice {
        case .required:
            if model.takesRequiredToolChoice, !isThinking { return ["any": [:]] }
            report.note(.toolChoice, at: "")
        case .tool(let name):
            let name = toolNames.encoded(name)
            if model.takesNamedToolChoice, !isThinking, names.contains(name) {
                return ["tool": ["name": .string(name)]]
            }
            report.note(.toolChoice, at: "")
        case .automatic, .none, .allowed: break
        }
        return model.takesRequiredToolChoice ? ["auto": [:]] : nil
    }
}
