import JSON

/// What one event of a Chat Completions stream means to the gateway.
///
/// Format: OpenAI API reference, "The chat completion chunk object".
package struct OpenAIChatChunk: Sendable, Equatable {
    /// What sort of event it is.
    package enum Kind: Sendable, Equatable {
        /// A part of the answer.
        case content
        /// The figures and nothing else: `choices` is empty.
        case usageOnly
        /// `[DONE]`.
        case done
        /// The provider broke the answer off.
        case error
        /// Anything else, passed on as it is.
        case other
    }

    /// What sort of event it is.
    package var kind: Kind
    /// The figures, when the event has them.
    package var usage: TokenUsage?
    /// Whether a choice carries text, a tool call or reasoning; the first such event is the first token.
    package var hasDelta = false
    /// The choices that it speaks of, as a set of bits; those beyond the 64th count as the last.
    package var choices: UInt64 = 0
    /// The choices that have come to their end with it.
    package var finishedChoices: UInt64 = 0

    /// Whether a choice has come to its end.
    package var isFinished: Bool { finishedChoices != 0 }

    /// Reads the data of one event.
    package init(_ data: Span<UInt8>) {
        kind = .other
        if Self.isDone(data) {
            kind = .done
            return
        }
        var usage: Range<Int>?
        var choices: Range<Int>?
        var isError = false
        do throws(JSONError) {
            try JSONScanner.scanObject(data) { member throws(JSONError) in
                switch member.kind {
                case .object where member.isNamed("usage", in: data): usage = member.value
                case .array where member.isNamed("choices", in: data): choices = member.value
                case .object where member.isNamed("error", in: data): isError = true
                case .string where member.isNamed("error", in: data): isError = true
                default: break
                }
            }
        } catch {
            return
        }
        self.usage = usage.map { TokenUsage(openAI: data.extracting($0)) }
        guard !isError else {
            kind = .error
            return
        }
        guard let choices else { return }
        kind = .content
        let isEmpty = !readChoices(data.extracting(choices))
        if isEmpty, usage != nil {
            kind = .usageOnly
        }
    }

    static func isDone(_ data: Span<UInt8>) -> Bool {
        let text = JSONText.trimmedRange(data)
        let expected: StaticString = "[DONE]"
        guard text.count == expected.utf8CodeUnitCount else { return false }
        return data.extracting(text).elementsEqual(expected)
    }

    /// - Returns: Whether there was a choice.
    private mutating func readChoices(_ choices: Span<UInt8>) -> Bool {
        var hasChoice = false
        var hasDelta = false
        var seen: UInt64 = 0
        var finished: UInt64 = 0
        try? JSONScanner.scanArray(choices) { range, kind throws(JSONError) in
            hasChoice = true
            guard kind == .object else { return }
            let choice = choices.extracting(range)
            var index = 0
            var isFinished = false
            try JSONScanner.scanObject(choice) { member throws(JSONError) in
                if member.kind == .string, member.isNamed("finish_reason", in: choice) {
                    // Some say nothing in an empty string instead of null.
                    isFinished = member.value.count > 2
                } else if member.kind == .number, member.isNamed("index", in: choice) {
                    index = JSONText.integer(choice, member.value) ?? 0
                } else if member.kind == .object, member.isNamed("delta", in: choice) {
                    hasDelta = hasDelta || Self.hasContent(choice.extracting(member.value))
                }
            }
            let bit: UInt64 = 1 << UInt64(min(max(index, 0), 63))
            seen |= bit
            if isFinished { finished |= bit }
        }
        self.hasDelta = hasDelta
        self.choices = seen
        finishedChoices = finished
        return hasChoice
    }

    /// Whether a delta has any member beside the role that is neither null nor an empty string or array.
    private static func hasContent(_ delta: Span<UInt8>) -> Bool {
        var hasContent = false
        try? JSONScanner.scanObject(delta) { member throws(JSONError) in
            if member.kind != .null, member.value.count > 2, !member.isNamed("role", in: delta) {
                hasContent = true
            }
        }
        return hasContent
    }
}

extension Span<UInt8> {
    fileprivate func elementsEqual(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { other in
            for index in 0..<count where self[index] != other[index] {
                return false
            }
            return true
        }
    }
}
