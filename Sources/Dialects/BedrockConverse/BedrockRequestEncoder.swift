import JSON

/// Writes a request for Bedrock. What stays the same from turn to turn comes first in the body, so that a longer
/// conversation begins with the same bytes.
///
/// Format: API reference, "Converse", "Request Body".
struct BedrockRequestEncoder {
    private let conversation: Conversation
    private let model: BedrockModel
    private var report: LossReport
    private var toolNames = ToolNameMap(BedrockConverse.toolNameRule)

    init(_ conversation: Conversation, _ options: RequestOptions) {
        self.conversation = conversation
        model = BedrockModel(options.usualModel)
        report = LossReport(target: .bedrockConverse, rules: BedrockConverse.lossRules)
    }

    mutating func encode() -> EncodedRequest {
        report.note(conversation.unread)
        var turns = BedrockTurnEncoder(model, report, toolNames)
        turns.add(conversation.turns)
        var messages = BedrockMessages(turns.items, turns.report, turns.toolNames)
        messages.arrange(takesPrefill: model.takesPrefill && !wantsThinking)
        toolNames = messages.toolNames
        let reasoning = encodedReasoning(messages)
        let tools = encodedTools(messages, reasoning, turns)

        var body = JSONObject()
        if let tools { body.append("toolConfig", .object(tools)) }
        if !turns.system.isEmpty { body.append("system", .array(turns.system)) }
        body.append("messages", messages.value)
        addSettings(reasoning, to: &body)
        return EncodedRequest(body: body, losses: report.losses, toolNames: toolNames)
    }

    private var wantsThinking: Bool {
        conversation.reasoning.map(BedrockReasoningEncoder.isWanted) ?? false
    }

    private mutating func encodedReasoning(_ messages: BedrockMessages) -> BedrockReasoningEncoder {
        var encoder = BedrockReasoningEncoder(model, messages.report)
        encoder.encode(
            conversation.reasoning,
            maximumTokens: conversation.sampling.maximumTokens,
            canThink: !messages.endsInsideUnthinkingTurn
        )
        report = encoder.report
        return encoder
    }

    private mutating func encodedTools(
        _ messages: BedrockMessages,
        _ reasoning: BedrockReasoningEncoder,
        _ turns: BedrockTurnEncoder
    ) -> JSONObject? {
        var encoder = BedrockToolEncoder(model, report, toolNames)
        let config = encoder.config(
            conversation,
            calledNames: messages.calledNames,
            isThinking: reasoning.isClaudeThinking
        ) { hint, path, report in
            var turns = turns
            turns.report = report
            defer { report = turns.report }
            return turns.cachePoint(hint, at: path, ofTool: true)
        }
        report = encoder.report
        toolNames = encoder.toolNames
        return config
    }

    private mutating func addSettings(_ reasoning: BedrockReasoningEncoder, to body: inout JSONObject) {
        var encoder = BedrockSettingsEncoder(model: model, report: report)
        let inference = encoder.inference(conversation.sampling, reasoning)
        if !inference.isEmpty { body.append("inferenceConfig", .object(inference)) }
        var fields = reasoning.fields
        encoder.addTopK(conversation.sampling.topK, to: &fields, reasoning)
        if !fields.isEmpty { body.append("additionalModelRequestFields", .object(fields)) }
        if let output = encoder.output(conversation.outputFormat) { body.append("outputConfig", .object(output)) }
        if let metadata = encoder.metadata(conversation.metadata) {
            body.append("requestMetadata", .object(metadata))
        }
        if let tier = encoder.serviceTier(conversation.serviceTier) { body.append("serviceTier", .object(tier)) }
        report = encoder.report
        if conversation.user != nil { report.note(.user, at: "") }
        if conversation.promptCacheKey != nil { report.note(.promptCacheKey, at: "") }
        if conversation.verbosity != nil { report.note(.verbosity, at: "") }
    }
}
