import JSON
import Testing

@testable import Dialects

@Suite struct GeminiAnswerTests {
    private typealias T = GeminiTesting

    @Test func readsEveryPart() throws {
        let events = try T.events(
            """
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"a"},{"text":"b"},\
            {"text":"c","thoughtSignature":"AAA="},{"functionCall":{"name":"f","args":{"x":1.0}},"thoughtSignature":"BBB="},\
            {"functionCall":{"id":"given","name":"g"}},{"inlineData":{"mimeType":"image/png","data":"AA=="}},\
            {"executableCode":{"code":"1"}},{"brandNew":1}],"role":"model"},"finishReason":"STOP","index":0}],\
            "modelVersion":"m","responseId":"r-1","createTime":"2026-08-19T14:38:21.045750Z"}
            """
        )
        let answer = try folded(events)
        #expect(answer.start == AnswerStart(id: "r-1", model: "m", created: 1_787_150_301))
        func signed(_ value: String) -> PartContent {
            .reasoning(Reasoning("", signature: ReasoningSignature(origin: .gemini, value: value)))
        }
        let code = ForeignContent(
            .gemini,
            type: "executableCode",
            element: .serverToolContent,
            value: ["executableCode": ["code": "1"]]
        )
        let new = ForeignContent(.gemini, type: "brandNew", element: .unknownPart, value: ["brandNew": 1])
        #expect(
            answer.choices[0].parts.map(\.content) == [
                .reasoning(Reasoning("hm", isSummary: true)), .text("ab"), signed("AAA="), .text("c"), signed("BBB="),
                T.call("call_r-1_0_0", "f", #"{"x":1.0}"#), T.call("given", "g"),
                .image(Media(.data(base64: "AA=="), mediaType: "image/png")), .foreign(code), .foreign(new),
            ]
        )
        #expect(answer.choices[0].finish == .toolCalls)
    }

