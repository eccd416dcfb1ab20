import Foundation
import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Writing chat answers and streams")
struct ChatStreamWritingTests {
    private let start = AnswerEvent.start(AnswerStart(id: "i", model: "m", created: 5))

    private func write(_ events: AnswerEvent..., context: AnswerContext = chatContext()) throws -> [JSONValue] {
        try chunks(stream(of: [start] + events, OpenAIChatStreamEncoder(context)))
    }

    private func deltas(_ chunks: [JSONValue]) -> [String] {
        chunks.compactMap { $0["choices"]?[0]?["delta"] }.map { json($0) }
    }

    @Test func text() throws {
        let output = stream(
            of: [
                start, .partStart(choice: 0, .text), .delta(choice: 0, "a\"\n"), .partEnd(choice: 0),
                .usage(TokenUsage(input: 3, output: 2, cachedInput: 1)), .finish(choice: 0, .stop), .end,
            ],
            OpenAIChatStreamEncoder(chatContext())
        )
        let frame = #"data: {"id":"i","object":"chat.completion.chunk","created":5,"model":"m","choices":["#
        let rest = #","logprobs":null,"finish_reason":null}],"usage":null}"#
        #expect(
            frames(output) == [
                #"\#(frame){"index":0,"delta":{"role":"assistant","content":"","refusal":null}\#(rest)"#,
                #"\#(frame){"index":0,"delta":{"content":"a\"\n"}\#(rest)"#,
                #"\#(frame){"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
                #"\#(frame)],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"#
                    + #""prompt_tokens_details":{"cached_tokens":1,"audio_tokens":0},"#
                    + #""completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"#
                    + #""accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}"#,
                "data: [DONE]",
            ]
        )
    }

    private func frames(_ output: [UInt8]) -> [String] {
        String(decoding: output, as: UTF8.self).split(separator: "\n\n").map(String.init)
    }

    @Test func usageOnlyWhenAsked() throws {
        let found = try write(
            .delta(choice: 0, "a"),
            .usage(TokenUsage(input: 1)),
            .finish(choice: 0, .stop),
            .end,
            context: chatContext(usage: false)
        )
        #expect(found.allSatisfy { $0["usage"] == nil && $0["choices"]?.array?.isEmpty == false })
    }

    @Test func calls() throws {
        let found = try write(
            .partStart(choice: 0, .toolCall(id: "a", name: "f")),
            .delta(choice: 0, "{"),
            .delta(choice: 0, "}"),
            .partStart(choice: 0, .toolCall(id: "", name: "g")),
            .finish(choice: 0, .stop),
            .end
        )
        #expect(
            deltas(found) == [
                #"{"role":"assistant","content":null,"refusal":null}"#,
                #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}"#,
                #"{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}"#,
                #"{"tool_calls":[{"index":1,"id":"call_req1_0_1","type":"function","function":{"name":"g","arguments":""}}]}"#,
                #"{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"#, "{}",
            ]
        )
        #expect(found.compactMap { $0["choices"]?[0]?["finish_reason"]?.string } == ["tool_calls"])
    }

    @Test func severalChoices() throws {
        let events: [AnswerEvent] = [
            start, .delta(choice: 0, "a"), .delta(choice: 1, "b"),
            .partStart(choice: 1, .toolCall(id: "x", name: "f")), .delta(choice: 0, "c"), .delta(choice: 1, "{}"),
            .finish(choice: 1, .toolCalls), .partStart(choice: 0, .refusal), .delta(choice: 0, "no"),
            .finish(choice: 0, .length), .end,
        ]
        let output = stream(of: events, OpenAIChatStreamEncoder(chatContext()))
        let roles = try chunks(output).compactMap { $0["choices"]?[0] }.filter { $0["delta"]?["role"] != nil }
        #expect(roles.map { $0["index"]?.integer } == [0, 1])
        let answer = try folded(events)
        #expect(try folded(DialectsTests.events(of: output, OpenAIChatStreamDecoder())).choices == answer.choices)
        let body = OpenAIChat.answer(answer, chatContext()).body
        #expect(try folded(OpenAIChat.events(ofAnswer: body)).choices == answer.choices)
        #expect(json(body["choices"]?[0]?["message"]) == #"{"role":"assistant","content":"ac","refusal":"no"}"#)
    }

    @Test func mediaAndForeignContent() throws {
        let custom: JSONValue = ["id": "c", "type": "custom", "custom": ["name": "g", "input": "x"]]
        let events: [AnswerEvent] = [
            start, .partStart(choice: 0, .media(.image(Media(.data(base64: "AA=="), mediaType: "image/png")))),
            .partStart(choice: 0, .media(.audio(Media(.data(base64: "BB=="), mediaType: "audio/mpeg")))),
            .partStart(choice: 0, .media(.video(Media(.url("https://e"))))),
            .partStart(
                choice: 0,
                .foreign(ForeignContent(.openAIChat, type: "custom", element: .customTool, value: custom))
            ),
            .partStart(
                choice: 0,
                .foreign(ForeignContent(.gemini, type: "x", element: .serverToolContent, value: [:]))
            ), .finish(choice: 0, .toolCalls), .end,
        ]
        var encoder = OpenAIChatStreamEncoder(chatContext())
        var output: [UInt8] = []
        var sequencer = AnswerSequencer(toolNames: ToolNameMap(ToolNameRule()))
        for event in events { sequencer.receive(event) { encoder.encode($0, into: &output) } }
        #expect(encoder.losses.map(\.element) == [.answerMedia, .serverToolContent])
        let body = OpenAIChat.answer(try folded(events), chatContext())
        #expect(body.losses.map(\.element) == [.answerMedia, .serverToolContent])
        let message = body.body["choices"]?[0]?["message"]
        #expect(message?["images"]?[0]?["image_url"]?["url"] == "data:image/png;base64,AA==")
        #expect(message?["audio"]?["data"] == "BB==")
        #expect(message?["tool_calls"] == [custom])
        #expect(try chunks(output).contains { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0]?["index"] == 0 })
    }

    @Test func olderFunctions() throws {
        let request: JSONObject = ["functions": [["name": "f"]]]
        let events: [AnswerEvent] = [
            start, .partStart(choice: 0, .toolCall(id: "a", name: "f")), .delta(choice: 0, "{}"),
            .finish(choice: 0, .toolCalls), .end,
        ]
        let context = chatContext(request: request)
        let found = try chunks(stream(of: events, OpenAIChatStreamEncoder(context)))
        #expect(
            deltas(found).dropFirst() == [
                #"{"function_call":{"name":"f","arguments":""}}"#, #"{"function_call":{"arguments":"{}"}}"#, "{}",
            ]
        )
        #expect(found.contains { $0["choices"]?[0]?["finish_reason"] == "function_call" })
        let answer = OpenAIChat.answer(try folded(events), context).body
        #expect(json(answer["choices"]?[0]?["message"]?["function_call"]) == #"{"name":"f","arguments":"{}"}"#)
        #expect(answer["choices"]?[0]?["finish_reason"] == "function_call")
    }

    @Test func reasoning() throws {
        let signature = ReasoningSignature(origin: .gemini, value: "G")
        let found = try write(
            .partStart(choice: 0, .reasoning()),
            .delta(choice: 0, "t"),
            .partEnd(choice: 0),
            .partStart(choice: 0, .reasoning()),
            .signature(choice: 0, signature),
            .partEnd(choice: 0),
            .partStart(choice: 0, .toolCall(id: "c", name: "f")),
            .delta(choice: 0, "{}"),
            .finish(choice: 0, .toolCalls),
            .end
        )
        #expect(
            deltas(found)[1]
                == #"{"reasoning_content":"t","reasoning":"t","reasoning_details":[{"type":"reasoning.text","text":"t","index":0}]}"#
        )
        #expect(
            deltas(found)[2]
                == #"{"reasoning_details":[{"type":"reasoning.encrypted","data":"\#(signature.text(for: .openAIChat))","id":"c","index":1,"format":"google-gemini-v1"}]}"#
        )
        #expect(deltas(found)[3].contains(#""extra_content":{"google":{"thought_signature":"G"}}"#))
    }

    @Test(arguments: [
        (FinishReason.stop, "stop"), (.stopSequence("x"), "stop"), (.length, "length"), (.contextWindow, "length"),
        (.contentFilter, "content_filter"), (.refusal, "content_filter"), (.pause, "length"),
        (.malformedToolCall, "length"), (.other("odd"), "stop"),
    ])
    func finishReasons(_ reason: FinishReason, _ word: String) throws {
        let events: [AnswerEvent] = [start, .delta(choice: 0, "a"), .finish(choice: 0, reason), .end]
        let output = stream(of: events, OpenAIChatStreamEncoder(chatContext()))
        #expect(try chunks(output).compactMap { $0["choices"]?[0]?["finish_reason"]?.string } == [word])
        let answer = OpenAIChat.answer(try folded(events), chatContext())
        #expect(answer.body["choices"]?[0]?["finish_reason"]?.string == word)
        let again = try folded(DialectsTests.events(of: output, OpenAIChatStreamDecoder())).choices[0].finish
        if case .other = reason {
            #expect(again == .stop)
        } else {
            #expect(again == reason)
        }
    }

    @Test func foreignCitations() throws {
        let annotation = Annotation(url: "u", title: "t", range: 1..<3, value: [:], format: .anthropicMessages)
        let homeless = Annotation(value: [:], format: .anthropicMessages)
        let events: [AnswerEvent] = [
            start, .partStart(choice: 0, .text), .delta(choice: 0, "ab"), .partStart(choice: 0, .text),
            .delta(choice: 0, "cdef"), .annotation(choice: 0, annotation), .annotation(choice: 0, homeless),
            .finish(choice: 0, .stop), .end,
        ]
        let expected =
            #"[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":3,"end_index":5}}]"#
        let answer = OpenAIChat.answer(try folded(events), chatContext())
        #expect(json(answer.body["choices"]?[0]?["message"]?["annotations"]) == expected)
        #expect(json(answer.body["choices"]?[0]?["message"]?["content"]) == "\"abcdef\"")
        #expect(answer.losses.map(\.element) == [.citations])
        // Clients join the lists of chunks by their entries' indices.
        let indexed = expected.replacing("}}]", with: #"},"index":0}]"#)
        let found = try chunks(stream(of: events, OpenAIChatStreamEncoder(chatContext())))
        #expect(found.compactMap { $0["choices"]?[0]?["delta"]?["annotations"] }.map { json($0) } == [indexed])
    }

    @Test func figures() {
        let largest = TokenUsage(input: .max, output: .max)
        #expect(TokenUsage(openAIChat: .object(largest.openAIChat)) == largest)
        let xAI: JSONValue = [
            "prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 10,
            "completion_tokens_details": ["reasoning_tokens": 3],
        ]
        #expect(TokenUsage(openAIChat: xAI) == TokenUsage(input: 5, output: 5, reasoning: 3))
        let deepSeek: JSONValue = ["prompt_tokens": 5, "completion_tokens": 2, "prompt_cache_hit_tokens": 4]
        #expect(TokenUsage(openAIChat: deepSeek) == TokenUsage(input: 5, output: 2, cachedInput: 4))
        #expect(TokenUsage(openAIChat: ["prompt_tokens": -1, "completion_tokens": "x"]) == TokenUsage())
    }
}

