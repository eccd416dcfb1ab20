import JSON

/// Reads whole answers.
///
/// Format: Cohere API reference, "Chat", "Response".
enum CohereAnswerDecoder {
    static func events(of body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        guard let message = body["message"], message.object != nil else {
            throw FormatProblem("must be an object", at: "message")
        }
        let reason = body["finish_reason"]?.string
        guard !CohereFinishReason.isFailure(reason) else {
            return [.failure(CohereError.failure(message: body["error"]?.string, reason: reason ?? ""))]
        }
        var events: [AnswerEvent] = [.start(AnswerStart(id: body["id"]?.string))]
        addContent(of: message, to: &events)
        addCalls(of: message, to: &events)
        let probabilities = (body["logprobs"]?.array ?? []).compactMap(CohereLogProbability.entry)
        if !probabilities.isEmpty {
            events.append(.logProbabilities(choice: 0, probabilities))
        }
        if let usage = TokenUsage(cohere: body["usage"]) {
            events.append(.usage(usage))
        }
        return events + [.finish(choice: 0, CohereFinishReason.finish(reason)), .end]
    }

    /// Adds thoughts and texts, and behind the last text what the answer cites.
    private static func addContent(of message: JSONValue, to events: inout [AnswerEvent]) {
        if let text = message["content"]?.string {
            add(.text, text, to: &events)
        }
        let blocks = message["content"]?.array ?? []
        let lastText = blocks.lastIndex { $0["text"]?.string != nil }
        let citations = message["citations"]?.array ?? []
        for (place, block) in blocks.enumerated() {
            if let thoughts = block["thinking"]?.string {
                add(.reasoning(), thoughts, to: &events)
            } else if let text = block["text"]?.string {
                // Each citation names the text that it is of; there is seldom more than one.
                let own = citations.filter { ($0["content_index"]?.integer ?? lastText) == place }
                add(.text, text, own.flatMap(CohereCitation.annotations), to: &events)
            }
        }
    }

    private static func add(
        _ part: AnswerPart,
        _ text: String,
        _ annotations: [Annotation] = [],
        to events: inout [AnswerEvent]
    ) {
        guard !text.isEmpty else { return }
        events.append(.partStart(choice: 0, part))
        events.append(.delta(choice: 0, text))
        events += annotations.map { .annotation(choice: 0, $0) }
        events.append(.partEnd(choice: 0))
    }

    /// Adds calls, and before them what the model said that it will call them for.
    private static func addCalls(of message: JSONValue, to events: inout [AnswerEvent]) {
        add(.text, message["tool_plan"]?.string ?? "", to: &events)
        for call in message["tool_calls"]?.array ?? [] {
            let function = call["function"]
            let id = call["id"]?.string ?? ""
            let part = AnswerPart.toolCall(id: id, name: function?["name"]?.string ?? "")
            events.append(.partStart(choice: 0, part))
            events.append(.delta(choice: 0, function?["arguments"]?.string ?? ""))
            events.append(.partEnd(choice: 0))
        }
    }
}
