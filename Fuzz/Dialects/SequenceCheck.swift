import Dialects

/// Traps when events are not a legal sequence: see ``AnswerEvent``.
struct SequenceCheck {
    /// How a sequence ended.
    enum Ending {
        /// Complete, with a first choice: what every format can say.
        case end
        /// Complete, but without the one choice that some formats have.
        case endOfOthers
        /// Not complete.
        case failure
    }

    private enum OpenPart { case text, reasoning, whole, other }

    private var hasStarted = false
    private var ending: Ending?
    private var openParts: [Int: OpenPart] = [:]
    private var seen: Set<Int> = []
    private var finished: Set<Int> = []

    /// Checks what may come next.
    mutating func receive(_ event: AnswerEvent) {
        expect(ending == nil, "an event behind the end")
        switch event {
        case .start:
            expect(!hasStarted, "a second start")
            hasStarted = true
            return
        case .failure:
            // The provider may fail before it began.
            ending = .failure
            return
        default:
            expect(hasStarted, "an event before the start")
        }
        checkInside(event)
    }

    private mutating func checkInside(_ event: AnswerEvent) {
        switch event {
        case .start, .failure, .usage: break
        case .partStart(let choice, let part):
            touch(choice)
            expect(openParts[choice] == nil, "a part inside of a part")
            openParts[choice] = kind(of: part)
        case .delta(let choice, let text):
            touch(choice)
            expect(!text.isEmpty && openParts[choice] != nil, "text outside of a part, or none")
            expect(openParts[choice] != .whole, "text in a part that came whole")
        case .signature(let choice, _):
            touch(choice)
            expect(openParts[choice] == .reasoning, "a signature outside of thoughts")
        case .annotation(let choice, _):
            touch(choice)
            expect(openParts[choice] == .text, "a source outside of a text")
        case .logProbabilities(let choice, let entries):
            touch(choice)
            expect(!entries.isEmpty, "no probabilities")
        case .partEnd(let choice):
            touch(choice)
            expect(openParts.removeValue(forKey: choice) != nil, "an end of no part")
        case .finish(let choice, _):
            touch(choice)
            expect(openParts[choice] == nil, "a choice ends in the middle of a part")
            finished.insert(choice)
        case .end:
            expect(!seen.isEmpty && seen == finished, "an end with choices that did not")
            ending = seen.contains(0) ? .end : .endOfOthers
        }
    }

    /// Traps unless the end has come, and tells which.
    func conclude() -> Ending {
        guard let ending else { fatalError("a sequence without an end") }
        return ending
    }

    private mutating func touch(_ choice: Int) {
        expect(!finished.contains(choice), "an event of a choice that is finished")
        seen.insert(choice)
    }

    private func kind(of part: AnswerPart) -> OpenPart {
        switch part {
        case .text: .text
        case .reasoning: .reasoning
        case .media, .foreign: .whole
        case .toolCall, .refusal: .other
        }
    }
}
