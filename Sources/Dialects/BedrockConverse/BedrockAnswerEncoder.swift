import JSON

/// Writes a whole answer for a caller.
///
/// Format: API reference, "Converse", "Response Syntax".
enum BedrockAnswerEncoder {
    static func encode(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var report = LossReport(target: .bedrockConverse, rules: BedrockConverse.lossRules)
        let choice = answer.choices.first ?? Answer.Choice()
        if answer.choices.count > 1 { report.note(.furtherChoices, at: "") }
        if !choice.logProbabilities.isEmpty { report.note(.logProbabilities, at: "") }
        var blocks: [JSONValue] = []
        for (index, part) in choice.parts.enumerated() {
            if let block = block(part, index, context, &report) { blocks.append(block) }
        }
        let (stopReason, isApproximated) = BedrockStopReason.name(choice.finish)
        if isApproximated { report.note(.finishReason, at: "") }
        var body: JSONObject = [
            "output": ["message": ["role": "assistant", "content": .array(blocks)]],
            "stopReason": .string(stopReason),
            "usage": (answer.usage ?? TokenUsage()).bedrockValue,
            // Required; how long the provider took is not known here.
            "metrics": ["latencyMs": 0],
        ]
        if let tier = answer.start.serviceTier, serviceTiers.contains(tier) {
            body.append("serviceTier", ["type": .string(tier)])
        }
        return EncodedAnswer(body: .object(body), losses: report.losses)
    }

    static let serviceTiers: Set<String> = ["priority", "default", "flex", "reserved"]

    private static func block(
        _ part: Part,
        _ index: Int,
        _ context: AnswerContext,
        _ report: inout LossReport
    ) -> JSONValue? {
        switch part.content {
        case .text(let content):
            if !content.annotations.isEmpty { return BedrockCitation.block(content) }
            return content.text.isEmpty ? nil : ["text": .string(content.text)]
        case .refusal(let text):
            return text.isEmpty ? nil : ["text": .string(text)]
        case .reasoning(let reasoning):
            return block(reasoning)
        case .toolCall(let call):
            let (input, isWrapped) = BedrockToolInput.object(of: call.arguments)
            if isWrapped { report.note(.toolArguments, at: part.path) }
            let id = toolUseID(call.id, index, context)
            return ["toolUse": ["toolUseId": .string(id), "name": .string(call.name), "input": input]]
        case .image(let media):
            guard let image = image(media) else { break }
            return ["image": ["format": .string(image.format), "source": ["bytes": .string(image.bytes)]]]
        case .foreign(let foreign):
            guard foreign.format == .bedrockConverse else {
                report.note(foreign.element, at: part.path)
                return nil
            }
            return .object(JSONObject([.init(name: JSONString(foreign.type), value: foreign.value)]))
        case .audio, .video, .document, .toolResult:
            break
        }
        report.note(.answerMedia, at: part.path)
        return nil
    }

    private static func block(_ reasoning: Reasoning) -> JSONValue? {
        let signature = reasoning.signature?.text(for: .bedrockConverse)
        if reasoning.isRedacted, reasoning.text.isEmpty {
            guard let hidden = signature.flatMap(BedrockBlob.normalized) else { return nil }
            return ["reasoningContent": ["redactedContent": .string(hidden)]]
        }
        guard signature != nil || !reasoning.text.isEmpty else { return nil }
        var text: JSONObject = ["text": .string(reasoning.text)]
        if let signature { text.append("signature", .string(signature)) }
        return ["reasoningContent": ["reasoningText": .object(text)]]
    }

    /// A picture whose bytes are here, in a format that Bedrock has.
    static func image(_ media: Media) -> (format: String, bytes: String)? {
        guard case .data(let base64) = media.source, let bytes = BedrockBlob.normalized(base64) else { return nil }
        let format =
            BedrockMediaFormat.imageName(ofBase64: bytes)
            ?? BedrockMediaFormat.name(ofMediaType: media.mediaType, in: BedrockMediaFormat.images)
        return format.map { ($0, bytes) }
    }

    /// The call's id, or one of the request's for a provider that gives none.
    static func toolUseID(_ id: String, _ index: Int, _ context: AnswerContext) -> String {
        ToolCallID.allowed(id.isEmpty ? "tooluse_\(context.requestID)_\(index)" : id)
    }
}
