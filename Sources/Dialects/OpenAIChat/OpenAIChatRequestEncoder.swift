import JSON

/// Writes a request for a provider: the settings, and has messages and tools written.
struct OpenAIChatRequestEncoder {
    private let conversation: Conversation
    private let options: RequestOptions
    private var losses: LossReport
    private var toolNames = ToolNameMap(OpenAIChat.toolNameRule)
    private var body = JSONObject()

    init(_ conversation: Conversation, _ options: RequestOptions) {
        let report = LossReport(target: .openAIChat, rules: OpenAIChat.lossRules)
        var adjustment = OpenAIChatAdjustment(conversation, options.chatAbilities, losses: report)
        adjustment.adjust()
        self.conversation = adjustment.conversation
        self.options = options
        losses = adjustment.losses
    }

    mutating func encode() -> EncodedRequest {
        losses.note(conversation.unread)
        body.append("model", .string(options.model))
        // Tools first: the map must know their names before calls in the history refer to them.
        var tools = OpenAIChatToolEncoder(
            toolNames: toolNames,
            requiredChoice: options.chatAbilities.requiredToolChoice,
            losses: losses
        )
        let toolMembers = tools.members(for: conversation)
        var messages = OpenAIChatMessageEncoder(
            conversation,
            toolNames: tools.toolNames,
            hasShortCallIDs: options.chatAbilities.hasShortCallIDs,
            losses: tools.losses
        )
        var encoded = messages.encode()
        toolNames = messages.toolNames
        losses = messages.losses
        requireJSONInstruction(&encoded)
        body.append("messages", .array(encoded.map(JSONValue.object)))
        body.members += toolMembers
        writeSampling()
        writeOutputFormat()
        writeReasoning()
        writeAccounting()
        if conversation.isStream {
            body.append("stream", true)
            if options.chatAbilities.knowsStreamOptions {
                body.append("stream_options", ["include_usage": true])
            }
        }
        return EncodedRequest(body: body, losses: losses.losses, toolNames: toolNames)
    }

    /// Settings have no path in the conversation, and the format that they came in is not known here by more than its
    /// name; whoever knows it fills in the empty path.
    private mutating func note(_ element: ConversationElement) {
        losses.note(element, at: conversation.source == .openAIChat ? OpenAIChat.path(of: element) : "")
    }

    // MARK: - Sampling

    private mutating func writeSampling() {
        let sampling = conversation.sampling
        write(options.chatAbilities.lengthMember.rawValue, sampling.maximumTokens)
        write("temperature", clamped(sampling.temperature, 0...2, .temperature))
        write("top_p", sampling.topP)
        if sampling.topK != nil { note(.topK) }
        write(options.chatAbilities.seedMember.rawValue, sampling.seed)
        write("frequency_penalty", clamped(sampling.frequencyPenalty, -2...2, .frequencyPenalty))
        write("presence_penalty", clamped(sampling.presencePenalty, -2...2, .presencePenalty))
        writeStopSequences()
        write("n", sampling.choiceCount)
        if let wish = sampling.wantsLogProbabilities {
            body.append("logprobs", .boolean(wish))
        }
        if let count = sampling.topLogProbabilities, sampling.wantsLogProbabilities == true {
            if !(0...20).contains(count) { note(.logProbabilities) }
            write("top_logprobs", min(max(count, 0), 20))
        }
    }

    private mutating func writeStopSequences() {
        let all = conversation.sampling.stopSequences
        let kept = Array(all.filter { !$0.isEmpty }.prefix(4))
        if kept.count < all.count { note(.stopSequences) }
        guard !kept.isEmpty else { return }
        body.append("stop", .array(kept.map { .string($0) }))
    }

    private mutating func clamped(
        _ number: JSONNumber?,
        _ range: ClosedRange<Int>,
        _ element: ConversationElement
    ) -> JSONNumber? {
        guard let number else { return nil }
        // What is beyond Double is beyond the range on the side that its sign tells.
        let value =
            number.double ?? (number.spelling.hasPrefix("-") ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude)
        if value < Double(range.lowerBound) {
            note(element)
            return JSONNumber(range.lowerBound)
        }
        if value > Double(range.upperBound) {
            note(element)
            return JSONNumber(range.upperBound)
        }
        return number
    }

    private mutating func write(_ name: String, _ number: JSONNumber?) {
        if let number { body.append(name, .number(number)) }
    }

    private mutating func write(_ name: String, _ number: Int?) {
        if let number { body.append(name, .number(number)) }
    }

    private mutating func write(_ name: String, _ text: String?) {
        if let text { body.append(name, .string(text)) }
    }

    // MARK: - Output

    private mutating func writeOutputFormat() {
        write("verbosity", conversation.verbosity)
        switch conversation.outputFormat {
        case nil: break
        case .text: body.append("response_format", ["type": "text"])
        case .json: body.append("response_format", ["type": "json_object"])
        case .schema(let schema):
            var inner = JSONObject()
            let name = schema.name ?? "response"
            let allowed = ToolNameRule().allowedName(for: name)
            if allowed != name { note(.outputSchemaName) }
            inner.append("name", .string(allowed))
            if let description = schema.description { inner.append("description", .string(description)) }
            inner.append("schema", schema.schema)
            if let isStrict = schema.isStrict { inner.append("strict", .boolean(isStrict)) }
            body.append("response_format", ["type": "json_schema", "json_schema": .object(inner)])
        }
    }

    /// JSON mode is refused when no message speaks of JSON.
    private mutating func requireJSONInstruction(_ messages: inout [JSONObject]) {
        guard conversation.outputFormat == .json else { return }
        let speaksOfJSON = messages.contains { message in
            String(decoding: JSONWriter().write(message["content"] ?? .null), as: UTF8.self)
                .lowercased().contains("json")
        }
        guard !speaksOfJSON else { return }
        note(.jsonMode)
        messages.insert(["role": "system", "content": "Answer in JSON."], at: 0)
    }

    // MARK: - Reasoning

    private mutating func writeReasoning() {
        guard let reasoning = conversation.reasoning else { return }
        if let effort = reasoning.effort {
            write("reasoning_effort", effort)
            if reasoning.budgetTokens != nil { note(.reasoningBudget) }
        } else if reasoning.isEnabled == false {
            note(.reasoningEffort)
        } else if let budget = reasoning.budgetTokens {
            note(.reasoningBudget)
            write("reasoning_effort", Self.effort(ofBudget: budget))
        }
        if reasoning.includesThoughts != nil || reasoning.summary != nil {
            note(.reasoningVisibility)
        }
    }

    /// The effort that spends about as many tokens.
    private static func effort(ofBudget tokens: Int) -> String {
        switch tokens {
        case ...2048: "low"
        case ...8192: "medium"
        default: "high"
        }
    }

    // MARK: - Accounting

    private mutating func writeAccounting() {
        write("user", conversation.user)
        if let metadata = conversation.metadata, !metadata.isEmpty { note(.metadata) }
        if let tier = conversation.serviceTier {
            switch tier {
            case "auto", "default", "flex", "priority", "scale", "fast": write("service_tier", tier)
            case "standard", "standard_only": write("service_tier", "default")
            default: note(.serviceTier)
            }
        }
        write("prompt_cache_key", conversation.promptCacheKey)
    }
}
