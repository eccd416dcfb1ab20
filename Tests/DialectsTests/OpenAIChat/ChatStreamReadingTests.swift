import JSON
import Testing

@testable import Dialects

@Suite("Reading a chat stream")
struct ChatStreamReadingTests {
    /// The events of chunks that are given by their choices, or whole.
    private func read(_ chunks: String..., isDone: Bool = true) -> [AnswerEvent] {
        var stream = ""
        for chunk in chunks {
            let whole = chunk.hasPrefix("{\"index\"") ? "{\"id\":\"a\",\"model\":\"m\",\"choices\":[\(chunk)]}" : chunk
            stream += "data: \(whole)\n\n"
        }
        if isDone { stream += "data: [DONE]\n\n" }
        return events(of: bytes(stream), OpenAIChatStreamDecoder()).filter { event in
            if case .start = event { false } else { true }
        }
    }

    private func delta(_ delta: String, finish: String = "null") -> String {
        "{\"index\":0,\"delta\":\(delta),\"finish_reason\":\(finish)}"
    }

    private func call(_ members: String) -> String { delta("{\"tool_calls\":[\(members)]}") }
    private var stop: String { delta("{}", finish: "\"stop\"") }

    private func calls(_ events: [AnswerEvent]) throws -> [ToolCall] {
        try folded(events).choices.flatMap(\.parts).compactMap { part in
            if case .toolCall(let call) = part.content { call } else { nil }
        }
    }

