import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("OpenAI Responses: streams")
struct ResponsesStreamTests {
    private func read(_ data: [String]) -> [AnswerEvent] {
        responsesEvents(ofStream: bytes(data.map { "data: \($0)\n\n" }.joined()))
    }

    private let created = #"{"type":"response.created","response":{"id":"resp_1","model":"m","created_at":5}}"#
    private let completed =
        #"{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":1,"output_tokens":2}}}"#

    private func added(_ index: Int, _ item: String) -> String {
        #"{"type":"response.output_item.added","output_index":\#(index),"item":\#(item)}"#
    }

    private func done(_ index: Int, _ item: String) -> String {
        #"{"type":"response.output_item.done","output_index":\#(index),"item":\#(item)}"#
    }

    @Test("Items that come interleaved are told one after the other")
    func interleaved() throws {
        let call = #"{"type":"function_call","call_id":"c%","name":"f%","arguments":""}"#
        func item(_ number: Int) -> String { call.replacing("%", with: "\(number)") }
        func delta(_ index: Int, _ text: String) -> String {
            #"{"type":"response.function_call_arguments.delta","output_index":\#(index),"delta":"\#(text)"}"#
        }
        let events = read([
            created, added(0, item(0)), added(1, item(1)), delta(1, "b"), delta(0, "a"), delta(1, "d"),
            added(2, item(2)), done(1, item(1)), delta(0, "c"), delta(2, "e"), done(0, item(0)), delta(2, "f"),
            done(2, item(2)), completed,
        ])
        let calls = try folded(events).choices[0].parts.map(\.content)
        #expect(
            calls == [
                .toolCall(ToolCall(id: "c0", name: "f0", arguments: "ac")),
                .toolCall(ToolCall(id: "c1", name: "f1", arguments: "bd")),
                .toolCall(ToolCall(id: "c2", name: "f2", arguments: "ef")),
            ]
        )
        #expect(events.contains(.finish(choice: 0, .toolCalls)) && events.last == .end)
    }

    @Test("What comes whole instead of in pieces is told too")
    func whole() throws {
        let message = #"{"type":"message","id":"m","content":[{"type":"output_text","text":"hi","annotations":[]}]}"#
        let empty = #"{"type":"message","id":"m","content":[]}"#
        let last = #"{"type":"response.completed","response":{"status":"completed","output":[\#(message)]}}"#
        let textDone = #"{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"hi"}"#
        let partAdded =
            #"{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}"#
        let partDone =
            #"{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"hi"}}"#
        let delta = #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"hi"}"#
        let streams = [
            [created, last], [created, added(0, empty), done(0, message), completed],
            [created, done(0, message), last],
            [created, added(0, empty), partDone, last], [created, added(0, empty), partAdded, textDone, completed],
            [created, delta, completed], [delta, partDone, done(0, message), last],
            [created, added(0, empty), partAdded, delta, textDone, partDone, done(0, message), last],
        ]
        for (index, data) in streams.enumerated() {
            let answer = try folded(read(data))
            #expect(answer.choices[0].parts.map(\.content) == [.text("hi")], "\(index)")
        }
    }

    @Test("Thoughts, their signature, refusals and citations are told")
    func parts() throws {
        let summary =
            #"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":%,"delta":"s%"}"#
        let annotation =
            #"{"type":"response.output_text.annotation.added","output_index":1,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}}"#
        let events = read([
            created, added(0, #"{"type":"reasoning","id":"rs_1","summary":[]}"#),
            summary.replacing("%", with: "0"), summary.replacing("%", with: "1"),
            done(0, #"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gA"}"#),
            added(1, #"{"type":"message","id":"m","content":[]}"#),
            #"{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"a","logprobs":[{"token":"a","logprob":-1,"top_logprobs":[]}]}"#,
            annotation,
            #"{"type":"response.refusal.delta","output_index":1,"content_index":1,"delta":"no"}"#,
            done(1, #"{"type":"message","id":"m","content":[]}"#), completed,
        ])
        let choice = try folded(events).choices[0]
        let signature = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gA")
        #expect(
            choice.parts.first?.content
                == .reasoning(Reasoning("s0\n\ns1", isSummary: true, id: "rs_1", signature: signature))
        )
        guard case .text(let text)? = choice.parts.dropFirst().first?.content else {
            Issue.record("\(choice.parts)")
            return
        }
        #expect(text.text == "a" && text.annotations.map(\.url) == ["u"])
        #expect(choice.parts.last?.content == .refusal("no") && choice.finish == .refusal)
        #expect(choice.logProbabilities.count == 1)
    }

    @Test("Encrypted thoughts without a summary are hidden ones")
    func redacted() throws {
        let item = #"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gA"}"#
        let parts = try folded(read([created, added(0, item), done(0, item), completed])).choices[0].parts
        let signature = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gA")
        #expect(
            parts.map(\.content) == [
                .reasoning(Reasoning("", isRedacted: true, id: "rs_1", signature: signature))
            ]
        )
    }

    @Test(
        "Ends are told, and failures",
        arguments: [
            (
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}"#,
                .length, nil
            ),
            (#"{"type":"response.incomplete","response":{}}"#, .length, nil),
            (
                #"{"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}}"#,
                .contentFilter, nil
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"context_length_exceeded","message":"m"}}}"#,
                nil, .contextLength
            ),
            (#"{"type":"response.failed","response":{}}"#, nil, .server),
            (#"{"type":"error","code":"rate_limit_exceeded","message":"m","param":null}"#, nil, .rateLimit),
            (#"{"type":"error","error":{"type":"tokens","code":null,"message":"m"}}"#, nil, .rateLimit),
            (#"{"type":"error","message":"m"}"#, nil, .server),
            ("{\"type\":", nil, .server), ("[DONE]", nil, .server), (#"{"type":"from.the.future"}"#, nil, .server),
        ] as [(String, FinishReason?, ProviderFailure.Kind?)]
    )
    func ends(data: String, finish: FinishReason?, kind: ProviderFailure.Kind?) {
        let events = read([created, data])
        if let finish {
            #expect(events.contains(.finish(choice: 0, finish)) && events.last == .end)
        } else if case .failure(let failure)? = events.last {
            #expect(failure.kind == kind)
        } else {
            Issue.record("\(events)")
        }
    }

    @Test("The event's name counts where its data has no type")
    func names() {
        let delta = "event: response.output_text.delta\ndata: {\"output_index\":0,\"delta\":\"a\\ud800\"}\n\n"
        let end = "event: response.completed\ndata: {\"response\":{}}\n\n"
        let events = responsesEvents(ofStream: bytes(delta + end))
        #expect(events.contains(.delta(choice: 0, "a\u{FFFD}")) && events.last == .end)
    }

    @Test("A stream is written event for event")
    func written() throws {
        let events: [AnswerEvent] = [
            .start(AnswerStart(id: "resp_1", model: "m", created: 5)), .partStart(choice: 0, .text),
            .delta(choice: 0, "Hi\n"), .partEnd(choice: 0), .partStart(choice: 0, .toolCall(id: "c", name: "f")),
            .partEnd(choice: 0), .usage(TokenUsage(input: 1, output: 2)), .finish(choice: 0, .toolCalls), .end,
        ]
        let bytes = stream(of: events, OpenAIResponsesStreamEncoder(responsesContext))
        try expectLegalResponsesStream(bytes)
        let types = try responsesData(bytes).compactMap { $0["type"]?.string?.dropFirst("response.".count) }
        #expect(
            types == [
                "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "output_text.done", "content_part.done", "output_item.done", "output_item.added",
                "function_call_arguments.delta", "function_call_arguments.done", "output_item.done", "completed",
            ]
        )
        #expect(
            text(bytes).contains(
                #"{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_req-1_0","output_index":0,"content_index":0,"delta":"Hi\n","logprobs":[]}"#
            )
        )
        #expect(
            text(bytes).contains(
                #""item":{"id":"fc_req-1_1","type":"function_call","status":"completed","arguments":"{}","call_id":"c","name":"f"}"#
            )
        )
        let last = try #require(try responsesData(bytes).last)
        #expect(last["response"]?["usage"]?["total_tokens"] == 3)
    }

    @Test("Any sequence of events is written legally, and means the same when it is read")
    func randomSequences() throws {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<400 {
            let events = randomEvents(&generator)
            let bytes = stream(of: events, OpenAIResponsesStreamEncoder(responsesContext))
            try expectLegalResponsesStream(bytes)
            guard let expected = try? folded(events) else {
                #expect(throws: ProviderFailure.self) { try folded(responsesEvents(ofStream: bytes)) }
                continue
            }
            let answer = try folded(responsesEvents(ofStream: bytes))
            let whole = OpenAIResponses.answer(expected, responsesContext)
            let again = try folded(responsesEvents(whole.body))
            #expect(meaning(answer) == meaning(expected))
            #expect(meaning(again) == meaning(expected))
            #expect(answer.choices[0].finish == again.choices[0].finish)
            #expect(Self.sayTheSame(answer.choices[0].finish, expected.choices[0].finish))
            #expect(answer.usage == expected.usage)
        }
    }

    /// Whether an answer with a refusal ended well or by it, the format does not tell.
    private static func sayTheSame(_ one: FinishReason, _ other: FinishReason) -> Bool {
        let refusing: [FinishReason] = [.stop, .refusal]
        return one == other || (refusing.contains(one) && refusing.contains(other))
    }

    /// The parts without what the format gives ids and empty parts.
    private func meaning(_ answer: Answer) -> [PartContent] {
        answer.choices.first?.parts.map(\.content).compactMap { content in
            switch content {
            case .text(let text): return text.text.isEmpty ? nil : content
            case .refusal(let text): return text.isEmpty ? nil : content
            case .reasoning(var reasoning):
                guard !reasoning.text.isEmpty || reasoning.signature != nil else { return nil }
                reasoning.id = nil
                reasoning.isSummary = true
                // OpenAI's own thoughts without a text are always hidden ones.
                let isOwn = reasoning.signature?.origin == .openAIResponses
                reasoning.isRedacted = reasoning.text.isEmpty && (reasoning.isRedacted || isOwn)
                return .reasoning(reasoning)
            case .toolCall(var call):
                call.id = ""
                if call.arguments.isEmpty { call.arguments = "{}" }
                return .toolCall(call)
            default: return content
            }
        } ?? []
    }

    private func randomEvents(_ generator: inout SeededGenerator) -> [AnswerEvent] {
        var events: [AnswerEvent] = [.start(AnswerStart(id: "resp_1", model: "m", created: 1))]
        for index in 0..<Int.random(in: 0...6, using: &generator) {
            let starts: [AnswerPart] = [
                .text, .refusal, .toolCall(id: "c\(index)", name: "f"), .reasoning(id: "rs_\(index)"),
                .reasoning(isRedacted: true),
                .media(.image(Media(.data(base64: "AAAA"), mediaType: "image/png"))),
            ]
            let start = starts.randomElement(using: &generator) ?? .text
            events.append(.partStart(choice: 0, start))
            if case .reasoning(_, _, true) = start {
                events.append(.signature(choice: 0, ReasoningSignature(origin: .anthropicMessages, value: "s\(index)")))
            } else {
                for _ in 0..<Int.random(in: 0...4, using: &generator) {
                    let text = ["a", "\"", "\u{1F600}", "\n", "{}", "é"].randomElement(using: &generator) ?? ""
                    events.append(.delta(choice: 0, text))
                }
            }
            if case .reasoning(let id?, _, _) = start, Bool.random(using: &generator) {
                let value = "\(id):gA"
                events.append(.signature(choice: 0, ReasoningSignature(origin: .openAIResponses, value: value)))
            }
            if Bool.random(using: &generator) { events.append(.partEnd(choice: 0)) }
        }
        if Bool.random(using: &generator) { events.append(.usage(TokenUsage(input: 5, output: 3, cachedInput: 1))) }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: events.append(.failure(ProviderFailure(.overloaded, "busy")))
        case 1: events += [.finish(choice: 0, .contentFilter), .end]
        default: events += [.finish(choice: 0, .stop), .end]
        }
        return events
    }

    @Test("Probabilities go with their texts, wherever they come")
    func logProbabilities() throws {
        let entry = TokenLogProbability(chosen: .init(token: "a", logProbability: -1), top: [])
        for events in [
            [.logProbabilities(choice: 0, [entry]), .partStart(choice: 0, .text), .delta(choice: 0, "a")],
            [.partStart(choice: 0, .text), .delta(choice: 0, "a"), .logProbabilities(choice: 0, [entry])],
        ] as [[AnswerEvent]] {
            let bytes = stream(
                of: events + [.finish(choice: 0, .stop), .end],
                OpenAIResponsesStreamEncoder(responsesContext)
            )
            try expectLegalResponsesStream(bytes)
            let choice = try folded(responsesEvents(ofStream: bytes)).choices[0]
            #expect(choice.logProbabilities.map(\.chosen.token) == ["a"])
            #expect(choice.parts.map(\.content) == [.text("a")])
        }
    }

    /// The gateway's own error stands behind what the caller has of the provider's stream.
    @Test(arguments: [
        ([0, 1, 2], 3), ([4, 7, 5], 8), ([], 0), ([Int.max], 0), ([-5], 0),
    ])
    func anErrorGoesOnCounting(numbers: [Int], next: Int) {
        var reader = WireFormat.openAIResponses.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        for number in numbers {
            let data = #"{"type":"response.in_progress","sequence_number":\#(number),"response":{"id":"resp_1"}}"#
            reader.receive(Array("event: response.in_progress\ndata: \(data)\n\n".utf8).span) { _ in }
        }
        #expect(reader.nextEventNumber == next)
        let context = AnswerContext(
            requestID: "r",
            model: "m",
            created: 1,
            firstEventNumber: reader.nextEventNumber
        )
        var encoder = OpenAIResponsesStreamEncoder(context)
        var output: [UInt8] = []
        encoder.encode(.failure(ProviderFailure(.server, "broken")), into: &output)
        #expect(String(decoding: output, as: UTF8.self).contains(#""sequence_number":\#(next),"#))
    }
}
