import JSON
import TestSupport
import Testing

@testable import Dialects

/// ConverseStream, event by event.
struct BedrockStreamTests {
    private static let start = Bedrock.frame("messageStart", #"{"role":"assistant"}"#)
    private static let stop = Bedrock.frame("messageStop", #"{"stopReason":"end_turn"}"#)
    private static let metadata = Bedrock.frame(
        "metadata",
        #"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":13,"cacheReadInputTokens":3,"cacheWriteInputTokens":7}}"#
    )

    private func delta(_ delta: String, _ index: Int = 0) -> [UInt8] {
        Bedrock.frame("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":\#(delta),"p":"abc"}"#)
    }

    private func blockStop(_ index: Int = 0) -> [UInt8] {
        Bedrock.frame("contentBlockStop", #"{"contentBlockIndex":\#(index)}"#)
    }

    private func answer(_ frames: [[UInt8]]) throws -> Answer {
        try folded(Bedrock.events(frames.flatMap { $0 }))
    }

    @Test
    func usageCountsTheCache() throws {
        let answer = try answer([Self.start, delta(#"{"text":"a"}"#), blockStop(), Self.stop, Self.metadata])
        #expect(answer.usage == TokenUsage(input: 11, output: 2, cachedInput: 3, cacheWrite: 7))
        #expect(TokenUsage(input: 11, output: 2, cachedInput: 3, cacheWrite: 7).bedrockValue["inputTokens"] == 1)
        let huge = TokenUsage(bedrock: [
            "inputTokens": .number(.max), "cacheReadInputTokens": .number(.max), "outputTokens": -4,
        ])
        #expect(huge == TokenUsage(input: .max, cachedInput: .max))
    }

    @Test
    func deltasMakeParts() throws {
        let answer = try answer([
            Self.start, delta(#"{"reasoningContent":{"text":"th"}}"#), delta(#"{"reasoningContent":{"text":"ink"}}"#),
            delta(#"{"reasoningContent":{"signature":"c2ln"}}"#), blockStop(),
            delta(#"{"reasoningContent":{"redactedContent":"aGlk"}}"#, 1),
            delta(#"{"reasoningContent":{"redactedContent":"ZGVu"}}"#, 1), blockStop(1),
            delta(#"{"text":"a\ud83d\ude00"}"#, 2),
            blockStop(2),
            Bedrock.frame(
                "contentBlockStart",
                #"{"start":{"toolUse":{"toolUseId":"t","name":"f"}},"contentBlockIndex":3}"#
            ),
            delta(#"{"toolUse":{"input":""}}"#, 3), delta(#"{"toolUse":{"input":"{\"a\":"}}"#, 3),
            delta(#"{"toolUse":{"input":"1}"}}"#, 3), blockStop(3),
            Bedrock.frame("messageStop", #"{"stopReason":"tool_use"}"#), Self.metadata,
        ])
        let own = { ReasoningSignature(origin: .bedrockConverse, value: $0) }
        #expect(
            answer.choices[0].parts.map(\.content) == [
                .reasoning(Reasoning("think", signature: own("c2ln"))),
                .reasoning(Reasoning("", isRedacted: true, signature: own("aGlkZGVu"))), .text("a😀"),
                .toolCall(ToolCall(id: "t", name: "f", arguments: #"{"a":1}"#)),
            ]
        )
        #expect(answer.choices[0].finish == .toolCalls)
    }

    @Test
    func citationsBelongToTheirText() throws {
        let cited = try answer([
            Self.start, delta(#"{"citation":{"title":"t","location":{"web":{"url":"https://x/"}}}}"#),
            delta(#"{"text":"words"}"#), blockStop(), delta(#"{"text":"more"}"#, 1), blockStop(1),
            delta(#"{"citation":{"source":"s"}}"#, 2), blockStop(2), Self.stop,
        ])
        let texts = cited.choices[0].parts.compactMap { if case .text(let text) = $0.content { text } else { nil } }
        #expect(texts.map(\.text) == ["words", "more"])
        #expect(texts.map(\.annotations.count) == [1, 1])
        #expect(texts.first?.annotations.first?.url == "https://x/")
    }

    @Test(arguments: [
        ("throttlingException", ProviderFailure.Kind.rateLimit), ("validationException", .invalidRequest),
        ("internalServerException", .server), ("serviceUnavailableException", .overloaded),
        ("modelStreamErrorException", .server), ("modelTimeoutException", .timeout), ("InternalFailure", .server),
    ])
    func exceptionsAreFailures(_ name: String, _ kind: ProviderFailure.Kind) {
        let exception = Bedrock.frame(name, #"{"message":"no"}"#, type: "exception")
        let events = Bedrock.events(Self.start + delta(#"{"text":"a"}"#) + exception + Self.stop + Self.metadata)
        #expect(events.last == .failure(ProviderFailure(kind, "no", type: name)))
        let broken = Bedrock.frame(name, "?", type: "exception")
        guard case .failure = Bedrock.events(broken).last else {
            Issue.record("no failure")
            return
        }
    }

    @Test
    func theEndNeedsMessageStop() {
        #expect(Bedrock.events(Self.start + delta(#"{"text":"a"}"#) + Self.stop).last == .end)
        let without = Bedrock.events(Self.start + delta(#"{"text":"a"}"#) + blockStop() + Self.metadata)
        guard case .failure = without.last else {
            Issue.record("no failure")
            return
        }
        var broken = delta(#"{"text":"a"}"#)
        broken[broken.count - 1] ^= 1
        guard case .failure = Bedrock.events(Self.start + broken + Self.stop).last else {
            Issue.record("a bad checksum went unseen")
            return
        }
        guard case .failure = Bedrock.events(Self.start + Bedrock.frame("contentBlockDelta", "{") + Self.stop).last
        else {
            Issue.record("malformed JSON went unseen")
            return
        }
    }

    // MARK: Writing

    @Test
    func theGrammarIsKept() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let events = Self.randomEvents(&generator)
            let bytes = stream(of: events, BedrockStreamEncoder(Bedrock.context))
            let messages = try Bedrock.messages(bytes)
            try expectGrammar(messages)
            let read = Bedrock.events(bytes)
            guard case .failure = read.last else {
                #expect(try folded(read) == Self.expected(events))
                continue
            }
            #expect(throws: ProviderFailure.self) { try folded(events) }
        }
    }

    private func expectGrammar(_ messages: [(name: String, payload: JSONValue)]) throws {
        #expect(messages.count(where: { $0.name == "messageStart" }) <= 1)
        #expect(messages.count(where: { $0.name == "messageStop" }) <= 1)
        #expect(messages.first?.name == "messageStart" || messages.count == 1)
        let last = try #require(messages.last?.name)
        #expect(last == "metadata" || last.hasSuffix("Exception"))
        #expect(messages.count(where: { $0.name == "metadata" || $0.name.hasSuffix("Exception") }) == 1)
        var open: Int?
        var next = 0
        for (name, payload) in messages {
            guard let index = payload["contentBlockIndex"]?.integer else { continue }
            if let open { #expect(index == open) } else { #expect(index == next) }
            open = name == "contentBlockStop" ? nil : index
            if open == nil { next = index + 1 }
        }
        if last == "metadata" { #expect(open == nil) }
    }

    /// The folded answer without what the format does not tell: empty parts, ids of the answer, empty arguments.
    private static func expected(_ events: [AnswerEvent]) throws -> Answer {
        var answer = try folded(events)
        answer.start = AnswerStart(serviceTier: nil)
        answer.usage = answer.usage ?? TokenUsage()
        answer.choices[0].parts = answer.choices[0].parts.compactMap { part in
            switch part.content {
            case .text(let text) where text.text.isEmpty: return nil
            case .refusal(let text): return text.isEmpty ? nil : Part(.text(text))
            case .reasoning(let reasoning) where reasoning.text.isEmpty && reasoning.signature == nil: return nil
            case .toolCall(var call):
                if call.arguments.isEmpty { call.arguments = "{}" }
                return Part(.toolCall(call))
            default: return part
            }
        }
        return answer
    }

    private static func randomEvents(_ generator: inout SeededGenerator) -> [AnswerEvent] {
        var events: [AnswerEvent] = [.start(AnswerStart(id: "x", model: "m"))]
        for index in 0..<Int.random(in: 0...5, using: &generator) {
            let signature = ReasoningSignature(origin: .bedrockConverse, value: "c2ln")
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: events.append(.partStart(choice: 0, .text))
            case 1: events.append(.partStart(choice: 0, .toolCall(id: "t\(index)", name: "f")))
            case 2: events.append(.partStart(choice: 0, .refusal))
            case 3:
                events.append(.partStart(choice: 0, .reasoning(isRedacted: true)))
                events.append(.signature(choice: 0, signature))
                continue
            default:
                events.append(.partStart(choice: 0, .reasoning()))
                events.append(.delta(choice: 0, "th"))
                events.append(.signature(choice: 0, signature))
                continue
            }
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                events.append(.delta(choice: 0, ["a", "\"\n\u{1}", "😀"].randomElement(using: &generator) ?? ""))
            }
            if Bool.random(using: &generator) { events.append(.partEnd(choice: 0)) }
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: events.append(.failure(ProviderFailure(.overloaded, "no")))
        case 1: break
        default:
            let reasons: [FinishReason] = [
                .stopSequence(nil), .length, .contextWindow, .contentFilter, .malformedToolCall,
            ]
            events.append(.usage(TokenUsage(input: 9, output: 1, cachedInput: 2, cacheWrite: 3)))
            events.append(.finish(choice: 0, reasons.randomElement(using: &generator) ?? .length))
            events.append(.end)
        }
        return events
    }

    @Test
    func framesAreThoseOfTheService() throws {
        let bytes = stream(
            of: [.delta(choice: 0, "a"), .usage(TokenUsage(input: 1, output: 2)), .finish(choice: 0, .length), .end],
            BedrockStreamEncoder(Bedrock.context)
        )
        let messages = try Bedrock.messages(bytes)
        #expect(
            messages.map(\.name) == [
                "messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata",
            ]
        )
        #expect(messages[1].payload == ["delta": ["text": "a"], "contentBlockIndex": 0])
        #expect(messages[3].payload == ["stopReason": "max_tokens"])
        #expect(messages[4].payload["usage"]?["totalTokens"] == 3)
        #expect(messages[4].payload["metrics"]?["latencyMs"] == 0)
    }

    @Test
    func signaturesOfOthersSayWhose() throws {
        let foreign = ReasoningSignature(origin: .gemini, value: "AB==")
        let events: [AnswerEvent] = [
            .partStart(choice: 0, .reasoning()), .signature(choice: 0, foreign),
            .partStart(choice: 0, .toolCall(id: "", name: "f")), .finish(choice: 0, .toolCalls), .end,
        ]
        let messages = try Bedrock.messages(stream(of: events, BedrockStreamEncoder(Bedrock.context)))
        let written = try #require(messages[1].payload["delta"]?["reasoningContent"]?["signature"]?.string)
        #expect(ReasoningSignature(received: written, in: .bedrockConverse) == foreign)
        let start = messages.first { $0.name == "contentBlockStart" }
        #expect(start?.payload["start"]?["toolUse"]?["toolUseId"] == "tooluse_req-1_1")
        #expect(messages.contains { $0.payload["delta"]?["toolUse"]?["input"] == "{}" })
    }

    /// Thoughts that another provider encrypted come back from a Bedrock caller as that provider's.
    @Test
    func hiddenThoughtsOfOthersComeBack() throws {
        let foreign = ReasoningSignature(origin: .openAIResponses, value: "gAAA")
        let events: [AnswerEvent] = [
            .partStart(choice: 0, .reasoning(isRedacted: true)), .signature(choice: 0, foreign),
            .finish(choice: 0, .stop), .end,
        ]
        let streamed = try Bedrock.messages(stream(of: events, BedrockStreamEncoder(Bedrock.context)))
        let hidden = try #require(streamed[1].payload["delta"]?["reasoningContent"]?["redactedContent"])
        let whole = BedrockConverse.answer(try folded(events), Bedrock.context).body
        let block: JSONValue = ["reasoningContent": ["redactedContent": hidden]]
        #expect(whole["output"]?["message"]?["content"] == [block])
        let history: JSONValue = ["messages": [["role": "assistant", "content": [block]]]]
        let conversation = try BedrockConverse.conversation(of: history, RequestCall(model: "m"))
        #expect(
            conversation.turns[0].parts[0].content == .reasoning(Reasoning("", isRedacted: true, signature: foreign))
        )
    }

    /// Lone surrogates, starts of texts, unknown blocks and events: what the documentation does not have.
    @Test
    func oddEventsAreRead() throws {
        let odd = try answer([
            Bedrock.frame("newEvent", "{}"), Self.start, Self.start,
            Bedrock.frame("contentBlockStart", #"{"start":{"text":{}},"contentBlockIndex":0}"#),
            delta(#"{"text":"a\ud800"}"#), delta(#"{"text":null}"#), delta("{}"), delta(#"{"newDelta":{}}"#),
            delta(#"{"toolUse":{"input":"stray"}}"#), blockStop(), blockStop(),
            Bedrock.frame("contentBlockStart", #"{"start":{"newBlock":{"a":1}},"contentBlockIndex":1.0}"#),
            blockStop(1),
            Bedrock.frame(
                "contentBlockStart",
                #"{"start":{"image":{"format":"png"}},"contentBlockIndex":2}"#
            ),
            delta(#"{"image":{"source":{"bytes":"AA=="}}}"#, 2), delta(#"{"image":{"source":{"bytes":"AQ=="}}}"#, 2),
            blockStop(2), Bedrock.frame("metadata", #"{"usage":null}"#), Self.stop, Self.metadata,
        ])
        let contents = odd.choices[0].parts.map(\.content)
        #expect(contents.first == .text("a\u{FFFD}"))
        #expect(contents.last == .image(Media(.data(base64: "AAE="), mediaType: "image/png")))
        #expect(contents.count == 3)
        #expect(odd.usage?.output == 2)
    }

    @Test
    func losingEventsAreReported() {
        var encoder = BedrockStreamEncoder(Bedrock.context)
        var output: [UInt8] = []
        let gemini = ForeignContent(.gemini, type: "executableCode", element: .serverToolContent, value: 1)
        let events: [AnswerEvent] = [
            .start(AnswerStart()), .partStart(choice: 0, .foreign(gemini)), .partEnd(choice: 0),
            .partStart(choice: 1, .text), .delta(choice: 1, "x"),
            .partStart(choice: 0, .media(.audio(Media(.text(""))))),
            .partEnd(choice: 0), .finish(choice: 0, .pause), .finish(choice: 1, .stop), .end,
        ]
        for event in events { encoder.encode(event, into: &output) }
        #expect(
            Set(encoder.losses.map(\.element)) == [.serverToolContent, .furtherChoices, .answerMedia, .finishReason]
        )
    }
}
