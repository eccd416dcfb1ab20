extension Answer {
    /// The events of a stream of this answer, for a caller who wants one where the provider gave none.
    package var events: [AnswerEvent] {
        var events: [AnswerEvent] = [.start(start)]
        for (index, choice) in choices.enumerated() {
            for part in choice.parts {
                events += Self.events(of: part.content, in: index)
            }
            if !choice.logProbabilities.isEmpty {
                events.append(.logProbabilities(choice: index, choice.logProbabilities))
            }
            events.append(.finish(choice: index, choice.finish))
        }
        if let usage {
            events.append(.usage(usage))
        }
        return events + [.end]
    }

    private static func events(of content: PartContent, in choice: Int) -> [AnswerEvent] {
        func part(_ kind: AnswerPart, _ inner: [AnswerEvent] = []) -> [AnswerEvent] {
            [.partStart(choice: choice, kind)] + inner + [.partEnd(choice: choice)]
        }
        func delta(_ text: String) -> [AnswerEvent] {
            text.isEmpty ? [] : [.delta(choice: choice, text)]
        }
        switch content {
        case .text(let content):
            return part(.text, delta(content.text) + content.annotations.map { .annotation(choice: choice, $0) })
        case .reasoning(let reasoning):
            let kind = AnswerPart.reasoning(
                id: reasoning.id,
                isSummary: reasoning.isSummary,
                isRedacted: reasoning.isRedacted
            )
            let signature = reasoning.signature.map { [AnswerEvent.signature(choice: choice, $0)] } ?? []
            return part(kind, delta(reasoning.text) + signature)
        case .toolCall(let call):
            return part(.toolCall(id: call.id, name: call.name), delta(call.arguments))
        case .refusal(let text):
            return part(.refusal, delta(text))
        case .image, .document, .audio, .video:
            return part(.media(content))
        case .foreign(let content):
            return part(.foreign(content))
        case .toolResult:
            return []
        }
    }
}
