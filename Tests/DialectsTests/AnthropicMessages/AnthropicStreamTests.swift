import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: reading streams")
struct AnthropicStreamTests {
    private func read(_ events: String...) -> [AnswerEvent] {
        let text = events.map { "data: \($0)\n\n" }.joined()
        return readBytes(Array(text.utf8))
    }

    private func readBytes(_ bytes: [UInt8]) -> [AnswerEvent] {
        events(of: bytes, AnthropicStreamDecoder())
    }

    private static let start = #"{"type":"message_start","message":{"id":"i","model":"m","usage":{"input_tokens":5}}}"#
    private static let end = #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#
    private static let stop = #"{"type":"message_stop"}"#

    private func block(_ block: String, _ deltas: String...) -> [AnswerEvent] {
        let events =
            [Self.start, #"{"type":"content_block_start","index":0,"content_block":\#(block)}"#]
            + deltas.map { #"{"type":"content_block_delta","index":0,"delta":\#($0)}"# }
            + [#"{"type":"content_block_stop","index":0}"#, Self.end, Self.stop]
        let text = events.map { "data: \($0)\n\n" }.joined()
        return readBytes(Array(text.utf8)).filter {
            switch $0 {
            case .start, .usage, .finish, .end: false
            default: true
            }
        }
    }

    private func signature(_ value: String) -> ReasoningSignature {
        ReasoningSignature(origin: .anthropicMessages, value: value)
    }

    @Test func message() {
        let start = AnswerStart(id: "i", model: "m")
        #expect(
            read(Self.start, Self.end, Self.stop) == [
                .start(start), .usage(TokenUsage(input: 5)), .usage(TokenUsage(input: 5, output: 2)),
                .finish(choice: 0, .stop), .end,
            ]
        )
    }

    @Test func blocks() {
        #expect(
            block(#"{"type":"text","text":""}"#, #"{"type":"text_delta","text":"a\u00e4\n"}"#) == [
                .partStart(choice: 0, .text), .delta(choice: 0, "aä\n"), .partEnd(choice: 0),
            ]
        )
        #expect(
            block(
                #"{"type":"thinking","thinking":"","signature":""}"#,
                #"{"type":"thinking_delta","thinking":"t"}"#,
                #"{"type":"signature_delta","signature":"s"}"#
            ) == [
                .partStart(choice: 0, .reasoning()), .delta(choice: 0, "t"), .signature(choice: 0, signature("s")),
                .partEnd(choice: 0),
            ]
        )
        #expect(
            block(#"{"type":"redacted_thinking","data":"d"}"#) == [
                .partStart(choice: 0, .reasoning(isRedacted: true)), .signature(choice: 0, signature("d")),
                .partEnd(choice: 0),
            ]
        )
        let citation = #"{"type":"web_search_result_location","url":"u","title":"t","cited_text":"c"}"#
        let cited = block(#"{"type":"text","text":""}"#, #"{"type":"citations_delta","citation":\#(citation)}"#)
        guard case .annotation(0, let annotation) = cited[1] else {
            Issue.record("no annotation")
            return
        }
        #expect(annotation.url == "u")
        #expect(annotation.title == "t")
        #expect(annotation.citedText == "c")
    }

