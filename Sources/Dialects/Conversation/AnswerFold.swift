/// Collects the events of a stream into a whole answer. The events must be a legal sequence; see ``AnswerEvent``.
package struct AnswerFold: Sendable {
    /// The answer so far.
    package private(set) var answer = Answer(choices: [])
    /// Why there is none.
    package private(set) var failure: ProviderFailure?

    package init() {}

    /// Adds an event.
    package mutating func receive(_ event: AnswerEvent) {
        switch event {
        case .start(let start): answer.start = start
        case .usage(let usage): answer.usage = usage
        case .partStart(let choice, let part): withChoice(choice) { $0.parts.append(Part(part.content)) }
        case .delta(let choice, let text): withLastPart(of: choice) { $0.append(text) }
        case .signature(let choice, let signature): withLastPart(of: choice) { $0.append(signature) }
        case .annotation(let choice, let annotation): withLastPart(of: choice) { $0.append(annotation) }
        case .logProbabilities(let choice, let entries): withChoice(choice) { $0.logProbabilities += entries }
        case .finish(let choice, let reason): withChoice(choice) { $0.finish = reason }
        case .failure(let failure): self.failure = failure
        case .partEnd, .end: break
        }
    }

    /// The whole answer behind loose events of a decoder.
    ///
    /// - Throws: the provider's failure, or that it broke off.
    package static func answer(
        of events: [AnswerEvent],
        toolNames: ToolNameMap
    ) throws(ProviderFailure) -> Answer {
        var sequencer = AnswerSequencer(toolNames: toolNames)
        var fold = AnswerFold()
        for event in events {
            sequencer.receive(event) { fold.receive($0) }
        }
        sequencer.close { fold.receive($0) }
        if let failure = fold.failure { throw failure }
        return fold.answer
    }

    /// More choices than any provider gives are not made room for.
    private static let maximumChoiceCount = 1024

    private mutating func withChoice(_ index: Int, _ change: (inout Answer.Choice) -> Void) {
        guard (0..<Self.maximumChoiceCount).contains(index) else { return }
        while answer.choices.count <= index {
            answer.choices.append(Answer.Choice())
        }
        change(&answer.choices[index])
    }

    private mutating func withLastPart(of choice: Int, _ change: (inout PartContent) -> Void) {
        withChoice(choice) { choice in
            guard let last = choice.parts.indices.last else { return }
            change(&choice.parts[last].content)
        }
    }
}

extension AnswerPart {
    /// The part before anything was added.
    fileprivate var content: PartContent {
        switch self {
        case .text: .text("")
        case .reasoning(let id, let isSummary, let isRedacted):
            .reasoning(Reasoning("", isSummary: isSummary, isRedacted: isRedacted, id: id))
        case .toolCall(let id, let name): .toolCall(ToolCall(id: id, name: name, arguments: ""))
        case .refusal: .refusal("")
        case .media(let content): content
        case .foreign(let content): .foreign(content)
        }
    }
}

extension PartContent {
    fileprivate mutating func append(_ text: String) {
        switch self {
        case .text(var content):
            // Nothing else must hold the text, or each addition copies all of it.
            self = .refusal("")
            content.text += text
            self = .text(content)
        case .reasoning(var reasoning):
            self = .refusal("")
            reasoning.text += text
            self = .reasoning(reasoning)
        case .toolCall(var call):
            self = .refusal("")
            call.arguments += text
            self = .toolCall(call)
        case .refusal(let refusal):
            self = .refusal(refusal + text)
        case .image, .document, .audio, .video, .toolResult, .foreign:
            break
        }
    }

    fileprivate mutating func append(_ signature: ReasoningSignature) {
        guard case .reasoning(var reasoning) = self else { return }
        if let earlier = reasoning.signature, earlier.origin == signature.origin {
            reasoning.signature?.value += signature.value
        } else {
            reasoning.signature = signature
        }
        self = .reasoning(reasoning)
    }

    fileprivate mutating func append(_ annotation: Annotation) {
        guard case .text(var content) = self else { return }
        content.annotations.append(annotation)
        self = .text(content)
    }
}
