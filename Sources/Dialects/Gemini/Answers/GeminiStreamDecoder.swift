import JSON

/// Reads the events of a stream, each of which is an answer of its own.
///
/// Format: Gemini API reference, "Method: models.streamGenerateContent" with `alt=sse`. There is no mark for the end:
/// it is the end of the connection when all candidates have told why they ended.
package struct GeminiStreamDecoder: AnswerStreamDecoder {
    private var answers = GeminiAnswerDecoder(isWhole: false)

    package init() {}

    package var isCompleteUnmarked: Bool { answers.isComplete }

    package mutating func decode(_ data: Span<UInt8>, named name: String, into events: inout [AnswerEvent]) {
        if answers.decodeDelta(data, into: &events) { return }
        let text = JSONText.trimmedRange(data)
        // Some that imitate Gemini end as OpenAI does.
        if text.isEmpty || String(decoding: bytes(data.extracting(text)), as: UTF8.self) == "[DONE]" { return }
        switch try? JSONValue(parsing: data) {
        case .object(let object): answers.decode(object, into: &events)
        case .array(let elements):
            for case .object(let object) in elements { answers.decode(object, into: &events) }
        default:
            events.append(.failure(ProviderFailure(.server, "The provider's stream holds an event that is no answer.")))
        }
    }

    package mutating func finish(into events: inout [AnswerEvent]) {
        answers.finish(into: &events)
    }

    /// A copy of the first bytes, enough to know a word by.
    private func bytes(_ span: Span<UInt8>) -> [UInt8] {
        (0..<min(span.count, 8)).map { span[$0] }
    }
}
