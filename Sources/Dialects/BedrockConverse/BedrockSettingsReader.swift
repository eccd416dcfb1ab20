import JSON

/// Reads everything but what was said and the tools.
///
/// Format: API reference, "Converse", "InferenceConfiguration", "OutputConfig"; Bedrock user guide, "Inference request
/// parameters and response fields for foundation models" for the members of `additionalModelRequestFields`.
enum BedrockSettingsReader {
    static func read(_ reader: inout ObjectReader, into conversation: inout Conversation) throws(FormatProblem) {
        try readInference(&reader, into: &conversation)
        try readOutput(&reader, into: &conversation)
        try readAdditional(&reader, into: &conversation)
        if reader.value("guardrailConfig") != nil {
            conversation.unread.append(UnreadMember(path: "guardrailConfig", element: .safetySettings))
        }
        conversation.metadata = try reader.object("requestMetadata")
        if var tier = try reader.reader("serviceTier") {
            conversation.serviceTier = try tier.string("type")
            conversation.unread += tier.unread
        }
        if var performance = try reader.reader("performanceConfig") {
            if try performance.string("latency") == "optimized" {
                conversation.unread.append(UnreadMember(path: "performanceConfig.latency", element: .serviceTier))
            }
            conversation.unread += performance.unread
        }
    }

    private static func readInference(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard var inference = try reader.reader("inferenceConfig") else { return }
        conversation.sampling.maximumTokens = try inference.integer("maxTokens")
        conversation.sampling.temperature = try inference.number("temperature")
        conversation.sampling.topP = try inference.number("topP")
        conversation.sampling.stopSequences = try inference.strings("stopSequences") ?? []
        conversation.unread += inference.unread
    }

    private static func readOutput(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard var output = try reader.reader("outputConfig") else { return }
        if let effort = try output.string("effort") {
            conversation.reasoning = conversation.reasoning ?? ReasoningOptions()
            conversation.reasoning?.effort = effort
        }
        if var format = try output.reader("textFormat") {
            format.ignore("type")
            if var structure = try format.reader("structure") {
                if var schema = try structure.reader("jsonSchema") {
                    conversation.outputFormat = .schema(try outputSchema(&schema))
                    conversation.unread += schema.unread
                }
                conversation.unread += structure.unread
            }
            conversation.unread += format.unread
        }
        conversation.unread += output.unread
    }

    private static func outputSchema(_ reader: inout ObjectReader) throws(FormatProblem) -> OutputSchema {
        let text = try reader.requiredString("schema")
        guard let schema = try? JSONValue(parsing: text.utf8.span) else {
            throw FormatProblem("must be a JSON schema as text", at: reader.path(of: "schema"))
        }
        return OutputSchema(
            name: try reader.string("name"),
            description: try reader.string("description"),
            schema: schema
        )
    }

    // MARK: Members of single models

    private static func readAdditional(
        _ reader: inout ObjectReader,
        into conversation: inout Conversation
    ) throws(FormatProblem) {
        guard var fields = try reader.reader("additionalModelRequestFields") else { return }
        var options = conversation.reasoning ?? ReasoningOptions()
        let before = options
        try readThinking(&fields, into: &options, &conversation.unread)
        try readEffort(&fields, into: &options, &conversation.unread)
        conversation.sampling.topK = try fields.number("top_k")
        if var inference = try fields.reader("inferenceConfig") {
            conversation.sampling.topK = try inference.number("topK") ?? conversation.sampling.topK
            conversation.unread += inference.unread
        }
        if options != before {
            conversation.reasoning = options
        }
        conversation.unread += fields.unread
    }

    /// Claude's `thinking`, which was called `reasoning_config` first.
    private static func readThinking(
        _ fields: inout ObjectReader,
        into options: inout ReasoningOptions,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) {
        for name in ["thinking", "reasoning_config"] {
            guard var thinking = try fields.reader(name) else { continue }
            options.isEnabled = try thinking.string("type").map { $0 != "disabled" }
            options.budgetTokens = try thinking.integer("budget_tokens")
            if let display = try thinking.string("display") {
                options.includesThoughts = display != "omitted"
            }
            unread += thinking.unread
        }
    }

    /// Nova's `reasoningConfig`, Claude's `output_config` and the open models' `reasoning_effort`.
    private static func readEffort(
        _ fields: inout ObjectReader,
        into options: inout ReasoningOptions,
        _ unread: inout [UnreadMember]
    ) throws(FormatProblem) {
        if var nova = try fields.reader("reasoningConfig") {
            options.isEnabled = try nova.string("type").map { $0 != "disabled" }
            options.effort = try nova.string("maxReasoningEffort")
            unread += nova.unread
        }
        if var output = try fields.reader("output_config") {
            options.effort = try output.string("effort") ?? options.effort
            unread += output.unread
        }
        options.effort = try fields.string("reasoning_effort") ?? options.effort
    }
}