@Suite("Chat events there and back")
struct ChatRoundTripTests {
    private func signature(_ random: inout SeededGenerator) -> ReasoningSignature {
        ReasoningSignature(
            origin: WireFormat.allCases.randomElement(using: &random) ?? .gemini,
            value: "s\(Int.random(in: 0..<99, using: &random))"
        )
    }

    /// Parts in the order that a message keeps: thoughts, a text, calls with their signatures.
    private func parts(_ random: inout SeededGenerator) -> [AnswerEvent] {
        var events: [AnswerEvent] = []
        for index in 0..<Int.random(in: 0..<3, using: &random) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                events += [.partStart(choice: 0, .reasoning()), .delta(choice: 0, "t\(index)"), .delta(choice: 0, "é")]
                events.append(.signature(choice: 0, signature(&random)))
            case 1:
                events += [
                    .partStart(choice: 0, .reasoning(isRedacted: true)), .signature(choice: 0, signature(&random)),
                ]
            default:
                events += [
                    .partStart(choice: 0, .reasoning(id: "rs\(index)", isSummary: true)), .delta(choice: 0, "u"),
                ]
                events.append(.signature(choice: 0, signature(&random)))
            }
            events.append(.partEnd(choice: 0))
        }
        if Bool.random(using: &random) {
            events += [.partStart(choice: 0, .text), .delta(choice: 0, "x\"\u{1}\n"), .delta(choice: 0, "y")]
            events.append(.partEnd(choice: 0))
        }
        for index in 0..<Int.random(in: 0..<3, using: &random) {
            if Bool.random(using: &random) {
                events += [.partStart(choice: 0, .reasoning()), .signature(choice: 0, signature(&random))]
                events.append(.partEnd(choice: 0))
            }
            events += [
                .partStart(choice: 0, .toolCall(id: "c\(index)", name: "f\(index)")), .delta(choice: 0, "{\"a\":"),
            ]
            events += [.delta(choice: 0, "1}"), .partEnd(choice: 0)]
        }
        return events
    }

    @Test func randomEvents() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var events: [AnswerEvent] = [.start(AnswerStart(id: "i", model: "m", created: 1))]
            events += parts(&random)
            let hasCall = events.contains { if case .partStart(_, .toolCall) = $0 { true } else { false } }
            events += [
                .finish(choice: 0, hasCall ? .toolCalls : .length), .usage(TokenUsage(input: 2, output: 1)), .end,
            ]

            let output = stream(of: events, OpenAIChatStreamEncoder(chatContext()))
            let again = DialectsTests.events(of: output, OpenAIChatStreamDecoder())
            #expect(again.withoutMembers.joined == events.joined)

            let answer = try folded(events)
            let body = OpenAIChat.answer(answer, chatContext())
            #expect(body.losses.isEmpty)
            #expect(try folded(OpenAIChat.events(ofAnswer: body.body).withoutMembers) == answer)

            try replay(body.body, answer)
        }
    }

    /// A caller who sends the message back as it was gets every signature to its maker.
    private func replay(_ body: JSONValue, _ answer: Answer) throws {
        guard let message = body["choices"]?[0]?["message"] else { return }
        let request: JSONValue = ["model": "m", "messages": [message]]
        let turn = try OpenAIChat.conversation(of: request, RequestCall()).turns[0]
        #expect(turn.withoutPaths.parts.map(\.withoutLabel) == answer.choices[0].parts)
    }

    @Test func everyTruncation() throws {
        let events: [AnswerEvent] = [
            .start(AnswerStart(id: "i", model: "m", created: 1)), .partStart(choice: 0, .reasoning()),
            .delta(choice: 0, "t"), .partEnd(choice: 0), .partStart(choice: 0, .text), .delta(choice: 0, "é"),
            .partEnd(choice: 0), .partStart(choice: 0, .toolCall(id: "c", name: "f")), .delta(choice: 0, "{}"),
            .partEnd(choice: 0), .finish(choice: 0, .toolCalls), .end,
        ]
        let output = stream(of: events, OpenAIChatStreamEncoder(chatContext(usage: false)))
        let whole = DialectsTests.events(of: output, OpenAIChatStreamDecoder())
        #expect(whole.withoutMembers == events)
        let finish = try #require(text(output).range(of: "\"finish_reason\":\"tool_calls\"}]}"))
        let finished = text(output)[..<finish.upperBound].utf8.count
        for cut in 0..<output.count {
            let truncated = DialectsTests.events(of: Array(output[..<cut]), OpenAIChatStreamDecoder())
            #expect(cut >= finished || truncated.last != .end, "cut at \(cut)")
            #expect(DialectsTests.events(of: output, OpenAIChatStreamDecoder(), pieceLengths: [cut + 1]) == whole)
        }
    }

    private func text(_ output: [UInt8]) -> String { String(decoding: output, as: UTF8.self) }
}