    @Test(
        arguments: [
            ("STOP", .stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter), ("RECITATION", .contentFilter),
            ("BLOCKLIST", .contentFilter), ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter),
            ("IMAGE_SAFETY", .contentFilter), ("MALFORMED_FUNCTION_CALL", .malformedToolCall),
            ("UNEXPECTED_TOOL_CALL", .malformedToolCall), ("LANGUAGE", .other("LANGUAGE")),
            ("OTHER", .other("OTHER")), ("SOMETHING_NEW", .other("SOMETHING_NEW")),
            ("FINISH_REASON_UNSPECIFIED", .other("FINISH_REASON_UNSPECIFIED")),
        ] as [(String, FinishReason)]
    )
    func readsFinishReasons(word: String, reason: FinishReason) throws {
        let answer = try folded(T.events(#"{"candidates":[{"finishReason":"\#(word)"}]}"#))
        #expect(answer.choices.map(\.finish) == [reason])
        let (written, isExact) = GeminiFinishReason.word(reason)
        #expect(isExact || written == "OTHER")
        if reason != .stop { #expect(written != "STOP") }
    }

    @Test func tellsThatThePromptIsBlocked() throws {
        let answer = try folded(
            T.events(#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}"#)
        )
        #expect(answer.choices.map(\.finish) == [.contentFilter])
        #expect(answer.choices[0].parts.isEmpty)
        #expect(answer.usage?.input == 4)
    }

    @Test(arguments: ["{}", #"{"candidates":[]}"#, #"{"candidates":null,"usageMetadata":null}"#, "[]"])
    func anAnswerOfNothingIsAFailure(body: String) throws {
        let events = try T.events(body)
        #expect(throws: ProviderFailure.self) { try folded(events) }
    }

    @Test func readsSeveralCandidatesAndChunks() throws {
        let events = try T.events(
            """
            [{"candidates":[{"content":{"parts":[{"text":"a"}]}},{"index":1.0,"content":{"parts":[{"text":"x"}]}}]},
            {"candidates":[{"index":1,"content":{"parts":[{"text":"y"}]},"finishReason":"MAX_TOKENS"},
            {"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}]
            """
        )
        let answer = try folded(events)
        #expect(answer.choices.map { $0.parts.map(\.content) } == [[.text("ab")], [.text("xy")]])
        #expect(answer.choices.map(\.finish) == [.stop, .length])
    }

    @Test(
        arguments: [
            (
                #"{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":7,"cachedContentTokenCount":4,"#
                    + #""toolUsePromptTokenCount":3,"totalTokenCount":25,"promptTokensDetails":["#
                    + #"{"modality":"TEXT","tokenCount":2},{"modality":"AUDIO","tokenCount":8}],"#
                    + #""candidatesTokensDetails":[{"tokenCount":1,"modality":"AUDIO"}]}"#,
                TokenUsage(input: 13, output: 12, cachedInput: 4, reasoning: 7, audioInput: 8, audioOutput: 1)
            ),
            (#"{"promptTokenCount":9223372036854775807,"toolUsePromptTokenCount":9}"#, TokenUsage(input: .max)),
            (#"{"promptTokenCount":3.0,"candidatesTokenCount":null,"x":{}}"#, TokenUsage(input: 3)),
            (#"{"promptTokenCount":-3,"candidatesTokenCount":1e400}"#, TokenUsage()),
            (#"{"trafficType":"ON_DEMAND"}"#, nil), ("[]", nil),
        ] as [(String, TokenUsage?)]
    )
    func readsUsage(text: String, usage: TokenUsage?) {
        #expect(GeminiUsage.usage(text.utf8.span) == usage)
    }

    @Test func writesUsageAsItReadsIt() throws {
        let usage = TokenUsage(input: 13, output: 12, cachedInput: 4, reasoning: 7, audioInput: 8, audioOutput: 1)
        #expect(GeminiUsage.usage(JSONWriter().write(GeminiUsage.value(usage)).span) == usage)
        #expect(GeminiUsage.value(usage)["candidatesTokenCount"]?.integer == 5)
        #expect(GeminiUsage.value(TokenUsage(input: .max, output: .min, reasoning: 1))["totalTokenCount"] != nil)
    }

    @Test func countsCitationsInCharacters() throws {
        let events = try T.events(
            """
            {"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Grüße, Welt."}]},"finishReason":"STOP",\
            "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}},{"web":{"uri":"https://b"}},\
            {"retrievedContext":{"uri":"gs://c","title":"C"}}],"groundingSupports":[{"segment":{"startIndex":9,"endIndex":13,\
            "text":"Welt"},"groundingChunkIndices":[0,1,9]},{"segment":{"endIndex":99},"groundingChunkIndices":[0]}]},\
            "citationMetadata":{"citations":[{},{"uri":"https://d","startIndex":0,"endIndex":7}]}}]}
            """
        )
        let answer = try folded(events)
        guard case .text(let content)? = answer.choices[0].parts.last?.content else {
            Issue.record("no text")
            return
        }
        #expect(content.annotations.map(\.url) == ["https://a", "https://b", "https://a", "gs://c", "https://d"])
        #expect(content.annotations.map(\.range) == [7..<11, 7..<11, nil, nil, 0..<5])
        #expect(content.annotations.map(\.citedText) == ["Welt", "Welt", nil, nil, nil])
        let again = try folded(Gemini.events(ofAnswer: Gemini.answer(answer, T.context).body))
        #expect(again.choices[0].parts.last?.content == .text(content))
    }

    @Test func readsLogProbabilities() throws {
        let events = try T.events(
            """
            {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":\
            [{"token":"a","tokenId":1,"logProbability":-0.50},{"token":"b"}],"topCandidates":[{"candidates":\
            [{"token":"a","logProbability":-0.50}]}]}}]}
            """
        )
        let answer = try folded(events)
        let entries = answer.choices[0].logProbabilities
        #expect(entries.map(\.chosen.token) == ["a", "b"])
        #expect(entries.map(\.chosen.logProbability.spelling) == ["-0.50", "0"])
        #expect(entries.map(\.top.count) == [1, 0])
        #expect(GeminiLogProbabilities.entries(GeminiLogProbabilities.value(entries)) == entries)
    }

    @Test func writesAnAnswer() throws {
        var answer = Answer(start: AnswerStart(id: "id", model: "m"), usage: TokenUsage(input: 3, output: 2))
        let claude = ReasoningSignature(origin: .anthropicMessages, value: "sig")
        answer.choices[0].parts = [
            .reasoning(Reasoning("hm", signature: claude)),
            .reasoning(Reasoning("", isRedacted: true, signature: claude)),
            .text("hi"), .toolCall(ToolCall(id: "1", name: "f", arguments: "")),
            .toolCall(ToolCall(id: "2", name: "g", arguments: "{")), .refusal("no"),
        ].map { Part($0) }
        answer.choices[0].finish = .contextWindow
        let encoded = Gemini.answer(answer, T.context)
        let mark = claude.text(for: .gemini)
        #expect(
            T.text(encoded.body)
                == #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true,"thoughtSignature":"\#(mark)"},"#
                + #"{"text":"","thoughtSignature":"\#(mark)"},{"text":"hi"},"#
                + #"{"functionCall":{"id":"1","name":"f","args":{}}},"#
                + #"{"functionCall":{"id":"2","name":"g","args":{"arguments":"{"}}},{"text":"no"}],"role":"model"},"#
                + #""finishReason":"MAX_TOKENS","index":0}],"usageMetadata":{"promptTokenCount":3,"#
                + #""candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"m","responseId":"id"}"#
        )
        #expect(encoded.losses.map(\.element) == [.toolArguments, .finishReason])
    }

    @Test func signaturesOfOthersComeBackAsTheyWere() throws {
        let claude = ReasoningSignature(origin: .anthropicMessages, value: "sig")
        let own = ReasoningSignature(origin: .gemini, value: "AAA=")
        let parts: [PartContent] = [
            .reasoning(Reasoning("hm", isSummary: true, signature: claude)),
            .reasoning(Reasoning("", isRedacted: true, signature: claude)),
            .reasoning(Reasoning("", isSummary: true, signature: claude)), .reasoning(Reasoning("", signature: own)),
            .text("hi"), .reasoning(Reasoning("", signature: own)), T.call("1", "f"),
            .reasoning(Reasoning("", signature: own)),
        ]
        var answer = Answer()
        answer.choices[0].parts = parts.map { Part($0) }
        let body = Gemini.answer(answer, T.context).body
        let content = try #require(body["candidates"]?[0]?["content"])
        let conversation = try Gemini.conversation(of: ["contents": content], RequestCall(model: "m"))
        #expect(conversation.turns[0].parts.map(\.content) == parts)
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2024-02-29T12:00:00.5Z", 1_709_208_000),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("", nil), ("2024-02-29", nil), ("2024-13-01T00:00:00Z", nil), ("2024-01-01T00:00:00+01:00", nil),
        ] as [(String, Int?)]
    )
    func readsTimes(text: String, seconds: Int?) {
        #expect(GeminiTime.seconds(text) == seconds)
    }
}
