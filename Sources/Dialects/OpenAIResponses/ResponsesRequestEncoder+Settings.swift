import JSON

extension ResponsesRequestEncoder {
    mutating func addSampling(to body: inout JSONObject) {
        let sampling = conversation.sampling
        if let tokens = sampling.maximumTokens {
            if tokens < Self.leastTokens { report.note(.maximumTokens, at: "") }
            body.append("max_output_tokens", .number(max(tokens, Self.leastTokens)))
        }
        if let value = clamped(sampling.temperature, to: 2, .temperature) {
            body.append("temperature", .number(value))
        }
        if let value = clamped(sampling.topP, to: 1, .topP) { body.append("top_p", .number(value)) }
        if let count = sampling.topLogProbabilities {
            if !(0...20).contains(count) { report.note(.logProbabilities, at: "") }
            body.append("top_logprobs", .number(min(max(count, 0), 20)))
        }
        if sampling.topK != nil { report.note(.topK, at: "") }
        if sampling.seed != nil { report.note(.seed, at: "") }
        if let penalty = sampling.frequencyPenalty, penalty.double != 0 { report.note(.frequencyPenalty, at: "") }
        if let penalty = sampling.presencePenalty, penalty.double != 0 { report.note(.presencePenalty, at: "") }
        if !sampling.stopSequences.isEmpty { report.note(.stopSequences, at: "") }
        if let count = sampling.choiceCount, count != 1 { report.note(.choiceCount, at: "") }
    }

    private static let leastTokens = 16

    private mutating func clamped(
        _ number: JSONNumber?,
        to maximum: Int,
        _ element: ConversationElement
    ) -> JSONNumber? {
        guard let number, let value = number.double else {
            if number != nil { report.note(element, at: "") }
            return nil
        }
        guard value < 0 || value > Double(maximum) else { return number }
        report.note(element, at: "")
        return JSONNumber(value < 0 ? 0 : maximum)
    }

    mutating func addText(to body: inout JSONObject) {
        let verbosity = conversation.verbosity.map { JSONValue.string($0) }
        var format: JSONValue?
        switch conversation.outputFormat {
        case nil: break
        case .text?: format = ["type": "text"]
        case .json?: format = ["type": "json_object"]
        case .schema(let schema)?:
            format = OpenAIResponses.object([
                ("type", "json_schema"), ("name", .string(schemaName(schema.name))),
                ("description", schema.description.map { .string($0) }), ("schema", schema.schema),
                ("strict", schema.isStrict.map { .boolean($0) }),
            ])
        }
        guard format != nil || verbosity != nil else { return }
        body.append("text", OpenAIResponses.object([("format", format), ("verbosity", verbosity)]))
    }

    private mutating func schemaName(_ name: String?) -> String {
        guard let name, !name.isEmpty else { return "answer" }
        let allowed = ToolNameRule().allowedName(for: name)
        if allowed != name { report.note(.outputSchemaName, at: "") }
        return allowed
    }

    /// Encrypted thoughts are asked for only where it is plain that the model thinks: others refuse to be asked.
    mutating func addReasoning(to body: inout JSONObject) {
        var included: [JSONValue] = []
        let effort = effort()
        var summary = conversation.reasoning?.summary
        if summary == nil, conversation.reasoning?.includesThoughts == true { summary = "auto" }
        if effort != nil || summary != nil {
            let members = [("effort", effort.map { JSONValue.string($0) }), ("summary", summary.map { .string($0) })]
            body.append("reasoning", OpenAIResponses.object(members))
        }
        if hasOwnThoughts || summary != nil || (effort != nil && effort != "none") {
            included.append("reasoning.encrypted_content")
        }
        if conversation.sampling.wantsLogProbabilities == true { included.append("message.output_text.logprobs") }
        if !included.isEmpty { body.append("include", .array(included)) }
    }

    private mutating func effort() -> String? {
        guard let reasoning = conversation.reasoning else { return nil }
        if let effort = reasoning.effort {
            if reasoning.budgetTokens != nil { report.note(.reasoningBudget, at: "") }
            return effort
        }
        if reasoning.isEnabled == false {
            report.note(.reasoningEffort, at: "")
            return nil
        }
        guard let budget = reasoning.budgetTokens else { return nil }
        report.note(.reasoningBudget, at: "")
        return switch budget {
        case ..<4096: "low"
        case ..<16384: "medium"
        default: "high"
        }
    }

    mutating func addLabels(to body: inout JSONObject) {
        if let metadata = conversation.metadata { addMetadata(metadata, to: &body) }
        if let user = conversation.user, !user.isEmpty { body.append("user", shortened(user, .user)) }
        if let key = conversation.promptCacheKey, !key.isEmpty {
            body.append("prompt_cache_key", shortened(key, .promptCacheKey))
        }
        if let tier = conversation.serviceTier {
            if let known = Self.tier(tier) {
                body.append("service_tier", .string(known))
            } else {
                report.note(.serviceTier, at: "")
            }
        }
    }

    private mutating func shortened(_ text: String, _ element: ConversationElement) -> JSONValue {
        guard text.unicodeScalars.count > 64 else { return .string(text) }
        report.note(element, at: "")
        return .string(ToolCallID.allowed(text))
    }

    /// The class of service in the words of OpenAI; nil for one of another provider.
    static func tier(_ name: String) -> String? {
        switch name {
        case "auto", "default", "flex", "scale", "priority", "fast", "ultrafast": name
        case "standard", "standard_only": "default"
        default: nil
        }
    }

    private mutating func addMetadata(_ metadata: JSONObject, to body: inout JSONObject) {
        var kept = JSONObject()
        for member in metadata.members {
            let name = member.name.repairedValue
            let isAllowed = (member.value.string?.unicodeScalars.count ?? .max) <= 512
            if isAllowed, name.unicodeScalars.count <= 64, kept.count < 16 {
                kept.set(name, to: member.value)
            } else {
                report.note(.metadata, at: "")
            }
        }
        if !kept.isEmpty { body.append("metadata", .object(kept)) }
    }
}
