import JSON

/// Reads a caller's request.
///
/// Format: API reference, "Converse", "Request Body".
enum BedrockRequestDecoder {
    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        var reader = try ObjectReader(body, path: "")
        let named = try reader.string("modelId")
        guard let model = call.model ?? named else { throw FormatProblem("is missing", at: "modelId") }
        var conversation = Conversation(source: .bedrockConverse, model: model)
        conversation.isStream = call.isStream ?? false
        try readSystem(&reader, into: &conversation)
        try readMessages(&reader, into: &conversation)
        try BedrockToolReader.read(&reader, into: &conversation)
        try BedrockSettingsReader.read(&reader, into: &conversation)
        conversation.unread += reader.unread
        return conversation
    }

    private static func readSystem(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard let blocks = try reader.array("system") else { return }
        var turn = Turn(.system, [], path: "system")
        for (index, block) in blocks.enumerated() {
            try add(block, at: reader.path(of: "system", index), to: &turn, of: &conversation)
        }
        if !turn.parts.isEmpty {
            conversation.turns.append(turn)
        }
    }

    private static func readMessages(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        for (index, value) in (try reader.array("messages") ?? []).enumerated() {
            var message = try ObjectReader(value, path: reader.path(of: "messages", index))
            let name = try message.requiredString("role")
            let roles: [String: Role] = ["user": .user, "assistant": .assistant, "system": .system]
            guard let role = roles[name] else {
                throw FormatProblem("must be user, assistant or system, not \(name)", at: message.path(of: "role"))
            }
            var turn = Turn(role, [], path: message.path)
            for (index, block) in (try message.array("content") ?? []).enumerated() {
                try add(block, at: message.path(of: "content", index), to: &turn, of: &conversation)
            }
            conversation.turns.append(turn)
            conversation.unread += message.unread
        }
    }

    /// Adds a block to the turn; a cache point to the part before it, in this turn or in the last one.
    private static func add(
        _ block: JSONValue,
        at path: String,
        to turn: inout Turn,
        of conversation: inout Conversation
    ) throws(FormatProblem) {
        switch try BedrockBlockReader.block(block, at: path, &conversation.unread) {
        case .part(let content):
            turn.parts.append(Part(content, path: path))
        case .cachePoint(let hint):
            if let last = turn.parts.indices.last {
                turn.parts[last].cacheHint = hint
            } else if let turn = conversation.turns.indices.last,
                let last = conversation.turns[turn].parts.indices.last
            {
                conversation.turns[turn].parts[last].cacheHint = hint
            } else {
                conversation.unread.append(UnreadMember(path: path, element: .cacheHint))
            }
        }
    }
}
