import JSON

/// Reads a caller's request.
struct AnthropicRequestDecoder {
    private var conversation: Conversation
    private var blocks = AnthropicBlockDecoder()

    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        var reader = try ObjectReader(body, path: "")
        let model: String
        if let name = call.model {
            model = name
            reader.ignore("model")
        } else {
            model = try reader.requiredString("model")
        }
        var decoder = AnthropicRequestDecoder(model: model)
        try decoder.readSettings(&reader, call)
        try decoder.readTools(&reader)
        try decoder.readSystem(&reader)
        try decoder.readMessages(&reader)
        try decoder.readAutomaticCaching(&reader)
        decoder.conversation.unread += reader.unread
        return decoder.conversation
    }

    private init(model: String) {
        conversation = Conversation(source: .anthropicMessages, model: model)
    }

    private mutating func readSettings(_ reader: inout ObjectReader, _ call: RequestCall) throws(FormatProblem) {
        // Where the address names the model, the body names the version of the format.
        reader.ignore("anthropic_version")
        let isStream = try reader.boolean("stream")
        conversation.isStream = call.isStream ?? isStream ?? false
        var sampling = Sampling()
        sampling.maximumTokens = try reader.integer("max_tokens")
        sampling.temperature = try reader.number("temperature")
        sampling.topP = try reader.number("top_p")
        sampling.topK = try reader.number("top_k")
        sampling.stopSequences = try reader.strings("stop_sequences") ?? []
        conversation.sampling = sampling
        conversation.serviceTier = try reader.string("service_tier")
        if var metadata = try reader.reader("metadata") {
            conversation.user = try metadata.string("user_id")
            conversation.unread += metadata.unread
        }
        try AnthropicSettingsDecoder.readThinking(&reader, into: &conversation)
        try AnthropicSettingsDecoder.readOutput(&reader, into: &conversation)
    }

    private mutating func readTools(_ reader: inout ObjectReader) throws(FormatProblem) {
        for (index, value) in (try reader.array("tools") ?? []).enumerated() {
            let path = reader.path(of: "tools", index)
            conversation.tools.append(
                try AnthropicSettingsDecoder.tool(value, path: path, unread: &conversation.unread)
            )
        }
        for name in AnthropicSettingsDecoder.serverMembers {
            guard let value = reader.value(name) else { continue }
            let content = ForeignContent(.anthropicMessages, type: name, element: .serverTool, value: value)
            conversation.tools.append(.foreign(content, path: name))
        }
        try AnthropicSettingsDecoder.readToolChoice(&reader, into: &conversation)
    }

    private mutating func readSystem(_ reader: inout ObjectReader) throws(FormatProblem) {
        guard let value = reader.value("system") else { return }
        let blocks = try contentBlocks(value, path: "system")
        conversation.turns.append(Turn(.system, blocks, path: "system"))
    }

    private mutating func readMessages(_ reader: inout ObjectReader) throws(FormatProblem) {
        guard let messages = try reader.array("messages") else {
            throw FormatProblem("is missing", at: "messages")
        }
        for (index, value) in messages.enumerated() {
            try readMessage(value, path: reader.path(of: "messages", index))
        }
    }

    private mutating func readMessage(_ value: JSONValue, path: String) throws(FormatProblem) {
        var reader = try ObjectReader(value, path: path)
        let name = try reader.requiredString("role")
        guard let role = Role(rawValue: name), role != .developer else {
            throw FormatProblem("must be \"user\", \"assistant\" or \"system\"", at: reader.path(of: "role"))
        }
        guard let content = reader.value("content") else {
            throw FormatProblem("is missing", at: reader.path(of: "content"))
        }
        let parts = try contentBlocks(content, path: reader.path(of: "content"))
        conversation.unread += reader.unread
        try appendTurns(role, parts, path: path)
    }

    /// Instructions may stand among the blocks of the user; they are a turn of their own.
    private mutating func appendTurns(_ role: Role, _ parts: [Part], path: String) throws(FormatProblem) {
        var turn = Turn(role, [], path: path)
        for part in parts {
            if case .foreign(let content) = part.content, content.type == AnthropicBlockDecoder.instructionsType,
                let texts = content.value["content"]
            {
                if !turn.parts.isEmpty { conversation.turns.append(turn) }
                turn.parts = []
                var parts = try contentBlocks(texts, path: "\(part.path).content")
                if let hint = part.cacheHint, let last = parts.indices.last { parts[last].cacheHint = hint }
                conversation.turns.append(Turn(.system, parts, path: part.path))
            } else {
                turn.parts.append(part)
            }
        }
        if !turn.parts.isEmpty || parts.isEmpty { conversation.turns.append(turn) }
    }

    /// The marker of the whole request stands at its last block.
    private mutating func readAutomaticCaching(_ reader: inout ObjectReader) throws(FormatProblem) {
        guard var marker = try reader.reader("cache_control") else { return }
        let hint = try AnthropicBlockDecoder.cacheHint(&marker, unread: &conversation.unread)
        guard let turn = conversation.turns.indices.last, let part = conversation.turns[turn].parts.indices.last else {
            conversation.unread.append(UnreadMember(path: "cache_control", element: .cacheHint))
            return
        }
        if conversation.turns[turn].parts[part].cacheHint == nil {
            conversation.turns[turn].parts[part].cacheHint = hint
        }
    }

    private mutating func contentBlocks(_ value: JSONValue, path: String) throws(FormatProblem) -> [Part] {
        let parts = try blocks.parts(value, path: path)
        conversation.unread += blocks.takeUnread()
        return parts
    }
}
