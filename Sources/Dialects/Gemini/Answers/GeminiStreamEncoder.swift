import JSON

/// Writes a stream for a caller: server-sent events, or one JSON array.
///
/// Format: Gemini API reference, "Method: models.streamGenerateContent". Each element is an answer of its own; calls
/// are whole in one part; the last element tells why each candidate ended, and the figures. There is no mark for the
/// end besides the array's bracket.
package struct GeminiStreamEncoder: AnswerStreamEncoder {
    private let context: AnswerContext
    private var report = LossReport(target: .gemini, rules: Gemini.lossRules)
    private var choices: [Int: GeminiChoiceEncoder] = [:]
    private var usage: TokenUsage?
    private var isFirst = true
    /// The members behind the candidates, the same in each element.
    private var tail: [JSONObject.Member] = []
    private var tailBytes: [UInt8] = []

    package init(_ context: AnswerContext) {
        self.context = context
        setTail(AnswerStart())
    }

    package var losses: [Loss] { report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): setTail(start)
        case .usage(let usage): self.usage = usage
        case .partStart(let index, let part): withChoice(index, into: &output) { $0.start(part) }
        case .delta(let index, let text):
            // In place, because a copy of the state would copy the text so far.
            guard let writing = choices[index]?.receive(text) else { return }
            flush(index, into: &output)
            if case .atOnce(let isThought) = writing {
                append(text, isThought: isThought, choice: index, into: &output)
            }
        case .signature(let index, let signature): withChoice(index, into: &output) { $0.receive(signature) }
        case .annotation(let index, let annotation): withChoice(index, into: &output) { $0.receive(annotation) }
        case .logProbabilities(let index, let entries):
            withChoice(index, into: &output) { $0.logProbabilities += entries }
        case .partEnd(let index): withChoice(index, into: &output) { $0.endPart() }
        case .finish(let index, let reason): withChoice(index, into: &output) { $0.finish = reason }
        case .end: end(into: &output)
        case .failure(let failure): fail(failure, into: &output)
        }
    }

    private mutating func setTail(_ start: AnswerStart) {
        tail = [
            .init(name: "modelVersion", value: .string(start.model ?? context.model)),
            .init(name: "responseId", value: .string(start.id ?? context.requestID)),
        ]
        // Without the opening brace.
        tailBytes = Array(JSONWriter().write(.object(JSONObject(tail))).dropFirst())
    }

    private mutating func withChoice(
        _ index: Int,
        into output: inout [UInt8],
        _ change: (inout GeminiChoiceEncoder) -> Void
    ) {
        change(&choices[index, default: GeminiChoiceEncoder()])
        flush(index, into: &output)
    }

    /// Writes the parts of a choice that are whole.
    private mutating func flush(_ index: Int, into output: inout [UInt8]) {
        guard choices[index]?.hasParts == true, let parts = choices[index]?.takeParts() else { return }
        let candidate: JSONValue = [
            "content": ["parts": .array(parts), "role": "model"], "index": .number(index),
        ]
        append(element: [.init(name: "candidates", value: [candidate])] + tail, into: &output)
    }

    private mutating func end(into output: inout [UInt8]) {
        var candidates: [JSONValue] = []
        for index in choices.keys.sorted() {
            guard var choice = choices[index] else { continue }
            candidates.append(choice.lastCandidate(index))
            for element in choice.losses { report.note(element, at: "candidates[\(index)]") }
        }
        var members: [JSONObject.Member] = [.init(name: "candidates", value: .array(candidates))]
        if let usage {
            members.append(.init(name: "usageMetadata", value: GeminiUsage.value(usage)))
        }
        append(element: members + tail, into: &output)
        if context.streamsAsArray { output.append(UInt8(ascii: "]")) }
    }

    private mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        openElement(in: &output)
        JSONWriter().append(GeminiError.body(failure, requestID: context.requestID), to: &output)
        closeElement(in: &output)
        if context.streamsAsArray { output.append(UInt8(ascii: "]")) }
    }

    // MARK: Elements

    private mutating func append(element members: [JSONObject.Member], into output: inout [UInt8]) {
        openElement(in: &output)
        JSONWriter().append(.object(JSONObject(members)), to: &output)
        closeElement(in: &output)
    }

    /// The commonest element, without a tree.
    private mutating func append(_ text: String, isThought: Bool, choice: Int, into output: inout [UInt8]) {
        openElement(in: &output)
        output += "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":".utf8
        JSONText.appendQuoted(text.utf8, to: &output)
        if isThought { output += ",\"thought\":true".utf8 }
        output += "}],\"role\":\"model\"},\"index\":".utf8
        output += String(choice).utf8
        output += "}],".utf8
        output += tailBytes
        closeElement(in: &output)
    }

    private mutating func openElement(in output: inout [UInt8]) {
        if context.streamsAsArray {
            output += (isFirst ? "[" : ",\n").utf8
        } else {
            output += "data: ".utf8
        }
        isFirst = false
    }

    private func closeElement(in output: inout [UInt8]) {
        if !context.streamsAsArray { output += "\r\n\r\n".utf8 }
    }
}
