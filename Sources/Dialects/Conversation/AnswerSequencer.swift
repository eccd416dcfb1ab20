/// Makes of a decoder's events a sequence that every encoder can rely on; see ``AnswerEvent``.
///
/// Providers are careless: parts that never close, deltas without a beginning, two ends, none, and events behind the
/// last. What is only careless is put in order; what would make a broken answer look whole becomes a failure.
package struct AnswerSequencer: Sendable {
    private struct ChoiceState {
        enum OpenPart { case text, reasoning, toolCall, refusal }
        var openPart: OpenPart?
        var hasToolCall = false
        var hasRefusal = false
        var isFinished = false
    }

    /// Whether the last event has come. Everything behind it is ignored.
    package private(set) var hasEnded = false
    /// Whether anything came that a caller would call content.
    package private(set) var hasContent = false
    /// How many choices have come to their ends.
    package private(set) var finishedChoiceCount = 0
    /// The last figures.
    package private(set) var usage: TokenUsage?

    private let toolNames: ToolNameMap
    private var hasStarted = false
    private var choices: [Int: ChoiceState] = [:]

    package init(toolNames: ToolNameMap) {
        self.toolNames = toolNames
    }

    /// Puts `event` in order.
    package mutating func receive(_ event: AnswerEvent, _ emit: (AnswerEvent) -> Void) {
        guard !hasEnded else { return }
        switch event {
        case .start:
            guard !hasStarted else { return }
            hasStarted = true
            emit(event)
        case .usage(let usage):
            begin(emit)
            self.usage = usage
            emit(event)
        case .partStart(let choice, let part):
            begin(emit)
            start(part, in: choice, emit)
        case .delta(let choice, let text):
            guard !text.isEmpty, !isFinished(choice) else { return }
            begin(emit)
            switch choices[choice]?.openPart {
            case nil: start(.text, in: choice, emit)
            case .refusal: choices[choice]?.hasRefusal = true
            case .text, .reasoning, .toolCall: break
            }
            emit(event)
        case .signature(let choice, _):
            guard !isFinished(choice) else { return }
            begin(emit)
            if choices[choice]?.openPart != .reasoning {
                start(.reasoning(), in: choice, emit)
            }
            emit(event)
        case .annotation(let choice, _):
            guard !isFinished(choice) else { return }
            begin(emit)
            if choices[choice]?.openPart != .text {
                start(.text, in: choice, emit)
            }
            emit(event)
        case .logProbabilities(let choice, let entries):
            guard !entries.isEmpty, !isFinished(choice) else { return }
            begin(emit)
            emit(event)
        case .partEnd(let choice):
            closePart(of: choice, emit)
        case .finish(let choice, let reason):
            guard !isFinished(choice) else { return }
            begin(emit)
            finish(choice, reason, emit)
        case .end:
            end(emit)
        case .failure:
            hasEnded = true
            emit(event)
        }
    }

    /// The provider's stream is over; an answer that has not come to its end has failed.
    package mutating func close(_ emit: (AnswerEvent) -> Void) {
        guard !hasEnded else { return }
        hasEnded = true
        emit(.failure(Self.brokenOff))
    }

    private static let brokenOff = ProviderFailure(.server, "The provider broke off in the middle of its answer.")

    private func isFinished(_ choice: Int) -> Bool {
        choices[choice]?.isFinished == true
    }

    private mutating func begin(_ emit: (AnswerEvent) -> Void) {
        guard !hasStarted else { return }
        hasStarted = true
        emit(.start(AnswerStart()))
    }

    private mutating func start(_ part: AnswerPart, in choice: Int, _ emit: (AnswerEvent) -> Void) {
        guard !isFinished(choice) else { return }
        closePart(of: choice, emit)
        hasContent = true
        var state = choices[choice] ?? ChoiceState()
        var part = part
        switch part {
        case .text: state.openPart = .text
        case .reasoning: state.openPart = .reasoning
        case .refusal: state.openPart = .refusal
        case .toolCall(let id, let name):
            state.openPart = .toolCall
            state.hasToolCall = true
            part = .toolCall(id: id, name: toolNames.original(name))
        case .media, .foreign: break
        }
        choices[choice] = state
        emit(.partStart(choice: choice, part))
        if state.openPart == nil {
            emit(.partEnd(choice: choice))
        }
    }

    private mutating func closePart(of choice: Int, _ emit: (AnswerEvent) -> Void) {
        guard choices[choice]?.openPart != nil else { return }
        choices[choice]?.openPart = nil
        emit(.partEnd(choice: choice))
    }

    private mutating func finish(_ choice: Int, _ reason: FinishReason, _ emit: (AnswerEvent) -> Void) {
        closePart(of: choice, emit)
        var state = choices[choice] ?? ChoiceState()
        state.isFinished = true
        choices[choice] = state
        finishedChoiceCount += 1
        emit(.finish(choice: choice, Self.reason(reason, of: state)))
    }

    /// Gemini and some others say `stop` where the model waits for its tools, and OpenAI where it refuses to answer.
    private static func reason(_ reason: FinishReason, of state: ChoiceState) -> FinishReason {
        guard reason == .stop else { return reason }
        if state.hasToolCall { return .toolCalls }
        return state.hasRefusal ? .refusal : .stop
    }

    private mutating func end(_ emit: (AnswerEvent) -> Void) {
        hasEnded = true
        let isComplete = !choices.isEmpty && choices.values.allSatisfy(\.isFinished)
        emit(isComplete ? .end : .failure(Self.brokenOff))
    }
}
