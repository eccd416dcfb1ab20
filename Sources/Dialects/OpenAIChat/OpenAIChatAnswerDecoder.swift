import JSON

/// Reads a provider's whole answer.
enum OpenAIChatAnswerDecoder {
    static func events(of body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        guard body.object != nil else {
            throw FormatProblem("must be an object, not \(body.kind.article)", at: "")
        }
        guard let choices = body["choices"]?.array else {
            if let failure = OpenAIChatFailure.failure(in: body, status: nil) { return [.failure(failure)] }
            throw FormatProblem("is missing", at: "choices")
        }
        guard !choices.isEmpty else {
            throw FormatProblem("is empty", at: "choices")
        }
        var start = AnswerStart()
        start.id = nonempty(body["id"])
        start.model = nonempty(body["model"])
        start.created = body["created"]?.integer.flatMap { $0 > 0 ? $0 : nil }
        start.serviceTier = nonempty(body["service_tier"])
        var events: [AnswerEvent] = [.start(start)]
        for (place, choice) in choices.enumerated() {
            read(choice, place: place, into: &events)
        }
        if let usage = body["usage"], usage.object != nil {
            events.append(.usage(TokenUsage(openAIChat: usage)))
        }
        events.append(.end)
        return events
    }

    private static func read(_ choice: JSONValue, place: Int, into events: inout [AnswerEvent]) {
        var reader = OpenAIChatChoiceReader(index: choice["index"]?.integer ?? place)
        if let message = choice["message"], message.object != nil {
            let bytes = JSONWriter().write(message)
            OpenAIChatDelta.read(bytes.span, into: &reader, &events)
        }
        if let logProbabilities = choice["logprobs"], logProbabilities.object != nil {
            reader.receive(logProbabilities: logProbabilities, into: &events)
        }
        let word = nonempty(choice["finish_reason"]) ?? "stop"
        guard word != "error" else {
            let failure = OpenAIChatFailure.failure(in: choice, status: nil)
            events.append(
                .failure(failure ?? ProviderFailure(.server, "The provider broke off and gave no reason."))
            )
            return
        }
        let reason = OpenAIChatFinish.reason(
            word,
            native: nonempty(choice["native_finish_reason"]),
            stopReason: nonempty(choice["stop_reason"])
        )
        reader.finish(reason, into: &events)
    }

    private static func nonempty(_ value: JSONValue?) -> String? {
        OpenAIChatChoiceReader.text(value).flatMap { $0.isEmpty ? nil : $0 }
    }
}
