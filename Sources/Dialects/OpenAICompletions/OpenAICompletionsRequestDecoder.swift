import JSON

/// Reads a caller's request for the completion of a text.
enum OpenAICompletionsRequestDecoder {
    static func conversation(of body: JSONValue, _ call: RequestCall) throws(FormatProblem) -> Conversation {
        var reader = try ObjectReader(body, path: "")
        guard let model = try reader.string("model") ?? call.model, !model.isEmpty else {
            throw FormatProblem("is missing", at: "model")
        }
        var conversation = Conversation(source: .openAICompletions, model: model)
        conversation.isStream = try reader.boolean("stream") ?? call.isStream ?? false
        let (prompt, path) = try prompt(&reader)
        conversation.turns = [Turn(.user, [Part(.text(prompt), path: path)], path: path)]
        try readStreamOptions(&reader, &conversation)
        try readSampling(&reader, &conversation)
        conversation.user = try reader.string("user")
        try readOthers(&reader, &conversation)
        conversation.unread += reader.unread
        return conversation
    }

    /// The text of a request; nil when it has none, or several.
    static func prompt(of request: JSONObject) -> String? {
        var reader = ObjectReader(request, path: "")
        return try? prompt(&reader).text
    }

    private static func prompt(_ reader: inout ObjectReader) throws(FormatProblem) -> (text: String, path: String) {
        switch reader.value("prompt") {
        case nil:
            throw FormatProblem("is missing", at: "prompt")
        case .string(let text):
            guard !text.repairedValue.isEmpty else { throw FormatProblem("must not be empty", at: "prompt") }
            return (text.repairedValue, "prompt")
        case .array(let elements):
            if elements.contains(where: { $0.kind != .string }) {
                throw FormatProblem("must be text: token numbers are those of one model", at: "prompt")
            }
            let texts = try reader.strings("prompt") ?? []
            guard texts.count == 1, let text = texts.first, !text.isEmpty else {
                throw FormatProblem("must hold one text; send a request for each", at: "prompt")
            }
            return (text, "prompt[0]")
        case let other?:
            throw FormatProblem("must be a string, not \(other.kind.article)", at: "prompt")
        }
    }

    private static func readStreamOptions(
        _ reader: inout ObjectReader,
        _ conversation: inout Conversation
    ) throws(FormatProblem) {
        conversation.wantsStreamUsage = !conversation.isStream
        guard var options = try reader.reader("stream_options") else { return }
        if try options.boolean("include_usage") == true { conversation.wantsStreamUsage = true }
        options.ignore("include_obfuscation")
        conversation.unread += options.unread
    }

    private static func readSampling(
        _ reader: inout ObjectReader,
        _ conversation: inout Conversation
    ) throws(FormatProblem) {
        conversation.sampling.maximumTokens = try reader.integer("max_tokens")
        conversation.sampling.temperature = try reader.number("temperature")
        conversation.sampling.topP = try reader.number("top_p")
        conversation.sampling.seed = try reader.number("seed")
        conversation.sampling.frequencyPenalty = try reader.number("frequency_penalty")
        conversation.sampling.presencePenalty = try reader.number("presence_penalty")
        conversation.sampling.choiceCount = try reader.integer("n")
        if reader.value("stop")?.kind == .string {
            conversation.sampling.stopSequences = try reader.string("stop").map { [$0] } ?? []
        } else {
            conversation.sampling.stopSequences = try reader.strings("stop") ?? []
        }
        // A number, unlike in chats: how many alternatives for each token, none of them included.
        if let count = try reader.integer("logprobs") {
            conversation.sampling.wantsLogProbabilities = true
            conversation.sampling.topLogProbabilities = count
        }
    }

    private static func readOthers(
        _ reader: inout ObjectReader,
        _ conversation: inout Conversation
    ) throws(FormatProblem) {
        // Who falls back to which model is between the caller and the gateway.
        reader.ignore("fallbacks")
        // The answer's encoder repeats the text.
        _ = try reader.boolean("echo")
        if let suffix = try reader.string("suffix"), !suffix.isEmpty {
            conversation.unread.append(UnreadMember(path: "suffix"))
        }
        if let count = try reader.integer("best_of"), count > conversation.sampling.choiceCount ?? 1 {
            conversation.unread.append(UnreadMember(path: "best_of"))
        }
        if let bias = try reader.object("logit_bias"), !bias.isEmpty {
            conversation.unread.append(UnreadMember(path: "logit_bias", element: .logitBias))
        }
    }
}
