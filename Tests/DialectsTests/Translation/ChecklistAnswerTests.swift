import JSON
import Testing

@testable import Dialects

/// What a translated answer must have, from a provider's bytes to a caller's, whole and streamed.
@Suite("Checklist of answers")
struct ChecklistAnswerTests {
    /// A caller who wants figures in every form.
    private static let context = TranslatedAnswer.context

    private static func answer(_ parts: [PartContent], _ finish: FinishReason, _ usage: TokenUsage? = nil) -> Answer {
        var choice = Answer.Choice()
        choice.parts = parts.map { Part($0) }
        choice.finish = finish
        return Answer(start: AnswerStart(id: "a", model: "m", created: 1), choices: [choice], usage: usage)
    }

    /// The answer after its way: written by the provider, translated, read by the caller's software.
    private func carried(_ answer: Answer, _ source: WireFormat, _ target: WireFormat, isStream: Bool) throws -> Answer
    {
        if !isStream {
            let sent = AnswerTranslation(answer, to: source, Self.context).body
            let whole = try folded(AnswerTranslation.events(of: sent.span, source))
            let passed = AnswerTranslation(whole, to: target, Self.context).body
            return try folded(AnswerTranslation.events(of: passed.span, target))
        }
        let names = ToolNameMap(ToolNameRule())
        var encoder = source.streamEncoder(Self.context)
        var sent: [UInt8] = []
        for event in answer.events { encoder.encode(event, into: &sent) }
        var transcoder = StreamTranscoder(from: source, to: target, toolNames: names, Self.context)
        var passed: [UInt8] = []
        transcoder.receive(sent.span, into: &passed)
        transcoder.finish(into: &passed)
        var reader = target.streamReader(toolNames: names)
        var events: [AnswerEvent] = []
        reader.receive(passed.span) { events.append($0) }
        reader.finish { events.append($0) }
        return try folded(events)
    }

    private static let finishes: [(FinishReason, [PartContent])] = [
        (.stop, [.text("a")]), (.length, [.text("a")]), (.contentFilter, [.text("a")]),
        (.toolCalls, [.toolCall(ToolCall(id: "c1", name: "look", arguments: "{}"))]),
    ]

    @Test(arguments: AnswerMatrixTests.commonPairs, [false, true])
    func finishReasons(pair: (WireFormat, WireFormat), isStream: Bool) throws {
        for (finish, parts) in Self.finishes {
            let found = try carried(Self.answer(parts, finish), pair.0, pair.1, isStream: isStream)
            let read = try #require(found.choices.first?.finish)
            // Claude has one word for a filter and for its own refusal.
            let isFilter = [.contentFilter, .refusal].contains(finish)
            #expect(isFilter ? [.contentFilter, .refusal].contains(read) : read == finish, "\(finish): \(read)")
        }
    }