    @Test func text() {
        let events = read(
            delta("{\"role\":\"assistant\",\"content\":\"\"}"),
            delta("{\"content\":\"a\"}"),
            delta("{\"content\":\"b\"}"),
            stop
        )
        #expect(
            events == [
                .partStart(choice: 0, .text), .delta(choice: 0, "a"), .delta(choice: 0, "b"), .partEnd(choice: 0),
                .finish(choice: 0, .stop), .end,
            ]
        )
    }

    @Test func everythingInOneChunk() throws {
        let events = read(
            delta(
                #"{"role":"assistant","reasoning_content":"r","content":"t","tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#,
                finish: "\"tool_calls\""
            )
        )
        let parts = try folded(events).choices[0].parts.map(\.content)
        #expect(
            parts == [
                .reasoning(Reasoning("r", signature: OpenAIReasoningMember.content.signature)), .text("t"),
                .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
            ]
        )
    }

    @Test(arguments: [
        // In order.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":""}}"#,
            #"{"index":0,"function":{"arguments":"{\"x\":"}}"#,
            #"{"index":0,"function":{"arguments":"1}"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ],
        // Both at once, then in turns.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":""}},{"index":1,"id":"b","function":{"name":"g","arguments":""}}"#,
            #"{"index":0,"function":{"arguments":"{\"x\":"}}"#, #"{"index":1,"function":{"arguments":"{"}}"#,
            #"{"index":0,"function":{"arguments":"1}"}}"#, #"{"index":1,"function":{"arguments":"}"}}"#,
        ],
        // The same index for all.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}"#,
            #"{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ],
        // No index.
        [
            #"{"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#, #"{"function":{"arguments":"1}"}}"#,
            #"{"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ],
        // Id and name in each piece.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#,
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"1}"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ],
        // Empty ids and names behind the first piece, an index out of order, an object in the place of text.
        [
            #"{"index":3,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#,
            #"{"index":3,"id":"","function":{"name":"","arguments":"1}"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":{}}}"#,
        ],
        // A name that comes late.
        [
            #"{"index":0,"id":"a"}"#, #"{"index":0,"function":{"name":"f","arguments":"{\"x\":1}"}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ],
    ])
    func toolCalls(_ pieces: [String]) throws {
        var stream = ""
        for piece in pieces {
            stream += "data: {\"id\":\"i\",\"choices\":[\(call(piece))]}\n\n"
        }
        stream += "data: {\"choices\":[\(stop)]}\n\ndata: [DONE]\n\n"
        let events = events(of: bytes(stream), OpenAIChatStreamDecoder())
        #expect(
            try calls(events) == [
                ToolCall(id: "a", name: "f", arguments: "{\"x\":1}"), ToolCall(id: "b", name: "g", arguments: "{}"),
            ]
        )
        // `stop` behind calls means that the model waits for them.
        #expect(events.suffix(2) == [.finish(choice: 0, .toolCalls), .end])
        #expect(events.filter { if case .partStart = $0 { true } else { false } }.count == 2)
    }

    @Test func argumentsArePassedOnAsTheyCome() {
        var decoder = OpenAIChatStreamDecoder()
        var events: [AnswerEvent] = []
        let piece = call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x"}}"#)
        decoder.decode(bytes("{\"id\":\"i\",\"choices\":[\(piece)]}").span, named: "message", into: &events)
        #expect(events.last == .delta(choice: 0, "{\"x"))
    }

    @Test func textInTheMiddleOfArguments() throws {
        let events = read(
            call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#),
            delta("{\"content\":\"hm\"}"),
            call(#"{"index":0,"function":{"arguments":"1}"}}"#),
            stop
        )
        #expect(try calls(events).map(\.arguments) == ["{\"x\":1}"])
        #expect(try folded(events).choices[0].parts.last?.content == .text("hm"))
    }

    @Test func thoughtsInTheMiddleOfArguments() throws {
        let events = read(
            call(#"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#),
            delta("{\"reasoning_content\":\"h\"}"),
            delta("{\"reasoning_content\":\"m\"}"),
            delta(#"{"reasoning_details":[{"type":"reasoning.text","text":"","signature":"S","index":0}]}"#),
            delta("{\"content\":\"t\"}"),
            call(#"{"index":0,"function":{"arguments":"1}"}}"#),
            stop
        )
        #expect(try calls(events).map(\.arguments) == ["{\"x\":1}"])
        let signature = ReasoningSignature(origin: .openAIChat, value: "S", label: "text;;")
        #expect(
            try folded(events).choices[0].parts.dropFirst().map(\.content) == [
                .reasoning(Reasoning("hm", signature: signature)), .text("t"),
            ]
        )
    }

    @Test func indicesFromOutside() {
        for index in ["-1", "99999999999999999999", "9223372036854775807", "1.5", "\"0\""] {
            let chunk = "{\"id\":\"a\",\"choices\":[{\"index\":\(index),\"delta\":{\"content\":\"x\"}}]}"
            _ = read(chunk, stop)
            _ = read(call("{\"index\":\(index),\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"), stop)
        }
        #expect(read(#"{"id":"a","choices":[{"index":5000,"delta":{"content":"x"}}]}"#, stop).last == .end)
    }

    @Test func olderFunctionCall() throws {
        let events = read(
            delta(#"{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}}"#),
            delta(#"{"function_call":{"arguments":"{}"}}"#),
            delta("{}", finish: "\"function_call\"")
        )
        #expect(try calls(events) == [ToolCall(id: "", name: "f", arguments: "{}")])
        #expect(events.suffix(2) == [.finish(choice: 0, .toolCalls), .end])
    }

    @Test(arguments: [
        (#"{"reasoning_content":"a"}"#, OpenAIReasoningMember.content), (#"{"reasoning":"a"}"#, .plain),
        (#"{"reasoning":"a","reasoning_content":"a"}"#, .content),
        (
            #"{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","index":0,"format":"unknown"}]}"#,
            .details
        ),
        (#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]}]}"#, .thinkingPart),
    ])
    func reasoning(_ piece: String, _ member: OpenAIReasoningMember) throws {
        let events = read(delta(piece), delta(piece), delta(#"{"content":"t"}"#), stop)
        var signature = member.signature
        if member == .details { signature.label = "text;;unknown" }
        #expect(
            try folded(events).choices[0].parts.map(\.content) == [
                .reasoning(Reasoning("aa", signature: signature)), .text("t"),
            ]
        )
    }

    @Test func signedReasoning() throws {
        let events = read(
            delta(#"{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","index":0}]}"#),
            delta(#"{"reasoning_details":[{"type":"reasoning.text","text":"","signature":"S","index":0}]}"#),
            delta(#"{"reasoning_details":[{"type":"reasoning.encrypted","data":"E","index":1}]}"#),
            delta(
                #"{"reasoning":"b","reasoning_details":[{"type":"reasoning.summary","summary":"b","id":"rs","index":2}]}"#
            ),
            delta(#"{"reasoning_details":[{"type":"reasoning.encrypted","data":"F","id":"rs","index":2}]}"#),
            delta(
                #"{"reasoning_details":[{"type":"reasoning.encrypted","data":"G","id":"c","index":3}],"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]}"#
            ),
            stop
        )
        func signature(_ value: String, _ label: String) -> ReasoningSignature {
            ReasoningSignature(origin: .openAIChat, value: value, label: label)
        }
        #expect(
            try folded(events).choices[0].parts.map(\.content) == [
                .reasoning(Reasoning("a", signature: signature("S", "text;;"))),
                .reasoning(Reasoning("", isRedacted: true, signature: signature("E", "encrypted;;"))),
                .reasoning(Reasoning("b", isSummary: true, id: "rs", signature: signature("F", "encrypted;rs;"))),
                .reasoning(Reasoning("", signature: signature("G", "encrypted;c;"))),
                .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
            ]
        )
    }

    @Test func signatureOfGeminisLayer() throws {
        let events = read(
            call(
                #"{"index":0,"id":"c","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"S"}}}"#
            ),
            stop
        )
        let parts = try folded(events).choices[0].parts
        #expect(parts.first?.content == .reasoning(Reasoning("", signature: GoogleExtraContent.marked("S"))))
        // It comes back in the same place.
        let request = chatRequest(conversation([Turn(.assistant, parts, path: "")]))
        #expect(
            json(request.body["messages"]?[0]?["tool_calls"]?[0]?["extra_content"])
                == #"{"google":{"thought_signature":"S"}}"#
        )
        #expect(request.body["messages"]?[0]?["reasoning_details"] == nil)
    }

    @Test func severalChoices() throws {
        let events = read(
            #"{"id":"a","choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"y"}}]}"#,
            #"{"id":"a","choices":[{"index":1,"delta":{},"finish_reason":"length"}]}"#,
            #"{"id":"a","choices":[{"index":0,"delta":{"content":"z"},"finish_reason":"stop"}]}"#
        )
        let answer = try folded(events)
        #expect(answer.choices.map { $0.parts.map(\.content) } == [[.text("xz")], [.text("y")]])
        #expect(answer.choices.map(\.finish) == [.stop, .length])
        #expect(
            read(
                #"{"id":"a","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"},{"index":1,"delta":{"content":"y"}}]}"#
            )
            .last != .end
        )
    }

    @Test(arguments: [
        #"{"id":"a","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#,
        #"{"id":"a","choices":[{"index":0,"delta":{}}],"x_groq":{"usage":{"prompt_tokens":5,"completion_tokens":2}}}"#,
        #"{"id":"a","choices":[{"index":0,"delta":{},"usage":{"prompt_tokens":5,"completion_tokens":2}}]}"#,
        #"{"id":"a","choices":[],"usage":{"prompt_tokens":5.0,"completion_tokens":2,"prompt_tokens_details":null}}"#,
    ])
    func usage(_ chunk: String) throws {
        let events = read(delta("{\"content\":\"a\"}"), stop, chunk, chunk)
        #expect(try folded(events).usage == TokenUsage(input: 5, output: 2))
    }

    @Test func missingEnd() {
        #expect(read(delta("{\"content\":\"a\"}"), stop, isDone: false).last == .end)
        #expect(isFailure(read(delta("{\"content\":\"a\"}"), isDone: false).last))
        // The mark of the end does not make an answer whole.
        #expect(isFailure(read(delta("{\"content\":\"a\"}")).last))
        #expect(isFailure(read().last))
    }

    private func isFailure(_ event: AnswerEvent?) -> Bool {
        if case .failure = event { true } else { false }
    }

    @Test(arguments: [
        (#"{"error":{"message":"m","type":"server_error","code":null}}"#, ProviderFailure.Kind.server),
        (#"{"error":{"message":"m","code":429}}"#, .rateLimit), (#"{"error":"m"}"#, .server),
        (#"{"object":"error","message":"m","type":"BadRequestError","code":400}"#, .invalidRequest),
        (
            #"{"id":"a","choices":[{"index":0,"delta":{},"finish_reason":"error"}],"error":{"code":502,"message":"m"}}"#,
            .server
        ),
        (#"{"id":"a","choices":[],"x_groq":{"error":"m"}}"#, .server),
        (#"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#, .contextLength),
    ])
    func errorsInTheStream(_ chunk: String, _ kind: ProviderFailure.Kind) {
        let events = read(delta("{\"content\":\"a\"}"), chunk)
        guard case .failure(let failure) = events.last else {
            Issue.record("no failure in \(events)")
            return
        }
        #expect(failure.kind == kind)
        #expect(failure.message == "m")
    }

    @Test(arguments: ["{", "[]", "\u{1}", "{\"id\":\"a\",\"choices\":[{\"index\":0,}]}"])
    func malformed(_ chunk: String) {
        #expect(isFailure(read(chunk, stop).last))
    }

    @Test func azuresFirstChunk() throws {
        let stream = """
            data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}

            data: {"id":"x","model":"m","created":5,"service_tier":"flex","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":""}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}

            data: [DONE]


            """
        let answer = try folded(events(of: bytes(stream), OpenAIChatStreamDecoder()))
        #expect(answer.start == AnswerStart(id: "x", model: "m", created: 5, serviceTier: "flex"))
        #expect(answer.choices[0].finish == .contentFilter)
    }

    @Test func annotationsPicturesSoundAndProbabilities() throws {
        let events = read(
            delta("{\"content\":\"a\\ud800\"}"),
            delta(
                #"{"annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}]}"#
            ),
            delta(#"{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}"#),
            delta(#"{"audio":{"id":"x","data":"AAAA","transcript":"s"}}"#),
            delta(#"{"audio":{"data":"BBBB"}}"#),
            #"{"index":0,"delta":{},"logprobs":{"content":[{"token":"a","logprob":-0.50,"bytes":[97],"top_logprobs":[]}]}}"#,
            stop
        )
        let choice = try folded(events).choices[0]
        guard case .text(let content) = choice.parts.first?.content else {
            Issue.record("no text")
            return
        }
        #expect(content.text == "a\u{FFFD}")
        #expect(content.annotations.first?.url == "u")
        #expect(content.annotations.first?.range == 0..<1)
        #expect(
            choice.parts.dropFirst().map(\.content) == [
                .image(Media(.data(base64: "AA=="), mediaType: "image/png")), .text("s"),
                .audio(Media(.data(base64: "AAAABBBB"), mediaType: "audio/wav")),
            ]
        )
        #expect(choice.logProbabilities.first?.chosen.logProbability.spelling == "-0.50")
    }
}
