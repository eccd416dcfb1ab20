import JSON
import TestSupport
import Testing

@testable import Dialects

/// Where the recordings of a format are.
enum RecordedFormat {
    static let folders: [(format: WireFormat, folders: [String])] = [
        (.openAIChat, ["openai-chat", "azure-chat", "groq-chat", "mistral-chat"]),
        (.openAIResponses, ["openai-responses"]),
        (.anthropicMessages, ["anthropic-messages"]),
        (.gemini, ["gemini"]),
        (.bedrockConverse, ["bedrock-converse", "bedrock-converse-stream"]),
        (.cohereChat, ["cohere-chat-v2"]),
    ]

    /// Answers of models among the recordings: not lists, embeddings or errors.
    static func answers(of format: WireFormat) throws -> [Recordings.Exchange] {
        let folders = folders.first { $0.format == format }?.folders ?? []
        return try Recordings.load(folders).filter { $0.status == 200 && isGeneration($0.path, format) }
    }

    private static func isGeneration(_ path: String, _ format: WireFormat) -> Bool {
        switch format {
        case .openAIChat: path.contains("chat/completions")
        case .openAIResponses: path.hasSuffix("/responses")
        case .anthropicMessages: path.contains("/messages") && !path.contains("count_tokens")
        case .gemini: path.contains("enerateContent")
        case .bedrockConverse: path.contains("/converse")
        case .cohereChat: path.hasSuffix("/v2/chat")
        case .openAICompletions: false
        }
    }
}

/// Every answer of every provider, translated for the callers of every other format, and read back as their software
/// kits would read it.
@Suite("Answers in all formats", .enabled(if: Recordings.isAvailable, Comment(rawValue: Recordings.note)))
struct AnswerMatrixTests {
    static let pairs = WireFormat.providerFormats.flatMap { source in
        WireFormat.commonFormats.filter { $0 != source }.map { (source, $0) }
    }
    /// Those whose provider's answers can be written too.
    static let commonPairs = pairs.filter { $0.0 != .cohereChat }
    private static let context = AnswerContext(requestID: "req_1", model: "some-model", created: 1_700_000_000)

    @Test(arguments: pairs)
    func wholeAnswers(source: WireFormat, target: WireFormat) throws {
        var count = 0
        for exchange in try RecordedFormat.answers(of: source) where !exchange.isStream {
            let answer = try folded(AnswerTranslation.events(of: exchange.answer.span, source))
            let translation = AnswerTranslation(answer, to: target, Self.context)
            let read = try folded(AnswerTranslation.events(of: translation.body.span, target))
            compare(answer, read, source, target, translation.losses, exchange.name)
            count += 1
        }
        #expect(count > 3)
    }

    @Test(arguments: pairs)
    func streams(source: WireFormat, target: WireFormat) throws {
        var count = 0
        var random = SeededGenerator(seed: 11)
        for exchange in try RecordedFormat.answers(of: source) where exchange.isStream {
            let answer = try folded(events(of: exchange.answer, source, piece: .max))
            let lengths = [1, Int.random(in: 2...64, using: &random), Int.random(in: 65...4096, using: &random)]
            for length in lengths {
                let (output, losses) = transcoded(exchange.answer, source, target, piece: length)
                let read = try folded(events(of: output, target, piece: .max))
                compare(answer, read, source, target, losses, "\(exchange.name) in pieces of \(length)")
            }
            count += 1
        }
        #expect(count > 0)
    }

    /// A stream that breaks off anywhere must not look whole to the caller.
    @Test(arguments: pairs)
    func brokenStreams(source: WireFormat, target: WireFormat) throws {
        let exchanges = try RecordedFormat.answers(of: source).filter(\.isStream)
        let shortest = try #require(exchanges.min { $0.answer.count < $1.answer.count })
        let step = max(1, shortest.answer.count / 200)
        for end in stride(from: 0, to: shortest.answer.count, by: step) {
            let cut = Array(shortest.answer[..<end])
            guard events(of: cut, source, piece: .max).last != .end else { continue }
            let (output, _) = transcoded(cut, source, target, piece: .max)
            let last = events(of: output, target, piece: .max).last
            if case .failure = last { continue }
            Issue.record("\(shortest.name), cut at \(end), ends with \(String(describing: last))")
        }
    }

    // MARK: Parts

    private func events(of stream: [UInt8], _ format: WireFormat, piece: Int) -> [AnswerEvent] {
        var reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        var events: [AnswerEvent] = []
        var position = 0
        while position < stream.count {
            let end = position + min(piece, stream.count - position)
            reader.receive(stream.span.extracting(position..<end)) { events.append($0) }
            position = end
        }
        reader.finish { events.append($0) }
        return events
    }

    private func transcoded(
        _ stream: [UInt8],
        _ source: WireFormat,
        _ target: WireFormat,
        piece: Int
    ) -> (output: [UInt8], losses: [Loss]) {
        var transcoder = StreamTranscoder(
            from: source,
            to: target,
            toolNames: ToolNameMap(ToolNameRule()),
            Self.context
        )
        var output: [UInt8] = []
        var position = 0
        while position < stream.count {
            let end = position + min(piece, stream.count - position)
            transcoder.receive(stream.span.extracting(position..<end), into: &output)
            position = end
        }
        transcoder.finish(into: &output)
        return (output, transcoder.losses)
    }

    private func compare(
        _ answer: Answer,
        _ read: Answer,
        _ source: WireFormat,
        _ target: WireFormat,
        _ losses: [Loss],
        _ name: String
    ) {
        var expected = Meaning(answer)
        var found = Meaning(read)
        let lost = Set(losses.map(\.element))
        if lost.contains(.finishReason) { (expected.finish, found.finish) = ("", "") }
        if lost.contains(.reasoningText) { (expected.reasoning, found.reasoning) = ("", "") }
        if lost.contains(.toolArguments) { (expected.calls, found.calls) = ([], []) }
        // Formats without words of their own for a refusal show it as text; which, their tables say.
        if target != .openAIChat, target != .openAIResponses {
            expected.text += expected.refusal
            expected.refusal = ""
        }
        #expect(found == expected, "\(source) to \(target): \(name)")
    }
}
