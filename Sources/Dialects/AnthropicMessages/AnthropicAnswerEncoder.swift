import JSON

/// Writes a whole message for a caller.
enum AnthropicAnswerEncoder {
    static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var report = LossReport(target: .anthropicMessages, rules: AnthropicMessages.lossRules)
        if answer.choices.count > 1 { report.note(.furtherChoices, at: "") }
        let choice = answer.choices.first ?? Answer.Choice()
        if !choice.logProbabilities.isEmpty { report.note(.logProbabilities, at: "") }
        var blocks: [JSONValue] = []
        var refuses = false
        for (index, part) in choice.parts.enumerated() {
            if case .refusal = part.content { refuses = true }
            if let block = block(part.content, index, context, &report) { blocks.append(block) }
        }
        var body = head(answer.start, context, content: blocks)
        appendEnd(choice.finish, refuses: refuses, to: &body, &report)
        var usage = AnthropicUsage.value(answer.usage ?? TokenUsage())
        if let tier = tier(answer.start) { usage.append("service_tier", .string(tier)) }
        body.append("usage", .object(usage))
        return EncodedAnswer(body: .object(body), losses: report.losses)
    }

    /// A message as far as its content.
    static func head(_ start: AnswerStart, _ context: AnswerContext, content: [JSONValue]) -> JSONObject {
        [
            "id": .string(start.id ?? "msg_\(context.requestID)"),
            "type": "message",
            "role": "assistant",
            "model": .string(start.model ?? context.model),
            "content": .array(content),
        ]
    }

    /// Why it ended, in the words of this format. Words for not answering end it as a refusal does.
    static func appendEnd(
        _ finish: FinishReason,
        refuses: Bool,
        to object: inout JSONObject,
        _ report: inout LossReport
    ) {
        let finish = refuses && finish == .stop ? .refusal : finish
        let (reason, isExact) = finish.anthropic
        if !isExact { report.note(.finishReason, at: "") }
        object.append("stop_reason", .string(reason))
        object.append("stop_sequence", finish.anthropicStopSequence.map(JSONValue.string) ?? .null)
    }

    /// The class of service, if it is one of this format's.
    static func tier(_ start: AnswerStart) -> String? {
        start.serviceTier.flatMap { ["standard", "priority", "batch"].contains($0) ? $0 : nil }
    }

    /// The id of a call; one of the gateway's where the provider gave none.
    static func callID(_ id: String, _ index: Int, _ context: AnswerContext) -> String {
        id.isEmpty ? "toolu_\(context.requestID)_\(index)" : id
    }

    private static func block(
        _ content: PartContent,
        _ index: Int,
        _ context: AnswerContext,
        _ report: inout LossReport
    ) -> JSONValue? {
        let path = "content[\(index)]"
        switch content {
        case .text(let text):
            return self.text(text, path, &report)
        case .refusal(let refusal):
            return refusal.isEmpty ? nil : ["type": "text", "text": .string(refusal)]
        case .reasoning(let reasoning):
            return thinking(reasoning)
        case .toolCall(let call):
            return [
                "type": "tool_use",
                "id": .string(callID(call.id, index, context)),
                "name": .string(call.name),
                "input": .object(input(call.arguments, path, &report)),
            ]
        case .foreign(let foreign):
            if foreign.format == .anthropicMessages { return foreign.value }
            report.note(foreign.element, at: path)
        case .image, .document, .audio, .video, .toolResult:
            report.note(.answerMedia, at: path)
        }
        return nil
    }

    private static func text(_ content: TextContent, _ path: String, _ report: inout LossReport) -> JSONValue? {
        var citations: [JSONValue] = []
        for annotation in content.annotations {
            let citation = AnthropicCitation.value(annotation)
            if citation?.isExact != true { report.note(.citations, at: path) }
            if let citation { citations.append(citation.value) }
        }
        guard !content.text.isEmpty || !citations.isEmpty else { return nil }
        var block: JSONObject = ["type": "text", "text": .string(content.text)]
        if !citations.isEmpty { block.append("citations", .array(citations)) }
        return .object(block)
    }

    private static func thinking(_ reasoning: Reasoning) -> JSONValue? {
        let signature = reasoning.signature?.text(for: .anthropicMessages)
        guard !reasoning.text.isEmpty || signature != nil else { return nil }
        if reasoning.isRedacted, reasoning.text.isEmpty {
            return ["type": "redacted_thinking", "data": .string(signature ?? "")]
        }
        return ["type": "thinking", "thinking": .string(reasoning.text), "signature": .string(signature ?? "")]
    }

    private static func input(_ arguments: String, _ path: String, _ report: inout LossReport) -> JSONObject {
        if arguments.allSatisfy(\.isWhitespace) { return [:] }
        if let object = try? JSONValue(parsing: arguments.utf8.span).object { return object }
        report.note(.toolArguments, at: path)
        return ["arguments": .string(arguments)]
    }
}
