import JSON
import Testing

@testable import Dialects

@Suite("OpenAI Responses: whole answers")
struct ResponsesAnswerTests {
    private func answer(_ parts: [PartContent], finish: FinishReason = .stop) -> Answer {
        var choice = Answer.Choice()
        choice.parts = parts.map { Part($0) }
        choice.finish = finish
        return Answer(start: AnswerStart(id: "resp_1", model: "m", created: 5), choices: [choice])
    }

    @Test("Items are read in order with all that is in them")
    func items() throws {
        let body = try json(
            responses: """
                {"id":"resp_1","created_at":5.0,"model":"m","status":"completed","service_tier":"flex","output":[
                {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],
                "content":[{"type":"reasoning_text","text":"raw"}],"encrypted_content":"gA"},
                {"type":"web_search_call","id":"ws_1","status":"completed"},
                {"type":"message","id":"msg_1","role":"assistant","content":[
                {"type":"output_text","text":"x","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}],
                "logprobs":[{"token":"x","logprob":-0.50,"bytes":[120],"top_logprobs":[{"token":"y","logprob":-1}]}]},
                {"type":"refusal","refusal":"no"},{"type":"from_the_future"}]},
                {"type":"from_the_future","id":"q"},
                {"type":"image_generation_call","id":"ig_1","status":"completed","result":"AAAA","output_format":"webp"},
                {"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"}],
                "usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},
                "output_tokens":7.0,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":17}}
                """
        )
        let answer = try folded(responsesEvents(body))
        #expect(answer.start == AnswerStart(id: "resp_1", model: "m", created: 5, serviceTier: "flex"))
        #expect(answer.usage == TokenUsage(input: 10, output: 7, cachedInput: 4, cacheWrite: 2, reasoning: 3))
        let choice = answer.choices[0]
        #expect(choice.parts.count == 8)
        #expect(choice.parts[0].content == .reasoning(Reasoning("raw", id: "rs_1")))
        let signature = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gA")
        #expect(
            choice.parts[1].content
                == .reasoning(Reasoning("a\n\nb", isSummary: true, id: "rs_1", signature: signature))
        )
        guard case .foreign(let search) = choice.parts[2].content, case .text(let text) = choice.parts[3].content else {
            Issue.record("\(choice.parts)")
            return
        }
        #expect(search.type == "web_search_call" && search.element == .serverToolContent)
        #expect(text.annotations.map(\.range) == [0..<1] && text.annotations.map(\.url) == ["u"])
        #expect(choice.logProbabilities.first?.chosen.logProbability.spelling == "-0.50")
        #expect(choice.logProbabilities.first?.top.first?.token == "y")
        #expect(choice.parts[4].content == .refusal("no"))
        #expect(choice.parts[6].content == .image(Media(.data(base64: "AAAA"), mediaType: "image/webp")))
        #expect(choice.finish == .toolCalls)
    }

    @Test(
        "Ends are read",
        arguments: [
            (#"{"status":"completed","output":[]}"#, .stop), (#"{"output":[]}"#, .stop),
            (#"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}"#, .length),
            (#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}"#, .contentFilter),
            (#"{"status":"incomplete","incomplete_details":{"reason":"steered"},"output":[]}"#, .other("steered")),
            (#"{"status":"incomplete","incomplete_details":null,"output":[]}"#, .length),
            (
                #"{"status":"completed","output":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}"#,
                .toolCalls
            ),
            (
                #"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"function_call","call_id":"c","name":"f","arguments":"{"}]}"#,
                .length
            ),
        ] as [(String, FinishReason)]
    )
    func ends(body: String, reason: FinishReason) throws {
        let answer = try folded(responsesEvents(json(responses: body)))
        #expect(answer.choices.first?.finish == reason)
    }

    @Test(
        "What is no complete answer is a failure",
        arguments: [
            (#"{"status":"failed","error":{"code":"rate_limit_exceeded","message":"m"},"output":[]}"#, .rateLimit),
            (#"{"status":"failed","output":[]}"#, .server), (#"{"status":"in_progress","output":[]}"#, .server),
            (#"{"status":"cancelled","output":[]}"#, .server),
            (#"{"error":{"code":"server_error","message":"m"}}"#, .server),
        ] as [(String, ProviderFailure.Kind)]
    )
    func failures(body: String, kind: ProviderFailure.Kind) throws {
        let failure = #expect(throws: ProviderFailure.self) { try folded(responsesEvents(json(responses: body))) }
        #expect(failure?.kind == kind)
    }

    @Test("What is no answer at all is a problem", arguments: ["[]", "{}", "7", #"{"choices":[]}"#])
    func problems(body: String) {
        #expect(throws: FormatProblem.self) { try OpenAIResponses.events(ofAnswer: json(responses: body)) }
    }

    @Test("An answer is written and read again")
    func roundTrip() throws {
        let own = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gA")
        let citation = Annotation(url: "u", title: "t", range: 1..<2, value: ["k": 1], format: .gemini)
        let parts: [PartContent] = [
            .reasoning(Reasoning("a", isSummary: true, id: "rs_1", signature: own)),
            .text(TextContent("b", annotations: [citation])), .text("c"), .refusal("d"),
            .toolCall(ToolCall(id: "c1", name: "f", arguments: "{\"a\":1}")),
            .image(Media(.data(base64: "AAAA"), mediaType: "image/png")),
            .reasoning(
                Reasoning(
                    "",
                    isRedacted: true,
                    id: "rs_2",
                    signature: .init(origin: .openAIResponses, value: "rs_2:gB")
                )
            ),
        ]
        let encoded = OpenAIResponses.answer(answer(parts, finish: .length), responsesContext)
        #expect(encoded.losses.isEmpty)
        let again = try folded(responsesEvents(encoded.body)).choices[0]
        #expect(again.finish == .length)
        #expect(again.parts.count == parts.count)
        for (index, part) in again.parts.enumerated() where index != 1 { #expect(part.content == parts[index]) }
        guard case .text(let text) = again.parts[1].content else {
            Issue.record("no text")
            return
        }
        #expect(text.annotations.map(\.url) == ["u"] && text.annotations.map(\.range) == [1..<2])
    }

    @Test("Signatures of all origins survive a caller")
    func signatures() throws {
        let cases = [
            Reasoning("t", isSummary: true, signature: .init(origin: .anthropicMessages, value: "sig==")),
            Reasoning("", isRedacted: true, signature: .init(origin: .anthropicMessages, value: "data")),
            Reasoning("", signature: .init(origin: .anthropicMessages, value: "omitted")),
            Reasoning("", signature: .init(origin: .gemini, value: "Zm9v")),
            Reasoning("", isRedacted: true, signature: .init(origin: .bedrockConverse, value: "x:y")),
            Reasoning("t", isSummary: true, signature: .init(origin: .openAIResponses, value: "rs_9:gA")),
            Reasoning("", isRedacted: true, signature: .init(origin: .openAIResponses, value: "rs_9:gA")),
        ]
        for var reasoning in cases {
            if reasoning.signature?.origin == .openAIResponses { reasoning.id = "rs_9" }
            let parts: [PartContent] = [
                .reasoning(reasoning), .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
            ]
            let output = OpenAIResponses.answer(answer(parts), responsesContext).body["output"]
            let history: JSONValue = ["model": "m", "input": try #require(output)]
            let conversation = try OpenAIResponses.conversation(of: history, RequestCall())
            guard case .reasoning(let back)? = conversation.turns.first?.parts.first?.content else {
                Issue.record("no reasoning")
                return
            }
            #expect(back.signature == reasoning.signature && back.text == reasoning.text)
            #expect(back.isRedacted == reasoning.isRedacted)
            #expect(conversation.turns.count == 1 && conversation.unread.isEmpty)
        }
    }

    @Test("The response repeats the caller's request")
    func envelope() throws {
        var context = responsesContext
        context.request =
            try json(
                responses: """
                    {"model":"x","input":"a","instructions":"i","temperature":0.20,"tools":[{"type":"function","name":"f"}],
                    "tool_choice":"required","text":{"verbosity":"low"},"reasoning":{"effort":"high"},"metadata":{"a":"b"},
                    "parallel_tool_calls":false,"max_output_tokens":9,"user":null,"store":true}
                    """
            ).object
        var answer = answer([.text("a")])
        answer.start.id = "msg_01"
        let body = OpenAIResponses.answer(answer, context).body
        #expect(body["id"] == "resp_msg_01" && body["object"] == "response" && body["status"] == "completed")
        #expect(jsonText(body["temperature"]) == "0.20")
        #expect(body["tool_choice"] == "required" && body["parallel_tool_calls"] == false)
        #expect(body["text"] == ["verbosity": "low", "format": ["type": "text"]])
        #expect(body["reasoning"] == ["effort": "high", "summary": nil])
        #expect(body["metadata"] == ["a": "b"] && body["user"] == .null && body["store"] == false)
        #expect(body["output"]?[0]?["id"] == "msg_req-1_0" && body["usage"] == .null)
        let plain = OpenAIResponses.answer(Answer(choices: []), responsesContext).body
        #expect(plain["id"] == "resp_req-1" && plain["model"] == "gpt-5" && plain["created_at"] == 1_700_000_000)
        #expect(plain["tools"] == [] && plain["tool_choice"] == "auto" && plain["output"] == [])
    }

    @Test(
        "Ends are written, never as a completion that was none",
        arguments: [
            (.stop, "completed", nil, false), (.stopSequence("x"), "completed", nil, false),
            (.toolCalls, "completed", nil, false), (.length, "incomplete", "max_output_tokens", false),
            (.contextWindow, "incomplete", "max_output_tokens", true),
            (.contentFilter, "incomplete", "content_filter", false), (.refusal, "incomplete", "content_filter", true),
            (.pause, "incomplete", "max_output_tokens", true), (.malformedToolCall, "failed", nil, true),
            (.other("x"), "completed", nil, true),
        ] as [(FinishReason, String, String?, Bool)]
    )
    func written(reason: FinishReason, status: String, detail: String?, isLoss: Bool) {
        let encoded = OpenAIResponses.answer(answer([.text("a")], finish: reason), responsesContext)
        #expect(encoded.body["status"]?.string == status)
        #expect(encoded.body["incomplete_details"]?["reason"]?.string == detail)
        #expect((encoded.body["error"] == .null) == (status != "failed"))
        #expect(encoded.losses.map(\.element) == (isLoss ? [.finishReason] : []))
        let bytes = stream(
            of: [
                .start(AnswerStart()), .partStart(choice: 0, .text), .delta(choice: 0, "a"), .finish(choice: 0, reason),
                .end,
            ],
            OpenAIResponsesStreamEncoder(responsesContext)
        )
        #expect(text(bytes).contains("event: response.\(status)\n"))
    }

    @Test("What an answer cannot say is reported")
    func losses() {
        var two = answer([.text("a")])
        two.choices.append(Answer.Choice())
        #expect(OpenAIResponses.answer(two, responsesContext).losses.map(\.element) == [.furtherChoices])
        let foreign = ForeignContent(.gemini, type: "executableCode", element: .serverToolContent, value: [:])
        let note = Annotation(citedText: "c", value: [:], format: .anthropicMessages)
        let cases: [(PartContent, ConversationElement)] = [
            (.foreign(foreign), .serverToolContent), (.audio(Media(.data(base64: "AA"))), .answerMedia),
            (.image(Media(.url("u"))), .answerMedia), (.text(TextContent("a", annotations: [note])), .citations),
        ]
        for (part, element) in cases {
            let encoded = OpenAIResponses.answer(answer([part]), responsesContext)
            #expect(encoded.losses.map(\.element) == [element])
        }
    }

    @Test("Calls have ids of their own, and arguments even when they have none")
    func calls() {
        let call = PartContent.toolCall(ToolCall(id: "", name: "f", arguments: ""))
        let output = OpenAIResponses.answer(answer([call, call], finish: .toolCalls), responsesContext).body["output"]
        #expect(output?[0]?["call_id"] == "call_req-1_0" && output?[1]?["call_id"] == "call_req-1_1")
        #expect(output?[0]?["arguments"] == "{}" && output?[1]?["arguments"] == "{}")
        let cut = OpenAIResponses.answer(answer([call], finish: .length), responsesContext).body["output"]
        #expect(cut?[0]?["arguments"] == "" && cut?[0]?["status"] == "incomplete")
    }

    @Test("Figures never overflow", arguments: ["-1", "1e300", "9223372036854775807", "null", "\"x\"", "3.0"])
    func usage(number: String) throws {
        let body = try json(responses: #"{"output":[],"usage":{"input_tokens":\#(number),"output_tokens":\#(number)}}"#)
        let usage = try #require(try folded(responsesEvents(body)).usage)
        #expect(usage.input >= 0 && usage.total >= usage.input)
        #expect(TokenUsage(responses: usage.responsesValue) == usage)
    }
}
