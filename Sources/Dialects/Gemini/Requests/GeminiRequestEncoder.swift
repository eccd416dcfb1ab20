import JSON

/// Writes a request for a provider.
struct GeminiRequestEncoder {
    let conversation: Conversation
    let model: GeminiModel
    var toolNames = ToolNameMap(Gemini.toolNameRule)
    var report = LossReport(target: .gemini, rules: Gemini.lossRules)

    init(_ conversation: Conversation, _ options: RequestOptions) {
        self.conversation = conversation
        model = GeminiModel(options.usualModel)
    }

    mutating func request() -> EncodedRequest {
        var contents = GeminiContentEncoder(conversation, model, toolNames, report)
        contents.encode()
        toolNames = contents.toolNames
        report = contents.report

        var body = JSONObject()
        if !contents.instructions.isEmpty {
            body.append("systemInstruction", ["parts": .array(contents.instructions)])
        }
        appendTools(to: &body)
        body.append("contents", .array(contents.contents))
        let settings = generationConfig()
        if !settings.isEmpty {
            body.append("generationConfig", .object(settings))
        }
        appendAccounting(to: &body)
        report.note(conversation.unread)
        return EncodedRequest(body: body, losses: report.losses, toolNames: toolNames)
    }

    /// Notes a loss of a setting. Its path is empty: only the caller's dialect knows it; see ``Dialect/path(of:)``.
    mutating func note(_ element: ConversationElement) {
        report.note(element, at: "")
    }

    private mutating func appendAccounting(to body: inout JSONObject) {
        if let labels = conversation.metadata {
            if conversation.source == .gemini {
                body.append("labels", .object(labels))
            } else {
                note(.metadata)
            }
        }
        if let tier = conversation.serviceTier {
            switch tier.lowercased() {
            case "flex", "priority", "standard": body.append("serviceTier", .string(tier.lowercased()))
            case "default": body.append("serviceTier", "standard")
            case "auto": break
            default: note(.serviceTier)
            }
        }
        if conversation.user != nil { note(.user) }
        if conversation.promptCacheKey != nil { note(.promptCacheKey) }
        if conversation.verbosity != nil { note(.verbosity) }
    }
}