    @Test(arguments: AnswerMatrixTests.commonPairs, [false, true])
    func figures(pair: (WireFormat, WireFormat), isStream: Bool) throws {
        let usage = TokenUsage(input: 120, output: 45, cachedInput: 100, reasoning: 30)
        let answer = Self.answer([.text("a")], .stop, usage)
        let found = try #require(try carried(answer, pair.0, pair.1, isStream: isStream).usage)
        #expect([found.input, found.output, found.cachedInput] == [120, 45, 100])
        // Anthropic and Bedrock count thoughts with the rest.
        let silent: [WireFormat] = [.anthropicMessages, .bedrockConverse]
        if !silent.contains(pair.0), !silent.contains(pair.1) { #expect(found.reasoning == 30) }
    }

    // MARK: Calls

    private static func chat(_ calls: String) -> String {
        #"{"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"#
            + #""assistant","content":null,"tool_calls":[\#(calls)]},"finish_reason":"tool_calls"}]}"#
    }

    @Test(
        arguments: [
            (.anthropicMessages, "content.0.input"),
            (.gemini, "candidates.0.content.parts.0.functionCall.args"),
            (.bedrockConverse, "output.message.content.0.toolUse.input"),
        ] as [(WireFormat, String)],
        [("", "{}"), ("{oops", #"{"arguments":"{oops"}"#)]
    )
    func oddArguments(_ target: (WireFormat, String), _ arguments: (String, String)) throws {
        let call = #"{"id":"c1","type":"function","function":{"name":"look","arguments":"\#(arguments.0)"}}"#
        let answer = try TranslatedAnswer(Self.chat(call), from: .openAIChat, to: target.0)
        #expect(answer.body[path: target.1] == arguments.1)
        #expect(answer.losses.map(\.element) == (arguments.0.isEmpty ? [] : [.toolArguments]))
    }

    @Test(arguments: WireFormat.commonFormats.filter { $0 != .gemini })
    func callsOfOneNameHaveIDsOfTheirOwn(target: WireFormat) throws {
        let call = #"{"functionCall":{"name":"look","args":{}}}"#
        let gemini = #"{"candidates":[{"content":{"role":"model","parts":[\#(call),\#(call)]},"finishReason":"STOP"}]}"#
        let translated = try TranslatedAnswer(gemini, from: .gemini, to: target)
        let events = try AnswerTranslation.events(of: JSONWriter().write(translated.body).span, target)
        let ids = try folded(events).choices[0].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        #expect(ids.count == 2)
        #expect(Set(ids).count == 2)
        #expect(!ids.contains(""))
    }

    // MARK: Thoughts, refusals and forms of streams

    @Test(arguments: AnswerMatrixTests.commonPairs, [false, true])
    func thoughtsStayOutOfTheText(pair: (WireFormat, WireFormat), isStream: Bool) throws {
        let signature = ReasoningSignature(origin: pair.0, value: "c2ln")
        let thoughts = Reasoning("hmm", signature: signature)
        let answer = Self.answer([.reasoning(thoughts), .text("Hi")], .stop)
        let parts = try carried(answer, pair.0, pair.1, isStream: isStream).choices[0].parts
        let texts = parts.compactMap { part in
            if case .text(let content) = part.content { content.text } else { nil }
        }
        let reasoning = parts.compactMap { part in
            if case .reasoning(let thoughts) = part.content { thoughts.text } else { nil }
        }
        #expect(texts.joined() == "Hi")
        #expect(reasoning.joined() == "hmm")
    }

    @Test(arguments: WireFormat.commonFormats.filter { $0 != .gemini })
    func blockedPromptsAreNoOrdinaryEnd(target: WireFormat) throws {
        let gemini = #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}"#
        let translated = try TranslatedAnswer(gemini, from: .gemini, to: target)
        let events = try AnswerTranslation.events(of: JSONWriter().write(translated.body).span, target)
        let finish = try folded(events).choices.first?.finish
        #expect(finish == .contentFilter || finish == .refusal)
    }

    /// Gemini sends a stream as events or as one array; both say the same.
    @Test func arrayAndEventsOfGemini() throws {
        let chunks = [
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"index":0}]}"#,
            #"{"candidates":[{"content":{"role":"model","parts":[{"text":"b"}]},"finishReason":"STOP","index":0}]}"#,
        ]
        let array = try folded(AnswerTranslation.events(of: "[\(chunks.joined(separator: ","))]".utf8.span, .gemini))
        let stream = chunks.map { "data: \($0)\n\n" }.joined()
        let read = try folded(events(of: Array(stream.utf8), Gemini.StreamDecoder()))
        #expect(array.choices[0].parts.map(\.content) == [.text("ab")])
        #expect(read.choices[0].parts.map(\.content) == [.text("ab")])
        #expect([array.choices[0].finish, read.choices[0].finish] == [.stop, .stop])
    }

    /// Nothing in a stream for Claude's SDKs is out of its order, whoever answered.
    @Test(arguments: WireFormat.commonFormats.filter { $0 != .anthropicMessages })
    func eventsForClaudesSoftware(source: WireFormat) throws {
        let call = PartContent.toolCall(ToolCall(id: "c1", name: "look", arguments: #"{"n":1}"#))
        var encoder = source.streamEncoder(Self.context)
        var sent: [UInt8] = []
        for event in Self.answer([.text("a"), call, call], .toolCalls).events { encoder.encode(event, into: &sent) }
        var transcoder = StreamTranscoder(
            from: source,
            to: .anthropicMessages,
            toolNames: ToolNameMap(ToolNameRule()),
            Self.context
        )
        var passed: [UInt8] = []
        transcoder.receive(sent.span, into: &passed)
        transcoder.finish(into: &passed)
        let names = text(passed).split(separator: "\n").filter { $0.hasPrefix("event: ") }
            .map { String($0.dropFirst(7)) }.filter { $0 != "content_block_delta" }
        let block = ["content_block_start", "content_block_stop"]
        var expected = ["message_start"]
        for _ in 0..<3 { expected += block }
        expected += ["message_delta", "message_stop"]
        #expect(names == expected)
    }
}
