import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Anthropic: writing streams")
struct AnthropicStreamEncodingTests {
    private static let context = AnswerContext(requestID: "r1", model: "asked", created: 1)

    private func readBytes(_ bytes: [UInt8]) -> [AnswerEvent] {
        events(of: bytes, AnthropicStreamDecoder())
    }

    private func signature(_ value: String) -> ReasoningSignature {
        ReasoningSignature(origin: .anthropicMessages, value: value)
    }

    private func write(_ events: [AnswerEvent]) -> (text: String, losses: [Loss]) {
        var encoder = AnthropicStreamEncoder(Self.context)
        var output: [UInt8] = []
        var sequencer = AnswerSequencer(toolNames: ToolNameMap(ToolNameRule()))
        for event in events {
            sequencer.receive(event) { encoder.encode($0, into: &output) }
        }
        sequencer.close { encoder.encode($0, into: &output) }
        return (text(output), encoder.losses)
    }

    @Test func aWholeStream() {
        let result = write([
            .start(AnswerStart()), .partStart(choice: 0, .text), .delta(choice: 0, "a\"b\n"), .partEnd(choice: 0),
            .usage(TokenUsage(input: 10, output: 3, cachedInput: 4)), .finish(choice: 0, .length), .end,
        ])
        #expect(
            result.text == """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_r1","type":"message","role":"assistant","model":"asked",\
                "content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,\
                "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\\"b\\n"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},\
                "usage":{"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":3}}

                event: message_stop
                data: {"type":"message_stop"}


                """
        )
        #expect(result.losses == [])
    }

    @Test func signaturesOfOthersSayWhoseTheyAre() throws {
        let first = ReasoningSignature(origin: .gemini, value: "ab")
        let second = ReasoningSignature(origin: .gemini, value: "cd")
        let events: [AnswerEvent] = [
            .partStart(choice: 0, .reasoning()), .signature(choice: 0, first), .signature(choice: 0, second),
            .partEnd(choice: 0), .partStart(choice: 0, .reasoning()), .partEnd(choice: 0),
            .partStart(choice: 0, .reasoning(isRedacted: true)), .signature(choice: 0, first), .partEnd(choice: 0),
            .partStart(choice: 0, .toolCall(id: "", name: "f")), .finish(choice: 0, .stop), .end,
        ]
        let grammar = try AnthropicStreamGrammar(Array(write(events).text.utf8))
        let whole = ReasoningSignature(origin: .gemini, value: "abcd").text(for: .anthropicMessages)
        #expect(
            grammar.blocks == [
                ["type": "thinking", "thinking": "", "signature": .string(whole)],
                ["type": "redacted_thinking", "data": .string(first.text(for: .anthropicMessages))],
                ["type": "tool_use", "id": "toolu_r1_2", "name": "f", "input": [:]],
            ]
        )
        #expect(grammar.stopReason == "tool_use")
        #expect(grammar.complaints == [])
    }

    @Test func whatCannotBeSaidIsReported() throws {
        let annotation = Annotation(title: "t", value: [:], format: .gemini)
        let linked = Annotation(url: "https://x", title: "t", citedText: "c", value: [:], format: .openAIResponses)
        let content = ForeignContent(.gemini, type: "x", element: .serverToolContent, value: [:])
        let entry = TokenLogProbability(chosen: .init(token: "a", logProbability: 0), top: [])
        let result = write([
            .partStart(choice: 0, .text), .delta(choice: 0, "a"), .annotation(choice: 0, annotation),
            .annotation(choice: 0, linked), .partStart(choice: 1, .text), .delta(choice: 1, "b"),
            .partStart(choice: 0, .media(.image(Media(.url("u"))))), .partStart(choice: 0, .foreign(content)),
            .logProbabilities(choice: 0, [entry]), .finish(choice: 0, .contentFilter), .finish(choice: 1, .stop), .end,
        ])
        #expect(
            result.losses.map(\.element) == [
                .citations, .furtherChoices, .answerMedia, .serverToolContent, .logProbabilities, .finishReason,
            ]
        )
        let grammar = try AnthropicStreamGrammar(Array(result.text.utf8))
        #expect(grammar.complaints == [])
        #expect(grammar.blocks.count == 1)
        #expect(grammar.blocks[0]["citations"]?[0]?["url"] == "https://x")
        #expect(grammar.stopReason == "refusal")
    }

    @Test func refusalsAreTextAndEndAsSuch() throws {
        let result = write([
            .partStart(choice: 0, .refusal), .delta(choice: 0, "No."), .finish(choice: 0, .stop), .end,
        ])
        let grammar = try AnthropicStreamGrammar(Array(result.text.utf8))
        #expect(grammar.blocks == [["type": "text", "text": "No."]])
        #expect(grammar.stopReason == "refusal")
    }

    @Test func failuresNeverEndWell() throws {
        for events: [AnswerEvent] in [
            [.failure(ProviderFailure(.rateLimit, "slow"))],
            [.partStart(choice: 0, .text), .delta(choice: 0, "a"), .failure(ProviderFailure(.rateLimit, "slow"))],
            [.partStart(choice: 0, .text), .delta(choice: 0, "a")],
            [.partStart(choice: 0, .text), .delta(choice: 0, "a"), .end],
        ] {
            let grammar = try AnthropicStreamGrammar(Array(write(events).text.utf8))
            #expect(grammar.error != nil)
            #expect(!grammar.isWhole)
            #expect(grammar.complaints == [])
        }
    }

    @Test func randomSequencesComeBack() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let events = randomEvents(&generator)
            let bytes = Array(write(events).text.utf8)
            let grammar = try AnthropicStreamGrammar(bytes)
            #expect(grammar.complaints == [])
            let before = try folded(events)
            let after = try folded(readBytes(bytes))
            #expect(after.choices[0].parts == before.choices[0].parts.filter(isSaid))
            #expect(after.choices[0].finish == before.choices[0].finish)
            #expect(after.usage == before.usage)
            let body = AnthropicMessages.answer(before, Self.context).body
            #expect(grammar.blocks == body["content"]?.array)
            let whole = try folded(AnthropicMessages.events(ofAnswer: body))
            #expect(whole.choices == after.choices)
        }
    }

    private func isSaid(_ part: Part) -> Bool {
        switch part.content {
        case .text(let content): !content.text.isEmpty
        case .reasoning(let reasoning): !reasoning.text.isEmpty || reasoning.signature != nil
        default: true
        }
    }

    private func randomEvents(_ generator: inout SeededGenerator) -> [AnswerEvent] {
        var events: [AnswerEvent] = [.start(AnswerStart(id: "i", model: "m"))]
        let texts = ["a", "ä\n", "\"\\", "\u{1F600}", " "]
        for index in 0..<Int.random(in: 1...5, using: &generator) {
            let kind = Int.random(in: 0..<4, using: &generator)
            switch kind {
            case 0: events.append(.partStart(choice: 0, .text))
            case 1: events.append(.partStart(choice: 0, .reasoning()))
            case 2: events.append(.partStart(choice: 0, .toolCall(id: "c\(index)", name: "f")))
            default: events.append(.partStart(choice: 0, .reasoning(isRedacted: true)))
            }
            if kind == 2 {
                events += [.delta(choice: 0, #"{"a":"#), .delta(choice: 0, "\(index)}")]
            } else if kind < 2 {
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    events.append(.delta(choice: 0, texts.randomElement(using: &generator) ?? ""))
                }
            }
            if kind == 3 || kind == 1 && Bool.random(using: &generator) {
                events.append(.signature(choice: 0, signature("s\(index)")))
            }
            events.append(.partEnd(choice: 0))
        }
        let reasons: [FinishReason] = [.stop, .length, .stopSequence("x"), .refusal, .pause, .contextWindow]
        let hasCall = events.contains { if case .partStart(_, .toolCall) = $0 { true } else { false } }
        let reason = reasons.randomElement(using: &generator) ?? .stop
        events.append(.usage(TokenUsage(input: 9, output: 5, cachedInput: 2, cacheWrite: 3, reasoning: 1)))
        return events + [.finish(choice: 0, hasCall && reason == .stop ? .toolCalls : reason), .end]
    }
}
