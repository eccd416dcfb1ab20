import JSON

/// Writes a request for a provider.
///
/// The history is sent whole in every request, thoughts included, and the provider is told to keep nothing: its ids
/// would be of no use to callers of other formats, and a conversation can go on with another provider.
struct ResponsesRequestEncoder {
    let conversation: Conversation
    let options: RequestOptions
    var report = LossReport(target: .openAIResponses, rules: OpenAIResponses.lossRules)
    var toolNames = ToolNameMap(OpenAIResponses.toolNameRule)
    var input: [JSONValue] = []
    /// The ids of calls so far, as they are sent.
    var callIDs: Set<String> = []
    /// Whether thoughts that OpenAI encrypted are in the history.
    var hasOwnThoughts = false

    static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoder = Self(conversation: conversation, options: options)
        let body = encoder.body()
        return EncodedRequest(body: body, losses: encoder.report.losses, toolNames: encoder.toolNames)
    }

    /// Whether the caller speaks a format of OpenAI, whose files and classes of service are the same.
    var isFromOpenAI: Bool { conversation.source == .openAIResponses || conversation.source == .openAIChat }

    private init(conversation: Conversation, options: RequestOptions) {
        self.conversation = conversation
        self.options = options
    }

    private mutating func body() -> JSONObject {
        var body: JSONObject = ["model": .string(options.model)]
        if conversation.isStream { body.append("stream", true) }
        body.append("store", false)
        let tools = self.tools()
        let instructions = self.instructions()
        addTurns(from: instructions == nil ? 0 : 1)
        if let instructions { body.append("instructions", .string(instructions)) }
        body.append("input", .array(input))
        if !tools.isEmpty {
            body.append("tools", .array(tools))
            addToolSettings(to: &body)
        } else {
            noteVainToolChoice()
        }
        addSampling(to: &body)
        addText(to: &body)
        addReasoning(to: &body)
        addLabels(to: &body)
        report.note(conversation.unread)
        return body
    }

    /// The first instructions, if they are one plain text and not all that there is.
    private func instructions() -> String? {
        guard conversation.turns.count > 1, let first = conversation.turns.first, first.role == .system,
            first.name == nil, first.parts.count == 1, let part = first.parts.first, part.cacheHint == nil,
            case .text(let content) = part.content, !content.text.isEmpty
        else { return nil }
        return content.text
    }

    private mutating func addTurns(from start: Int) {
        if case .json = conversation.outputFormat, !isFromOpenAI {
            report.note(.jsonMode, at: "")
            input.append(["type": "message", "role": "developer", "content": "Answer with one JSON object."])
        }
        for turn in conversation.turns.dropFirst(start) {
            add(turn)
        }
        if let last = conversation.turns.last, last.role == .assistant, !isFromOpenAI,
            !last.parts.contains(where: { if case .toolCall = $0.content { true } else { false } })
        {
            report.note(.assistantPrefill, at: last.path)
        }
    }
}
