import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Cohere streams")
struct CohereStreamTests {
    private static let samples = [CohereSamples.cited, CohereSamples.calls]

    private func read(_ stream: [UInt8], pieceLengths: [Int] = []) -> [AnswerEvent] {
        events(of: stream, CohereStreamDecoder(), pieceLengths: pieceLengths)
    }

    @Test func thoughtsTextAndCitations() throws {
        let answer = try folded(read(CohereSamples.cited))
        #expect(answer.start.id == "m1")
        let choice = try #require(answer.choices.first)
        #expect(choice.finish == .stop)
        #expect(choice.parts.count == 2)
        #expect(choice.parts[0].content == .reasoning(Reasoning("Where to?")))
        guard case .text(let text) = choice.parts[1].content else {
            Issue.record("no text")
            return
        }
        #expect(text.text == "Fly nörth")
        let annotation = try #require(text.annotations.first)
        #expect(text.annotations.count == 1)
        #expect(annotation.url == "https://birds.example/1")
        #expect(annotation.title == "Birds")
        #expect(annotation.citedText == "They fly north.")
        #expect(annotation.range == 4..<9)
        #expect(annotation.format == .cohereChat)
        #expect(answer.usage == TokenUsage(input: 70, output: 8, cachedInput: 64))
    }

    @Test func plansAndCalls() throws {
        let answer = try folded(read(CohereSamples.calls))
        #expect(answer.choices.first?.finish == .toolCalls)
        #expect(
            answer.choices.first?.parts.map(\.content) == [
                .text("I will look."),
                .toolCall(ToolCall(id: "look_a", name: "look", arguments: #"{"at": "Rome"}"#)),
                .toolCall(ToolCall(id: "look_b", name: "look", arguments: "{}")),
            ]
        )
    }

    @Test(arguments: [
        ("COMPLETE", FinishReason.stop), ("MAX_TOKENS", .length), ("STOP_SEQUENCE", .stopSequence(nil)),
        ("TOOL_CALL", .toolCalls), ("ERROR_LIMIT", .contextWindow), ("ERROR_TOXIC", .contentFilter),
        ("NEWS", .other("NEWS")),
    ])
    func reasons(_ word: String, _ reason: FinishReason) throws {
        let stream = CohereSamples.stream([
            CohereSamples.start, CohereSamples.content("text", "Hi"), CohereSamples.end(word),
        ])
        #expect(try folded(read(stream)).choices.first?.finish == reason)
    }

    @Test(arguments: [
        (#"{"type":"message-end","delta":{"finish_reason":"ERROR","error":"It broke."}}"#, "It broke.", false),
        (#"{"type":"message-end","delta":{"finish_reason":"TIMEOUT"}}"#, "The provider gave no reason.", true),
        (#"{"message":"It broke."}"#, "It broke.", false),
        (#"{"type":"error","message":"It broke."}"#, "It broke.", false),
    ])
    func failures(_ event: String, _ message: String, _ isTimeout: Bool) {
        let stream = CohereSamples.stream([CohereSamples.start, CohereSamples.content("text", "Hi"), event])
        guard case .failure(let failure) = read(stream).last else {
            Issue.record("no failure")
            return
        }
        #expect(failure.message == message)
        #expect(failure.kind == (isTimeout ? .timeout : .server))
    }

    @Test func probabilitiesOfTokens() throws {
        let piece =
            #"{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}},"logprobs":{"token_ids":[1],"text":"Hi","logprobs":[-0.250]}}"#
        let stream = CohereSamples.stream([CohereSamples.start, piece, CohereSamples.end("COMPLETE")])
        let entry = try #require(try folded(read(stream)).choices.first?.logProbabilities.first)
        #expect(entry.chosen.token == "Hi")
        #expect(entry.chosen.logProbability.spelling == "-0.250")
    }

    /// What is announced and never comes is no part, and events of unknown types are passed over.
    @Test func whatIsNotThere() throws {
        let stream = CohereSamples.stream([
            CohereSamples.start, CohereSamples.contentStart("thinking"), CohereSamples.contentEnd(),
            #"{"type":"debug","prompt":"p"}"#, CohereSamples.content("text", "Hi"), CohereSamples.end("COMPLETE"),
        ])
        #expect(try folded(read(stream)).choices.first?.parts.map(\.content) == [.text("Hi")])
    }

    @Test(arguments: samples)
    func everyCutGivesTheSameEvents(_ stream: [UInt8]) {
        let whole = read(stream)
        #expect(whole.last == .end)
        #expect(read(stream, pieceLengths: [1]) == whole)
        for cut in 1..<stream.count {
            #expect(read(stream, pieceLengths: [cut, stream.count]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: samples)
    func brokenStreamsNeverEndCleanly(_ stream: [UInt8]) throws {
        let mark = Array("\ndata: [DONE]".utf8)
        let end = try #require((0..<stream.count).last { stream[$0...].starts(with: mark) })
        for cut in 0..<end - 1 {
            guard case .failure = read(Array(stream[..<cut])).last else {
                Issue.record("cut at \(cut) ends as if whole")
                continue
            }
        }
    }

    /// What callers of every format read of what Cohere said, as a stream and whole.
    @Test(arguments: WireFormat.commonFormats, samples)
    func everyCallerReadsIt(_ caller: WireFormat, _ stream: [UInt8]) throws {
        let answer = try folded(read(stream))
        let context = AnswerContext(requestID: "req_1", model: "m", created: 1)
        let names = ToolNameMap(ToolNameRule())
        var transcoder = StreamTranscoder(from: .cohereChat, to: caller, toolNames: names, context)
        var output: [UInt8] = []
        transcoder.receive(stream.span, into: &output)
        transcoder.finish(into: &output)
        var reader = caller.streamReader(toolNames: names)
        var found: [AnswerEvent] = []
        reader.receive(output.span) { found.append($0) }
        reader.finish { found.append($0) }
        #expect(Meaning(try folded(found)) == Meaning(answer))
        let whole = AnswerTranslation(answer, to: caller, context).body
        #expect(Meaning(try folded(AnswerTranslation.events(of: whole.span, caller))) == Meaning(answer))
    }

    /// Anything may come; it must end in one way, and nothing may trap.
    @Test(arguments: samples)
    func mutatedStreamsEndInOneWay(_ stream: [UInt8]) throws {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<1500 {
            var mutated = stream
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<mutated.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
                case 1: mutated.insert(UInt8.random(in: 32...126, using: &random), at: place)
                case 2: mutated.removeSubrange(place..<min(mutated.count, place + 9))
                default: mutated.insert(contentsOf: mutated[place...].prefix(60), at: place)
                }
                if mutated.isEmpty { mutated = [0] }
            }
            let found = read(mutated, pieceLengths: [Int.random(in: 1...200, using: &random)])
            let endings = found.filter { event in
                switch event {
                case .end, .failure: true
                default: false
                }
            }
            #expect(endings.count == 1)
            #expect(found.last == endings.last)
        }
    }
}