    @Test(
        arguments: [
            ([#"{"type":"input_json_delta","partial_json":""}"#], "{}"),
            ([], "{}"),
            (
                [
                    #"{"type":"input_json_delta","partial_json":"{\"a\\"}"#,
                    #"{"type":"input_json_delta","partial_json":"u00e4\": 1}"}"#,
                ], #"{"a\u00e4": 1}"#
            ),
        ]
    )
    func calls(_ deltas: [String], _ arguments: String) throws {
        let events =
            [
                Self.start,
                #"{"type":"content_block_start","content_block":{"type":"tool_use","id":"1","name":"f","input":{}}}"#,
            ] + deltas.map { #"{"type":"content_block_delta","delta":\#($0)}"# } + [Self.end, Self.stop]
        let text = events.map { "data: \($0)\n\n" }.joined()
        let answer = try folded(readBytes(Array(text.utf8)))
        #expect(answer.choices[0].parts.map(\.content) == [.lookCall("1", "f", arguments)])
        #expect(answer.choices[0].finish == .toolCalls)
    }

    @Test func blocksOfServersAreGivenOutWhole() {
        let events = block(
            #"{"type":"server_tool_use","id":"1","name":"web_search","input":{}}"#,
            #"{"type":"input_json_delta","partial_json":"{\"q\":"}"#,
            #"{"type":"input_json_delta","partial_json":"1}"}"#
        )
        let value: JSONValue = ["type": "server_tool_use", "id": "1", "name": "web_search", "input": ["q": 1]]
        let content = ForeignContent(
            .anthropicMessages,
            type: "server_tool_use",
            element: .serverToolContent,
            value: value
        )
        #expect(events == [.partStart(choice: 0, .foreign(content)), .partEnd(choice: 0)])
        let unknown = block(#"{"type":"hologram","x":1}"#, #"{"type":"hologram_delta","text":"y"}"#)
        #expect(unknown.count == 2)
    }

    @Test(
        arguments: [
            ("end_turn", FinishReason.stop), ("max_tokens", .length), ("tool_use", .toolCalls), ("refusal", .refusal),
            ("pause_turn", .pause), ("model_context_window_exceeded", .contextWindow), ("odd", .other("odd")),
            ("stop_sequence", .stopSequence("x")),
        ]
    )
    func reasons(_ word: String, _ reason: FinishReason) throws {
        let end = #"{"type":"message_delta","delta":{"stop_reason":"\#(word)","stop_sequence":"x"}}"#
        #expect(read(Self.start, end, Self.stop).contains(.finish(choice: 0, reason)))
        #expect(
            FinishReason(anthropic: reason.anthropic.reason, stopSequence: reason.anthropicStopSequence) == reason
                || word == "odd"
        )
    }

    @Test func figuresAreTheLastOnes() {
        let start =
            #"{"type":"message_start","message":{"usage":{"input_tokens":5,"cache_read_input_tokens":7,"#
            + #""cache_creation_input_tokens":11,"output_tokens":1}}}"#
        let end =
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":6,"#
            + #""output_tokens":20,"output_tokens_details":{"thinking_tokens":15},"cache_read_input_tokens":null}}"#
        let last = TokenUsage(input: 24, output: 20, cachedInput: 7, cacheWrite: 11, reasoning: 15)
        #expect(read(start, end, Self.stop).contains(.usage(last)))
        #expect(last.uncachedInput == 6)
    }

    @Test(
        arguments: [
            "9223372036854775807", "9223372036854775808", "-5", "1e400", "1.5", "null", "\"7\"", "{}", "1e2",
        ]
    )
    func oddFigures(_ figure: String) {
        let start =
            #"{"type":"message_start","message":{"usage":{"input_tokens":\#(figure),"#
            + #""cache_read_input_tokens":\#(figure),"output_tokens":\#(figure)}}}"#
        let usage = read(start).compactMap { if case .usage(let usage) = $0 { usage } else { nil } }
        #expect(usage.allSatisfy { $0.input >= 0 && $0.output >= 0 && $0.total >= 0 })
    }

    @Test func errorsEndTheStream() {
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#
        let failure = ProviderFailure(.overloaded, "Overloaded", type: "overloaded_error")
        #expect(read(error) == [.failure(failure)])
        #expect(read(Self.start, error, Self.end, Self.stop).last == .failure(failure))
        #expect(read(#"{"error":{"message":"x"}}"#) == [.failure(ProviderFailure(.server, "x"))])
        #expect(read(#"{"error":"x"}"#) == [.failure(ProviderFailure(.server, "x"))])
    }

    @Test func carelessStreams() throws {
        let named =
            "event: message_start\ndata: {\"message\":{\"id\":\"i\"}}\n\nevent: content_block_delta\n"
            + "data: {\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\nevent: message_stop\ndata: {}\n\n"
        let answer = try folded(readBytes(Array(named.utf8)))
        #expect(answer.choices[0].parts.map(\.content) == [.text("a")])
        #expect(answer.choices[0].finish == .stop)
        let events = read(#"{"type":"ping"}"#, Self.start, "[DONE]", "{}", #"{"type":"new"}"#, Self.end, Self.stop, "{")
        #expect(events.last == .end)
        guard case .failure? = read(Self.start, "{").last else {
            Issue.record("no failure")
            return
        }
        guard case .failure? = read(Self.start, Self.end).last else {
            Issue.record("a stream without its end is no answer")
            return
        }
    }

    @Test func blocksThatComeByTurns() throws {
        let open = { (index: Int) in
            #"{"type":"content_block_start","index":\#(index),"content_block":{"type":"tool_use","id":"\#(index)","name":"f"}}"#
        }
        let delta = { (index: Int, text: String) in
            #"{"type":"content_block_delta","index":\#(index),"delta":{"type":"input_json_delta","partial_json":"\#(text)"}}"#
        }
        let stop = { (index: Int) in #"{"type":"content_block_stop","index":\#(index)}"# }
        let byTurns = [open(0), delta(0, "{"), open(1), delta(1, "["), delta(0, "}"), delta(1, "]"), open(2)]
        for ends in [[stop(1), stop(0), stop(2)], [stop(0), stop(1), stop(2)], [stop(2)], []] {
            let events = [Self.start] + byTurns + ends + [Self.end, Self.stop]
            let answer = try folded(readBytes(Array(events.map { "data: \($0)\n\n" }.joined().utf8)))
            #expect(
                answer.choices[0].parts.map(\.content) == [
                    .lookCall("0", "f", "{}"), .lookCall("1", "f", "[]"), .lookCall("2", "f", "{}"),
                ]
            )
        }
        let sameIndex = [Self.start, open(0), delta(0, "{}"), open(0), delta(0, "[]"), Self.end, Self.stop]
        let answer = try folded(readBytes(Array(sameIndex.map { "data: \($0)\n\n" }.joined().utf8)))
        #expect(answer.choices[0].parts.map(\.content) == [.lookCall("0", "f", "{}"), .lookCall("0", "f", "[]")])
    }

    @Test func thoughtsNeverMixWithText() throws {
        let delta = { (type: String, name: String) in
            #"{"type":"content_block_delta","index":0,"delta":{"type":"\#(type)","\#(name)":"x"}}"#
        }
        let answer = try folded(
            read(
                delta("thinking_delta", "thinking"),
                delta("text_delta", "text"),
                delta("signature_delta", "signature"),
                delta("input_json_delta", "partial_json"),
                Self.stop
            )
        )
        #expect(
            answer.choices[0].parts.map(\.content) == [
                .reasoning(Reasoning("x")), .text("x"), .reasoning(Reasoning("", signature: signature("x"))),
            ]
        )
    }
}
