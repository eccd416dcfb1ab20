import JSON

extension GeminiRequestEncoder {
    /// Writes `tools` and `toolConfig`.
    mutating func appendTools(to body: inout JSONObject) {
        var declarations: [JSONValue] = []
        var names: [String] = []
        var areStrict = true
        var others: [JSONValue] = []
        for tool in conversation.tools {
            switch tool {
            case .function(let function):
                declarations.append(declaration(function))
                names.append(function.name)
                areStrict = areStrict && function.isStrict == true
            case .foreign(let foreign, let path):
                if foreign.format == .gemini {
                    others.append(foreign.value)
                } else {
                    report.note(foreign.element, at: path)
                }
            }
        }
        var tools: [JSONValue] = []
        if !declarations.isEmpty {
            tools.append(["functionDeclarations": .array(declarations)])
        }
        tools += others
        if !tools.isEmpty {
            body.append("tools", .array(tools))
        }
        if conversation.allowsParallelToolCalls == false { note(.parallelToolCalls) }
        appendChoice(names: names, areStrict: areStrict, to: &body)
    }

    private mutating func declaration(_ tool: FunctionTool) -> JSONValue {
        var declaration = JSONObject()
        let name = toolNames.encoded(tool.name)
        if name != tool.name { report.note(.toolName, at: "\(tool.path).name") }
        declaration.append("name", .string(name))
        if let description = tool.description { declaration.append("description", .string(description)) }
        if let schema = tool.parameters {
            if case .object(let object) = schema {
                if !Self.hasNoParameters(object) {
                    declaration.append("parametersJsonSchema", schema)
                }
            } else {
                report.note(.schemaKeyword, at: tool.path)
            }
        }
        if tool.cacheHint != nil { report.note(.cacheHint, at: tool.path) }
        return .object(declaration)
    }

    /// Whether the schema says no more than that there are no parameters, which is said by leaving it out.
    private static func hasNoParameters(_ schema: JSONObject) -> Bool {
        schema.members.allSatisfy { member in
            switch member.name.value {
            case "type": member.value.string == "object"
            case "properties": member.value.object?.isEmpty == true
            case "required": member.value.array?.isEmpty == true
            case "additionalProperties": member.value.boolean == false
            case "$schema", "title": true
            default: false
            }
        }
    }

    private mutating func appendChoice(names: [String], areStrict: Bool, to body: inout JSONObject) {
        guard !names.isEmpty else {
            switch conversation.toolChoice {
            case .required, .tool, .allowed: note(.toolChoice)
            case .automatic, .some(.none), nil: break
            }
            return
        }
        // Gemini refuses names that are not declared.
        var allowed: [String]?
        var mode: String
        switch conversation.toolChoice {
        case nil, .automatic: mode = "AUTO"
        case .some(.none): mode = "NONE"
        case .required: mode = "ANY"
        case .tool(let name):
            mode = "ANY"
            allowed = [name]
        case .allowed(let some, let isRequired):
            // Names without a must are taken in this mode alone.
            mode = isRequired ? "ANY" : "VALIDATED"
            allowed = some
        }
        if let wanted = allowed {
            let known = wanted.filter { names.contains($0) }
            if known.count < wanted.count { note(known.isEmpty ? .toolChoice : .allowedTools) }
            allowed = known.isEmpty ? nil : known
            if known.isEmpty, mode == "VALIDATED" { mode = "AUTO" }
        }
        if mode == "AUTO", areStrict, model.isVersion3 { mode = "VALIDATED" }
        if mode == "AUTO" { noteStrictTools() }
        guard conversation.toolChoice != nil || mode != "AUTO" else { return }
        var calling: JSONObject = ["mode": .string(mode)]
        if let allowed {
            calling.append("allowedFunctionNames", .array(allowed.map { .string(toolNames.encoded($0)) }))
        }
        body.append("toolConfig", ["functionCallingConfig": .object(calling)])
    }

    private mutating func noteStrictTools() {
        for case .function(let tool) in conversation.tools where tool.isStrict == true {
            report.note(.strictTool, at: tool.path)
        }
    }
}
