import JSON

/// Reads what the model may and must call.
///
/// Format: API reference, "ToolConfiguration", "Tool" and "ToolChoice".
enum BedrockToolReader {
    static func read(_ reader: inout ObjectReader, into conversation: inout Conversation) throws(FormatProblem) {
        guard var config = try reader.reader("toolConfig") else { return }
        for (index, value) in (try config.array("tools") ?? []).enumerated() {
            try add(value, at: config.path(of: "tools", index), to: &conversation)
        }
        if var choice = try config.reader("toolChoice") {
            conversation.toolChoice = try toolChoice(&choice, &conversation.unread)
            conversation.unread += choice.unread
        }
        conversation.unread += config.unread
    }

    private static func add(
        _ value: JSONValue,
        at path: String,
        to conversation: inout Conversation
    ) throws(FormatProblem) {
        var reader = try ObjectReader(value, path: path)
        if var spec = try reader.reader("toolSpec") {
            conversation.tools.append(.function(try function(&spec, path, &conversation.unread)))
            conversation.unread += spec.unread
        } else if let hint = try BedrockBlockReader.nested(
            "cachePoint",
            in: &reader,
            &conversation.unread,
            BedrockBlockReader.cacheHint
        ) {
            mark(hint, path, &conversation)
        } else if let first = value.object?.members.first(where: { $0.value != .null }) {
            let name = first.name.repairedValue
            let foreign = ForeignContent(
                .bedrockConverse,
                type: name,
                element: .serverTool,
                value: reader.value(name) ?? .null
            )
            conversation.tools.append(.foreign(foreign, path: path))
        } else {
            throw FormatProblem("must hold toolSpec, systemTool or cachePoint", at: path)
        }
        conversation.unread += reader.unread
    }

    private static func mark(_ hint: CacheHint, _ path: String, _ conversation: inout Conversation) {
        if let last = conversation.tools.indices.last, case .function(var tool) = conversation.tools[last] {
            tool.cacheHint = hint
            conversation.tools[last] = .function(tool)
        } else {
            conversation.unread.append(UnreadMember(path: path, element: .cacheHint))
        }
    }

    private static func function(
        _ reader: inout ObjectReader,
        _ path: String,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) -> FunctionTool {
        var tool = FunctionTool(name: try reader.requiredString("name"), path: path)
        tool.description = try reader.string("description")
        tool.isStrict = try reader.boolean("strict")
        if var schema = try reader.reader("inputSchema") {
            tool.parameters = schema.value("json")
            unread += schema.unread
        }
        return tool
    }

    private static func toolChoice(
        _ reader: inout ObjectReader,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) -> ToolChoice? {
        if var tool = try reader.reader("tool") {
            let choice = ToolChoice.tool(try tool.requiredString("name"))
            unread += tool.unread
            return choice
        }
        if try reader.object("any") != nil { return .required }
        return try reader.object("auto") != nil ? .automatic : nil
    }
}
