import JSON

/// Reads one block of a stream after the other.
struct AnthropicStreamBlock: Sendable {
    private enum Block: Equatable {
        case none, text, thinking, redacted
        /// The input that came with the beginning, where no arguments have followed.
        case toolCall(input: JSONValue?, hasArguments: Bool)
        /// Given out when it is whole.
        case foreign(JSONValue)
    }

    private var block = Block.none
    private var foreignInput = ""

    /// Whether a block is open.
    var isOpen: Bool { block != .none }

    /// Begins with the block as its start event has it.
    mutating func open(_ value: JSONValue, _ events: inout [AnswerEvent]) {
        switch value["type"]?.string {
        case "text":
            block = .text
            events.append(.partStart(choice: 0, .text))
            appendDelta(value["text"]?.string, &events)
            for citation in value["citations"]?.array ?? [] {
                events.append(.annotation(choice: 0, AnthropicCitation.annotation(citation)))
            }
        case "thinking":
            block = .thinking
            events.append(.partStart(choice: 0, .reasoning()))
            appendDelta(value["thinking"]?.string, &events)
            appendSignature(value["signature"]?.string, &events)
        case "redacted_thinking":
            block = .redacted
            events.append(.partStart(choice: 0, .reasoning(isRedacted: true)))
            appendSignature(value["data"]?.string, &events)
        case "tool_use":
            block = .toolCall(input: value["input"], hasArguments: false)
            let id = value["id"]?.string ?? ""
            events.append(.partStart(choice: 0, .toolCall(id: id, name: value["name"]?.string ?? "")))
        default:
            block = .foreign(value)
            foreignInput = ""
        }
    }

    /// Ends the block, if there is one.
    mutating func close(_ events: inout [AnswerEvent]) {
        switch block {
        case .none:
            return
        case .toolCall(let input, false):
            events.append(.delta(choice: 0, AnthropicAnswerDecoder.arguments(input)))
            events.append(.partEnd(choice: 0))
        case .text, .thinking, .redacted, .toolCall:
            events.append(.partEnd(choice: 0))
        case .foreign(let value):
            var whole = value
            if !foreignInput.isEmpty, var object = value.object,
                let parsed = try? JSONValue(parsing: foreignInput.utf8.span)
            {
                object.set("input", to: parsed)
                whole = .object(object)
            }
            events.append(.partStart(choice: 0, .foreign(AnthropicAnswerDecoder.foreign(whole))))
        }
        block = .none
    }

    /// Adds what the object at `range` has. The hot path: one event for each few letters of the answer.
    mutating func read(_ data: Span<UInt8>, _ range: Range<Int>, _ events: inout [AnswerEvent]) {
        var type: Range<Int>?
        var text: Range<Int>?
        var citation: Range<Int>?
        try? JSONScanner.scanObject(data, in: range) { member throws(JSONError) in
            switch member.kind {
            case .string where member.isNamed("type", in: data): type = member.value
            case .string where text == nil: text = member.value
            case .object where member.isNamed("citation", in: data): citation = member.value
            default: break
            }
        }
        guard let type else { return }
        if let citation, data.hasQuoted("citations_delta", at: type) {
            guard let value = try? JSONValue(parsing: data.extracting(citation)) else { return }
            events.append(.annotation(choice: 0, AnthropicCitation.annotation(value)))
        } else if let text {
            readTextDelta(data, type, text, &events)
        }
    }

    private mutating func readTextDelta(
        _ data: Span<UInt8>,
        _ type: Range<Int>,
        _ range: Range<Int>,
        _ events: inout [AnswerEvent]
    ) {
        if data.hasQuoted("text_delta", at: type) {
            if block != .text { begin(.text, .text, &events) }
            appendDelta(data.string(at: range), &events)
        } else if data.hasQuoted("input_json_delta", at: type) {
            let text = data.string(at: range)
            guard !text.isEmpty else { return }
            switch block {
            case .toolCall:
                block = .toolCall(input: nil, hasArguments: true)
                appendDelta(text, &events)
            case .foreign:
                foreignInput += text
            case .none, .text, .thinking, .redacted:
                break
            }
        } else if data.hasQuoted("thinking_delta", at: type) {
            if block != .thinking { begin(.thinking, .reasoning(), &events) }
            appendDelta(data.string(at: range), &events)
        } else if data.hasQuoted("signature_delta", at: type) {
            if block != .thinking { begin(.thinking, .reasoning(), &events) }
            appendSignature(data.string(at: range), &events)
        }
    }

    /// A block whose beginning did not come.
    private mutating func begin(_ kind: Block, _ part: AnswerPart, _ events: inout [AnswerEvent]) {
        close(&events)
        block = kind
        events.append(.partStart(choice: 0, part))
    }

    private func appendDelta(_ text: String?, _ events: inout [AnswerEvent]) {
        guard let text, !text.isEmpty else { return }
        events.append(.delta(choice: 0, text))
    }

    private func appendSignature(_ text: String?, _ events: inout [AnswerEvent]) {
        guard let text, !text.isEmpty else { return }
        events.append(.signature(choice: 0, ReasoningSignature(origin: .anthropicMessages, value: text)))
    }
}

extension Span<UInt8> {
    /// Whether the string literal or word in brackets at `range` is `text`, spelled without escapes.
    func hasQuoted(_ text: StaticString, at range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount + 2, range.upperBound <= count else { return false }
        // The buffer holds utf8CodeUnitCount bytes, and the indices stay below that and below the count of the span.
        return text.withUTF8Buffer { wanted in
            for place in 0..<wanted.count where self[range.lowerBound + 1 + place] != wanted[place] { return false }
            return true
        }
    }

    /// The string literal at `range`, with U+FFFD for surrogates that are not paired.
    fileprivate func string(at range: Range<Int>) -> String {
        if let string = JSONText.string(self, range) { return string }
        guard range.count >= 2, range.upperBound <= count else { return "" }
        return JSONText.repairedString(extracting(range.lowerBound + 1..<range.upperBound - 1))
    }
}
