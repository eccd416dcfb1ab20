import JSON

/// Writes a whole answer for a caller, by the same steps as a stream.
enum ResponsesAnswerEncoder {
    static func answer(_ answer: Answer, _ context: AnswerContext) -> EncodedAnswer {
        var content = ResponsesOutput(context, isStream: false)
        var nothing: [UInt8] = []
        for event in events(of: answer) {
            content.receive(event, into: &nothing)
        }
        return EncodedAnswer(body: content.response, losses: content.report.losses)
    }

    private static func events(of answer: Answer) -> [AnswerEvent] {
        var events: [AnswerEvent] = [.start(answer.start)]
        if let usage = answer.usage { events.append(.usage(usage)) }
        for (index, choice) in answer.choices.enumerated() {
            var logProbabilities = choice.logProbabilities
            for part in choice.parts {
                append(part, choice: index, &logProbabilities, to: &events)
            }
            if !logProbabilities.isEmpty { events.append(.logProbabilities(choice: index, logProbabilities)) }
            events.append(.finish(choice: index, choice.finish))
        }
        return events + [.end]
    }

    private static func append(
        _ part: Part,
        choice: Int,
        _ logProbabilities: inout [TokenLogProbability],
        to events: inout [AnswerEvent]
    ) {
        switch part.content {
        case .text(let content):
            if !logProbabilities.isEmpty {
                events.append(.logProbabilities(choice: choice, logProbabilities))
                logProbabilities.removeAll()
            }
            add(.text, content.text, choice, to: &events)
            events += content.annotations.map { .annotation(choice: choice, $0) }
        case .refusal(let text): add(.refusal, text, choice, to: &events)
        case .reasoning(let reasoning):
            let start = AnswerPart.reasoning(
                id: reasoning.id,
                isSummary: reasoning.isSummary,
                isRedacted: reasoning.isRedacted
            )
            add(start, reasoning.text, choice, to: &events)
            if let signature = reasoning.signature { events.append(.signature(choice: choice, signature)) }
        case .toolCall(let call):
            add(.toolCall(id: call.id, name: call.name), call.arguments, choice, to: &events)
        case .image, .document, .audio, .video: events.append(.partStart(choice: choice, .media(part.content)))
        case .foreign(let foreign): events.append(.partStart(choice: choice, .foreign(foreign)))
        case .toolResult: return
        }
        events.append(.partEnd(choice: choice))
    }

    private static func add(_ part: AnswerPart, _ text: String, _ choice: Int, to events: inout [AnswerEvent]) {
        events.append(.partStart(choice: choice, part))
        if !text.isEmpty { events.append(.delta(choice: choice, text)) }
    }
}
