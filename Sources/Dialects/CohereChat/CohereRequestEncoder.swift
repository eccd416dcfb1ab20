import JSON

/// Writes a request: the settings, and has messages and tools written. What stays the same from turn to turn comes
/// first.
///
/// Format: Cohere API reference, "Chat", "Request".
struct CohereRequestEncoder {
    private let conversation: Conversation
    private let options: RequestOptions
    private var report = LossReport(target: .cohereChat, rules: CohereChat.lossRules)
    private var toolNames = ToolNameMap(CohereChat.toolNameRule)
    private var body = JSONObject()

    init(_ conversation: Conversation, _ options: RequestOptions) {
        self.conversation = conversation
        self.options = options
    }

    mutating func encode() -> EncodedRequest {
        report.note(conversation.unread)
        body.append("model", .string(options.model))
        var tools = CohereToolEncoder(toolNames: toolNames, report: report)
        body.members += tools.members(for: conversation)
        var messages = CohereMessageEncoder(conversation, tools.toolNames, tools.report)
        body.append("messages", .array(messages.encode().map(JSONValue.object)))
        toolNames = messages.toolNames
        report = messages.report
        if !messages.documents.isEmpty { body.append("documents", .array(messages.documents)) }
        writeOutputFormat()
        let sampling = CohereSamplingEncoder.members(of: conversation.sampling, &report)
        body.members += sampling.members
        writeReasoning()
        noteUnsayable()
        if conversation.isStream { body.append("stream", true) }
        return EncodedRequest(body: body, losses: report.losses, toolNames: toolNames)
    }

    // MARK: Output

    private mutating func writeOutputFormat() {
        // The format is refused beside tools and documents.
        let isFree = body["tools"] == nil && body["documents"] == nil
        switch conversation.outputFormat {
        case nil, .text: break
        case .json where isFree: body.append("response_format", ["type": "json_object"])
        case .json: report.note(.jsonMode, at: "")
        case .schema(let output) where isFree:
            if output.name != nil || output.description != nil { report.note(.outputSchemaName, at: "") }
            if output.isStrict == false { report.note(.strictOutputSchema, at: "") }
            body.append("response_format", ["type": "json_object", "json_schema": output.schema])
        case .schema: report.note(.outputSchema, at: "")
        }
    }

    // MARK: Reasoning

    private mutating func writeReasoning() {
        guard let wish = conversation.reasoning else { return }
        let isOff = wish.isEnabled == false || wish.effort == "none" || wish.budgetTokens == 0
        let mayThink = CohereModel.mayThink(options.model)
        if !isOff, wish.summary != nil || wish.includesThoughts == !mayThink {
            report.note(.reasoningVisibility, at: "")
        }
        let budget = wish.budgetTokens.flatMap { $0 > 0 ? $0 : nil }
        guard mayThink else {
            if budget != nil { report.note(.reasoningBudget, at: "") }
            if !isOff, wish.effort != nil || wish.isEnabled == true { report.note(.reasoningEffort, at: "") }
            return
        }
        if isOff {
            body.append("thinking", ["type": "disabled"])
        } else if let budget {
            body.append("thinking", ["type": "enabled", "token_budget": .number(budget)])
        } else if let effort = wish.effort {
            report.note(.reasoningEffort, at: "")
            body.append("thinking", ["type": "enabled", "token_budget": .number(CohereModel.budget(of: effort))])
        } else if wish.isEnabled == true {
            body.append("thinking", ["type": "enabled"])
        }
    }

    // MARK: Others

    private mutating func noteUnsayable() {
        if conversation.user != nil { report.note(.user, at: "") }
        if conversation.metadata?.isEmpty == false { report.note(.metadata, at: "") }
        if conversation.promptCacheKey != nil { report.note(.promptCacheKey, at: "") }
        if conversation.verbosity != nil { report.note(.verbosity, at: "") }
        switch conversation.serviceTier {
        case nil, "auto", "default", "standard": break
        default: report.note(.serviceTier, at: "")
        }
    }
}
