import JSON

/// Reads `generationConfig`.
///
/// Format: Gemini API reference, "GenerationConfig".
enum GeminiSettingsDecoder {
    static func read(_ reader: inout GeminiReader, into conversation: inout Conversation) throws(FormatProblem) {
        try readSampling(&reader, into: &conversation.sampling)
        try readOutputFormat(&reader, into: &conversation)
        if var thinking = try reader.reader("thinkingConfig") {
            conversation.reasoning = try reasoning(&thinking)
            conversation.unread += thinking.unread
        }
        for name in ["responseModalities", "speechConfig", "imageConfig"] where reader.value(name) != nil {
            // Text alone is what every format answers.
            if name == "responseModalities", let modalities = try? reader.strings(name),
                modalities.allSatisfy({ $0.uppercased() == "TEXT" })
            {
                continue
            }
            conversation.unread.append(UnreadMember(path: reader.path(of: name), element: .outputModalities))
        }
        if reader.value("mediaResolution") != nil {
            conversation.unread.append(UnreadMember(path: reader.path(of: "mediaResolution"), element: .imageDetail))
        }
        conversation.unread += reader.unread
    }

    private static func readSampling(
        _ reader: inout GeminiReader,
        into sampling: inout Sampling
    ) throws(FormatProblem) {
        sampling.maximumTokens = try reader.integer("maxOutputTokens")
        sampling.temperature = try reader.number("temperature")
        sampling.topP = try reader.number("topP")
        sampling.topK = try reader.number("topK")
        sampling.seed = try reader.number("seed")
        sampling.presencePenalty = try reader.number("presencePenalty")
        sampling.frequencyPenalty = try reader.number("frequencyPenalty")
        sampling.stopSequences = try reader.strings("stopSequences") ?? []
        sampling.choiceCount = try reader.integer("candidateCount")
        sampling.wantsLogProbabilities = try reader.boolean("responseLogprobs")
        sampling.topLogProbabilities = try reader.integer("logprobs")
    }

    private static func readOutputFormat(
        _ reader: inout GeminiReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        let mediaType = try reader.string("responseMimeType")
        let openAPISchema = reader.value("responseSchema").map(GeminiSchema.jsonSchema)
        let schema = reader.value("responseJsonSchema") ?? openAPISchema
        switch mediaType {
        case "application/json", "text/x.enum":
            // An enumeration is written without the quotation marks that JSON has around it.
            if mediaType == "text/x.enum" {
                let path = reader.path(of: "responseMimeType")
                conversation.unread.append(UnreadMember(path: path, element: .outputSchema))
            }
            conversation.outputFormat = schema.map { .schema(OutputSchema(schema: $0)) } ?? .json
        case nil, "", "text/plain":
            conversation.outputFormat = schema.map { .schema(OutputSchema(schema: $0)) }
            if conversation.outputFormat == nil, mediaType == "text/plain" {
                conversation.outputFormat = .text
            }
        default:
            let path = reader.path(of: "responseMimeType")
            conversation.unread.append(UnreadMember(path: path, element: .outputModalities))
        }
    }

    private static func reasoning(_ reader: inout GeminiReader) throws(FormatProblem) -> ReasoningOptions {
        var options = ReasoningOptions()
        options.includesThoughts = try reader.boolean("includeThoughts")
        let level = try reader.string("thinkingLevel")?.lowercased()
        options.effort = level == "thinking_level_unspecified" ? nil : level
        switch try reader.integer("thinkingBudget") {
        case 0: options.isEnabled = false
        case let budget? where budget > 0:
            options.isEnabled = true
            options.budgetTokens = budget
        case .some: options.isEnabled = true
        case nil: break
        }
        return options
    }
}
