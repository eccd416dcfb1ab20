import JSON

/// Reads a caller's request: its settings. Items and tools are read in the extensions.
struct ResponsesRequestDecoder {
    /// Items that follow each other and make one turn.
    enum OpenTurn { case none, assistant, results }

    var conversation: Conversation
    var openTurn = OpenTurn.none

    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        var reader = try ObjectReader(body, path: "")
        guard let model = try reader.string("model") ?? call.model, !model.isEmpty else {
            throw FormatProblem("is missing", at: "model")
        }
        var decoder = Self(conversation: Conversation(source: .openAIResponses, model: model))
        try decoder.read(&reader, call)
        return decoder.conversation
    }

    private mutating func read(_ reader: inout ObjectReader, _ call: RequestCall) throws(FormatProblem) {
        conversation.isStream = try reader.boolean("stream") ?? call.isStream ?? false
        try readState(&reader)
        if let instructions = try reader.string("instructions") {
            let part = Part(.text(instructions), path: "instructions")
            conversation.turns.append(Turn(.system, [part], path: "instructions"))
        }
        try readInput(&reader)
        try readTools(&reader)
        try readSampling(&reader)
        try readText(&reader)
        try readReasoning(&reader)
        try readIncluded(&reader)
        try readLabels(&reader)
        conversation.unread += reader.unread
    }

    /// Notes a member that only this format has.
    mutating func leave(_ path: String, _ element: ConversationElement = .unknownMember) {
        conversation.unread.append(UnreadMember(path: path, element: element))
    }

    private mutating func readState(_ reader: inout ObjectReader) throws(FormatProblem) {
        for name in ["previous_response_id", "conversation", "prompt"] where reader.value(name) != nil {
            leave(name, .storedState)
        }
        if try reader.boolean("background") == true { leave("background", .storedState) }
        if try reader.boolean("store") == true { leave("store", .storage) }
        if let truncation = try reader.string("truncation"), truncation != "disabled" { leave("truncation") }
        if reader.value("moderation") != nil { leave("moderation", .safetySettings) }
        for name in ["prompt_cache_options", "prompt_cache_retention"] where reader.value(name) != nil {
            leave(name, .cacheTimeToLive)
        }
        if var options = try reader.reader("stream_options") {
            // Padding against listeners; the gateway's streams have none.
            _ = try options.boolean("include_obfuscation")
            conversation.unread += options.unread
        }
    }

    private mutating func readSampling(_ reader: inout ObjectReader) throws(FormatProblem) {
        conversation.sampling.maximumTokens = try reader.integer("max_output_tokens")
        conversation.sampling.temperature = try reader.number("temperature")
        conversation.sampling.topP = try reader.number("top_p")
        conversation.sampling.topLogProbabilities = try reader.integer("top_logprobs")
        conversation.allowsParallelToolCalls = try reader.boolean("parallel_tool_calls")
    }

    private mutating func readIncluded(_ reader: inout ObjectReader) throws(FormatProblem) {
        for (index, name) in (try reader.strings("include") ?? []).enumerated() {
            switch name {
            // Given in any case.
            case "reasoning.encrypted_content": break
            case "message.output_text.logprobs": conversation.sampling.wantsLogProbabilities = true
            case "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
                "computer_call_output.output.image_url", "code_interpreter_call.outputs":
                leave(reader.path(of: "include", index), .serverToolContent)
            default: leave(reader.path(of: "include", index))
            }
        }
    }

    private mutating func readText(_ reader: inout ObjectReader) throws(FormatProblem) {
        guard var text = try reader.reader("text") else { return }
        conversation.verbosity = try text.string("verbosity")
        if var format = try text.reader("format") {
            conversation.outputFormat = try outputFormat(&format)
            conversation.unread += format.unread
        }
        conversation.unread += text.unread
    }

    private func outputFormat(_ format: inout ObjectReader) throws(FormatProblem) -> OutputFormat {
        switch try format.requiredString("type") {
        case "text": return .text
        case "json_object": return .json
        case "json_schema":
            guard let schema = try format.object("schema") else {
                throw FormatProblem("is missing", at: format.path(of: "schema"))
            }
            return .schema(
                OutputSchema(
                    name: try format.string("name"),
                    description: try format.string("description"),
                    schema: .object(schema),
                    isStrict: try format.boolean("strict")
                )
            )
        case let type:
            throw FormatProblem(
                "must be text, json_object or json_schema, not \(type)",
                at: format.path(of: "type")
            )
        }
    }

    private mutating func readReasoning(_ reader: inout ObjectReader) throws(FormatProblem) {
        guard var reasoning = try reader.reader("reasoning") else { return }
        var options = ReasoningOptions()
        options.effort = try reasoning.string("effort")
        options.isEnabled = options.effort.map { $0 != "none" }
        let former = try reasoning.string("generate_summary")
        options.summary = try reasoning.string("summary") ?? former
        if options.summary != nil { options.includesThoughts = true }
        if options != ReasoningOptions() { conversation.reasoning = options }
        conversation.unread += reasoning.unread
    }

    private mutating func readLabels(_ reader: inout ObjectReader) throws(FormatProblem) {
        let user = try reader.string("user")
        let safetyIdentifier = try reader.string("safety_identifier")
        conversation.user = safetyIdentifier ?? user
        if let user, let safetyIdentifier, user != safetyIdentifier { leave("user", .user) }
        conversation.metadata = try reader.object("metadata")
        conversation.serviceTier = try reader.string("service_tier")
        conversation.promptCacheKey = try reader.string("prompt_cache_key")
    }
}
