import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite struct GeminiStreamEncodingTests {
    private typealias T = GeminiTesting

    private static let sample: [AnswerEvent] = [
        .start(AnswerStart(id: "msg_1", model: "claude")), .partStart(choice: 0, .reasoning()),
        .delta(choice: 0, "hm"), .signature(choice: 0, ReasoningSignature(origin: .anthropicMessages, value: "s")),
        .partEnd(choice: 0), .partStart(choice: 0, .text), .delta(choice: 0, "a\"b"), .partEnd(choice: 0),
        .partStart(choice: 0, .toolCall(id: "1", name: "f")), .delta(choice: 0, #"{"a""#), .delta(choice: 0, ":1}"),
        .partEnd(choice: 0), .usage(TokenUsage(input: 1, output: 2)), .finish(choice: 0, .toolCalls), .end,
    ]

    @Test func writesServerSentEvents() {
        let mark = ReasoningSignature(origin: .anthropicMessages, value: "s").text(for: .gemini)
        let tail = #""modelVersion":"claude","responseId":"msg_1"}"#
        func chunk(_ part: String) -> String {
            #"data: {"candidates":[{"content":{"parts":[\#(part)],"role":"model"},"index":0}],"# + tail + "\r\n\r\n"
        }
        #expect(
            text(stream(of: Self.sample, GeminiStreamEncoder(T.context)))
                == chunk(#"{"text":"hm","thought":true}"#)
                + chunk(#"{"text":"","thought":true,"thoughtSignature":"\#(mark)"}"#) + chunk(#"{"text":"a\"b"}"#)
                + chunk(#"{"functionCall":{"id":"1","name":"f","args":{"a":1}}}"#)
                + #"data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","#
                + #""index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"#
                + tail + "\r\n\r\n"
        )
    }

    @Test func writesAnArray() throws {
        let output = stream(of: Self.sample, GeminiStreamEncoder(T.arrayContext))
        let elements = try #require(JSONValue(parsing: output.span).array)
        #expect(elements.count == 5)
        let sse = text(stream(of: Self.sample, GeminiStreamEncoder(T.context)))
        let data = sse.split(separator: "\r\n\r\n").map { String($0.dropFirst(6)) }
        #expect(elements.map { T.text($0) } == data)
        let failure: [AnswerEvent] = [.failure(ProviderFailure(.overloaded, "busy"))]
        for before in [[], Array(Self.sample.prefix(3))] {
            let broken = stream(of: before + failure, GeminiStreamEncoder(T.arrayContext))
            let last = try #require(JSONValue(parsing: broken.span).array?.last)
            #expect(last["error"]?["status"]?.string == "UNAVAILABLE")
        }
    }

    /// Google's SDKs send a stream back with a content for each event.
    @Test func readsItsOwnStreamAsHistory() throws {
        let own = ReasoningSignature(origin: .gemini, value: "QUFB")
        let given: [AnswerEvent] = [
            .partStart(choice: 0, .reasoning(isSummary: true)), .delta(choice: 0, "h"), .delta(choice: 0, "m"),
            .signature(choice: 0, ReasoningSignature(origin: .anthropicMessages, value: "s")), .partEnd(choice: 0),
            .partStart(choice: 0, .reasoning()), .signature(choice: 0, own), .partEnd(choice: 0),
            .partStart(choice: 0, .text), .delta(choice: 0, "He"), .delta(choice: 0, "llo"), .partEnd(choice: 0),
            .partStart(choice: 0, .toolCall(id: "1", name: "f")), .partEnd(choice: 0),
            .finish(choice: 0, .toolCalls), .end,
        ]
        let array = try JSONValue(parsing: stream(of: given, GeminiStreamEncoder(T.arrayContext)).span)
        let contents = array.array?.compactMap { $0["candidates"]?[0]?["content"] } ?? []
        #expect(contents.count == 7)
        let conversation = try Gemini.conversation(of: ["contents": .array(contents)], RequestCall(model: "m"))
        var expected = try folded(given).choices[0].parts.map(\.content)
        expected[3] = T.call("1", "f")
        #expect(conversation.turns.map { $0.parts.map(\.content) } == [expected])
        #expect(conversation.unread.isEmpty)
    }

    @Test func aFailureIsNoEnd() {
        let output = text(
            stream(of: Array(Self.sample.prefix(7)), GeminiStreamEncoder(T.context))
        )
        #expect(output.contains(#"data: {"error":{"code":500,"message":"#))
        #expect(output.contains(#""requestId":"req-1""#))
        #expect(!output.contains("finishReason"))
        #expect(!output.contains("[DONE]"))
    }

    @Test func reportsWhatItCannotSay() {
        var encoder = GeminiStreamEncoder(T.context)
        var output: [UInt8] = []
        let foreign = ForeignContent(.anthropicMessages, type: "x", element: .serverToolContent, value: [:])
        for event in [
            .start(AnswerStart()), .partStart(choice: 0, .toolCall(id: "1", name: "f")), .delta(choice: 0, "{"),
            .partEnd(choice: 0), .partStart(choice: 0, .foreign(foreign)), .finish(choice: 0, .pause), .end,
        ] as [AnswerEvent] { encoder.encode(event, into: &output) }
        #expect(encoder.losses.map(\.element) == [.toolArguments, .serverToolContent, .finishReason])
        #expect(text(output).contains(#""args":{"arguments":"{"}"#))
        #expect(text(output).contains(#""modelVersion":"gemini-2.5-flash","responseId":"req-1""#))
    }

    // MARK: Round trips

    private static func word(_ generator: inout SeededGenerator) -> String {
        ["a", "é", "😀", "\n", "\"\\", "data: ", " ", "}{"].randomElement(using: &generator) ?? ""
    }

    private static func part(
        _ choice: Int,
        _ number: Int,
        _ generator: inout SeededGenerator
    ) -> [AnswerEvent] {
        let own = ReasoningSignature(origin: .gemini, value: "QUFB")
        let other = ReasoningSignature(origin: .bedrockConverse, value: "b")
        let deltas = (0...Int.random(in: 0...3, using: &generator)).map { _ in
            AnswerEvent.delta(choice: choice, word(&generator))
        }
        var body: [AnswerEvent]
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: body = [.partStart(choice: choice, .text)] + deltas
        case 1:
            body = [.partStart(choice: choice, .reasoning(isSummary: true))] + deltas
            body.append(.signature(choice: choice, Bool.random(using: &generator) ? own : other))
        case 2: body = [.partStart(choice: choice, .reasoning()), .signature(choice: choice, own)]
        case 3:
            body = [.partStart(choice: choice, .reasoning(isRedacted: true)), .signature(choice: choice, other)]
        case 4:
            let arguments = [#"{"a":"#, #"[1.50,"é"]"#, "}"].map { AnswerEvent.delta(choice: choice, $0) }
            body = [.partStart(choice: choice, .toolCall(id: "c\(number)", name: "f"))] + arguments
        default:
            let image = PartContent.image(Media(.data(base64: "AA=="), mediaType: "image/png"))
            body = [.partStart(choice: choice, .media(image))]
        }
        return body + [.partEnd(choice: choice)]
    }

    /// Texts that follow each other are one text afterwards.
    private static func normalized(_ answer: Answer) -> Answer {
        var answer = answer
        for index in answer.choices.indices {
            var parts: [Part] = []
            for part in answer.choices[index].parts {
                if case .text(let next) = part.content, case .text(let last)? = parts.last?.content {
                    parts[parts.count - 1].content = .text(last.text + next.text)
                } else {
                    parts.append(part)
                }
            }
            answer.choices[index].parts = parts
        }
        return answer
    }

    @Test(arguments: 0..<200)
    func readsWhatItWrites(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var given: [AnswerEvent] = [.start(AnswerStart(id: "id", model: "m"))]
        let choiceCount = Int.random(in: 1...3, using: &generator)
        for number in 0..<Int.random(in: 1...8, using: &generator) {
            given += Self.part(Int.random(in: 0..<choiceCount, using: &generator), number, &generator)
        }
        given.append(.usage(TokenUsage(input: 9, output: 8, cachedInput: 1, reasoning: 3)))
        for choice in 0..<choiceCount {
            given.append(
                .finish(choice: choice, [.stop, .length, .contentFilter].randomElement(using: &generator) ?? .stop)
            )
        }
        given.append(.end)
        let expected = try folded(given)
        let output = stream(of: given, GeminiStreamEncoder(T.context))
        let found = events(of: output, GeminiStreamDecoder(), pieceLengths: [3, 50, 1])
        #expect(found.last == .end)
        #expect(Self.normalized(try folded(found)) == Self.normalized(expected))

        let array = try JSONValue(parsing: stream(of: given, GeminiStreamEncoder(T.arrayContext)).span)
        #expect(Self.normalized(try folded(Gemini.events(ofAnswer: array))) == Self.normalized(expected))
        let whole = try folded(Gemini.events(ofAnswer: Gemini.answer(expected, T.context).body))
        #expect(Self.normalized(whole) == Self.normalized(expected))
    }
}
