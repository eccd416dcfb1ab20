import JSON

/// Reads a request's settings, and has its messages and tools read.
struct OpenAIChatRequestDecoder {
    private var reader: ObjectReader
    private var conversation: Conversation

    init(_ body: JSONValue, _ call: RequestCall) throws(FormatProblem) {
        reader = try ObjectReader(body, path: "")
        guard let model = try reader.string("model") ?? call.model, !model.isEmpty else {
            throw FormatProblem("is missing", at: "model")
        }
        conversation = Conversation(source: .openAIChat, model: model)
        conversation.isStream = try reader.boolean("stream") ?? call.isStream ?? false
    }

    mutating func decode() throws(FormatProblem) -> Conversation {
        // Who falls back to which model is between the caller and the gateway.
        reader.ignore("fallbacks")
        try readStreamOptions()
        try readMessages()
        try OpenAIChatToolDecoder.read(&reader, into: &conversation)
        try readSampling()
        try readOutputFormat()
        try readReasoning()
        try readAccounting()
        try readOthers()
        conversation.unread += reader.unread
        return conversation
    }

    private mutating func readStreamOptions() throws(FormatProblem) {
        conversation.wantsStreamUsage = !conversation.isStream
        guard var options = try reader.reader("stream_options") else { return }
        if try options.boolean("include_usage") == true {
            conversation.wantsStreamUsage = true
        }
        // Padding against eavesdroppers, which is between the caller's connection and the gateway.
        options.ignore("include_obfuscation")
        conversation.unread += options.unread
    }

    private mutating func readMessages() throws(FormatProblem) {
        guard let messages = try reader.array("messages") else {
            throw FormatProblem("is missing", at: "messages")
        }
        var decoder = OpenAIChatMessageDecoder()
        for (index, message) in messages.enumerated() {
            try decoder.read(message, path: "messages[\(index)]", index: index)
        }
        conversation.turns = decoder.turns
        conversation.unread += decoder.unread
    }

    private mutating func readSampling() throws(FormatProblem) {
        let newer = try reader.integer("max_completion_tokens")
        let older = try reader.integer("max_tokens")
        conversation.sampling.maximumTokens = newer ?? older
        conversation.sampling.temperature = try reader.number("temperature")
        conversation.sampling.topP = try reader.number("top_p")
        conversation.sampling.topK = try reader.number("top_k")
        conversation.sampling.seed = try reader.number("seed")
        conversation.sampling.frequencyPenalty = try reader.number("frequency_penalty")
        conversation.sampling.presencePenalty = try reader.number("presence_penalty")
        conversation.sampling.choiceCount = try reader.integer("n")
        conversation.sampling.wantsLogProbabilities = try reader.boolean("logprobs")
        conversation.sampling.topLogProbabilities = try reader.integer("top_logprobs")
        if reader.value("stop")?.string != nil {
            conversation.sampling.stopSequences = try reader.string("stop").map { [$0] } ?? []
        } else {
            conversation.sampling.stopSequences = try reader.strings("stop") ?? []
        }
    }

    private mutating func readOutputFormat() throws(FormatProblem) {
        conversation.verbosity = try reader.string("verbosity")
        guard var format = try reader.reader("response_format") else { return }
        switch try format.requiredString("type") {
        case "text": conversation.outputFormat = .text
        case "json_object": conversation.outputFormat = .json
        case "json_schema":
            guard var schema = try format.reader("json_schema") else {
                throw FormatProblem("is missing", at: format.path(of: "json_schema"))
            }
            let name = try schema.string("name")
            let description = try schema.string("description")
            let isStrict = try schema.boolean("strict")
            if let object = try schema.object("schema") {
                conversation.outputFormat = .schema(
                    OutputSchema(name: name, description: description, schema: .object(object), isStrict: isStrict)
                )
            } else {
                conversation.outputFormat = .json
            }
            conversation.unread += schema.unread
        default:
            conversation.unread.append(UnreadMember(path: format.path, element: .outputSchema))
            return
        }
        conversation.unread += format.unread
    }

    /// OpenAI's `reasoning_effort`, OpenRouter's `reasoning` and `include_reasoning`, and Anthropic's `thinking`, which
    /// several gateways take in this format too.
    private mutating func readReasoning() throws(FormatProblem) {
        var options = ReasoningOptions()
        options.effort = try reader.string("reasoning_effort")
        if let wish = try reader.boolean("include_reasoning") {
            options.includesThoughts = wish
        }
        if var reasoning = try reader.reader("reasoning") {
            options.effort = try reasoning.string("effort") ?? options.effort
            options.budgetTokens = try reasoning.integer("max_tokens")
            options.isEnabled = try reasoning.boolean("enabled")
            options.summary = try reasoning.string("summary")
            if let isExcluded = try reasoning.boolean("exclude") {
                options.includesThoughts = !isExcluded
            }
            conversation.unread += reasoning.unread
        }
        if var thinking = try reader.reader("thinking") {
            switch try thinking.requiredString("type") {
            case "disabled": options.isEnabled = false
            default: options.isEnabled = true
            }
            options.budgetTokens = try thinking.integer("budget_tokens") ?? options.budgetTokens
            conversation.unread += thinking.unread
        }
        conversation.reasoning = options == ReasoningOptions() ? nil : options
    }

    private mutating func readAccounting() throws(FormatProblem) {
        let user = try reader.string("user")
        conversation.user = try reader.string("safety_identifier") ?? user
        conversation.metadata = try reader.object("metadata")
        conversation.serviceTier = try reader.string("service_tier")
        conversation.promptCacheKey = try reader.string("prompt_cache_key")
        if try reader.string("prompt_cache_retention") != nil {
            note(.cacheTimeToLive, at: "prompt_cache_retention")
        }
        if try reader.object("prompt_cache_options") != nil {
            note(.cacheTimeToLive, at: "prompt_cache_options")
        }
        if try reader.boolean("store") == true {
            note(.storage, at: "store")
        }
    }

    private mutating func readOthers() throws(FormatProblem) {
        if let bias = try reader.object("logit_bias"), !bias.isEmpty {
            note(.logitBias, at: "logit_bias")
        }
        if try reader.object("prediction") != nil {
            note(.predictedOutput, at: "prediction")
        }
        if try reader.object("moderation") != nil {
            note(.safetySettings, at: "moderation")
        }
        if let modalities = try reader.strings("modalities"), modalities != ["text"] {
            note(.outputModalities, at: "modalities")
        }
        if try reader.object("audio") != nil {
            note(.outputModalities, at: "audio")
        }
    }

    private mutating func note(_ element: ConversationElement, at path: String) {
        conversation.unread.append(UnreadMember(path: path, element: element))
    }
}
