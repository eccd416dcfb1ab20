import JSON
import Testing

@testable import Dialects

@Suite struct GeminiStreamTests {
    private typealias T = GeminiTesting

    private func read(_ chunks: [String], pieceLengths: [Int] = []) -> [AnswerEvent] {
        let stream = chunks.map { "data: \($0)\r\n\r\n" }.joined()
        return events(of: bytes(stream), GeminiStreamDecoder(), pieceLengths: pieceLengths)
    }

    private static let chunks = [
        #"{"candidates":[{"content":{"parts":[{"text":"Let me","thought":true}],"role":"model"},"index":0}],"#
            + #""usageMetadata":{"promptTokenCount":5},"modelVersion":"m","responseId":"r"}"#,
        #"{"candidates": [{"content": {"parts": [{"text": " sée \"","thought": true}],"role": "model"},"index": 0}],"#
            + #""usageMetadata": {"promptTokenCount": 5,"thoughtsTokenCount": 9},"modelVersion": "m","responseId": "r"}"#,
        #"{"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"},"index":0}],"modelVersion":"m"}"#,
        #"{"candidates":[{"content":{"parts":[{"text":"lo 😀\n"}],"role":"model"},"index":0,"safetyRatings":[]}]}"#,
        #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":[1]}},"#
            + #""thoughtSignature":"AAA="}]},"index":0}]}"#,
        #"{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"BBB="}],"role":"model"},"#
            + #""finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7,"#
            + #""thoughtsTokenCount":9}}"#,
    ]

    private static let expected: [AnswerEvent] = [
        .start(AnswerStart(id: "r", model: "m")), .partStart(choice: 0, .reasoning(isSummary: true)),
        .delta(choice: 0, "Let me"), .usage(TokenUsage(input: 5)), .delta(choice: 0, " sée \""),
        .usage(TokenUsage(input: 5, output: 9, reasoning: 9)), .partEnd(choice: 0), .partStart(choice: 0, .text),
        .delta(choice: 0, "Hel"), .delta(choice: 0, "lo 😀\n"), .partEnd(choice: 0),
        .partStart(choice: 0, .reasoning()),
        .signature(choice: 0, ReasoningSignature(origin: .gemini, value: "AAA=")), .partEnd(choice: 0),
        .partStart(choice: 0, .toolCall(id: "call_r_0_0", name: "f")), .delta(choice: 0, #"{"a":[1]}"#),
        .partEnd(choice: 0), .partStart(choice: 0, .reasoning()),
        .signature(choice: 0, ReasoningSignature(origin: .gemini, value: "BBB=")), .partEnd(choice: 0),
        .finish(choice: 0, .toolCalls), .usage(TokenUsage(input: 5, output: 16, reasoning: 9)), .end,
    ]

    @Test func readsAStream() {
        #expect(read(Self.chunks) == Self.expected)
    }

    @Test func readsAStreamCutAtEveryByte() {
        let stream = bytes(Self.chunks.map { "data: \($0)\r\n\r\n" }.joined())
        for cut in stream.indices.dropFirst() {
            let found = events(of: stream, GeminiStreamDecoder(), pieceLengths: [cut, stream.count])
            guard found != Self.expected else { continue }
            Issue.record("cut at \(cut): \(found)")
            return
        }
        #expect(read(Self.chunks, pieceLengths: [1]) == Self.expected)
    }

    @Test func aStreamThatBreaksOffIsAFailure() {
        let stream = bytes(Self.chunks.map { "data: \($0)\r\n\r\n" }.joined())
        // The last event is whole without the blank line behind it.
        for length in 0..<stream.count - 4 {
            let last = events(of: Array(stream[..<length]), GeminiStreamDecoder()).last
            guard case .failure? = last else {
                Issue.record("\(length) bytes end with \(String(describing: last))")
                return
            }
        }
    }

    @Test func theQuickWayReadsWhatTheSlowOneReads() throws {
        let texts = [
            Self.chunks[0], Self.chunks[1], Self.chunks[2],
            #"{"candidates":[{"content":{"parts":[{"thought":false,"text":"\u00e9\/"}]},"index":3}],"responseId":"r"}"#,
            #"{"candidates":[{"content":{"parts":[{"text":""}]}}],"usageMetadata":{"trafficType":"X"}}"#,
        ]
        for text in texts {
            var quick = GeminiAnswerDecoder(isWhole: false)
            var slow = quick
            var first: [AnswerEvent] = []
            var second: [AnswerEvent] = []
            quick.decode(["responseId": "r"], into: &first)
            slow.decode(["responseId": "r"], into: &second)
            #expect(quick.decodeDelta(text.utf8.span, into: &first))
            slow.decode(try #require(try T.json(text).object), into: &second)
            #expect(first == second)
        }
        let others =
            Self.chunks.dropFirst(4) + [
                #"{"error":"x","candidates":[]}"#, "[]", "", "[DONE]",
                #"{"candidates":[{"content":{"parts":[{"text":"\ud800"}]}}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0},{"index":1}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"a"},{"text":"b"}]},"index":0}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":-1}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":900000000000}]}"#,
            ]
        for text in others {
            var decoder = GeminiAnswerDecoder(isWhole: false)
            var found: [AnswerEvent] = []
            decoder.decode(["responseId": "r"], into: &found)
            #expect(!decoder.decodeDelta(text.utf8.span, into: &found))
            #expect(found.count == 1)
        }
    }

    @Test(
        arguments: [
            (#"{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}"#, ProviderFailure.Kind.overloaded),
            (#"[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]"#, .rateLimit),
            (#"{"error":"odd"}"#, .server), ("nonsense", .server), ("1", .server),
        ]
    )
    func readsErrorsInStreams(text: String, kind: ProviderFailure.Kind) {
        for before in [[], Array(Self.chunks.prefix(3)), Self.chunks] {
            guard case .failure(let failure)? = read(before + [text]).last else {
                Issue.record("no failure")
                continue
            }
            #expect(failure.kind == kind)
        }
    }

    @Test func ignoresOpenAIsMarkOfTheEnd() {
        #expect(read(Self.chunks + ["[DONE]", " "]) == Self.expected)
    }

    @Test func waitsForAllCandidates() {
        let first = #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}"#
        let second = #"{"candidates":[{"index":1,"content":{"parts":[{"text":"b"}]}}]}"#
        let third = #"{"candidates":[{"index":1,"finishReason":"SAFETY"}]}"#
        #expect(read([first]).last == .end)
        #expect(read([first, second]).last != .end)
        #expect(read([first, second, third]).suffix(2) == [.finish(choice: 1, .contentFilter), .end])
    }

    @Test func citesTheTextOfEarlierChunks() throws {
        let answer = try folded(
            read([
                #"{"candidates":[{"content":{"parts":[{"text":"Grüße"}]}}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":" Welt"}]}}]}"#,
                #"{"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP","groundingMetadata":"#
                    + #"{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"startIndex":8,"#
                    + #""endIndex":12},"groundingChunkIndices":[0]}]}}]}"#,
            ])
        )
        guard case .text(let content)? = answer.choices[0].parts.first?.content else { return }
        #expect(answer.choices[0].parts.count == 1)
        #expect(content.annotations.map(\.range) == [6..<10])
    }
}
