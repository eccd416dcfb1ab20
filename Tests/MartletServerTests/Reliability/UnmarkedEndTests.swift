import Dialects
import Martlet
import MartletMock
import NIOCore
import Testing
import WireTestSupport

/// Formats and providers that do not say when a stream is over, and keep its connection.
@Suite("Ends of streams that nothing marks", .timeLimit(.minutes(2)))
struct UnmarkedEndTests {
    /// A provider that is silent behind `events`, and a caller who has asked it.
    private func withStream(
        _ events: String,
        _ pair: FormatPair = chat,
        _ more: String = "",
        _ change: @escaping @Sendable (inout TimeoutConfiguration) -> Void = { $0.trailing = 0.05 },
        _ body: (RunningGateway, Caller, Visit) async throws -> Void
    ) async throws {
        let provider = try await ScriptedProvider.start("mock") { _ in .events(events, isWhole: false) }
        let settings = GatewaySettings {
            $0.logs = true
            $0.providerPort = provider.port
            $0.provider = {
                pair.configure(&$0)
                change(&$0.timeouts)
            }
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(pair.body(isStreamed: true, more), path: pair.path(isStreamed: true))
            try await body(gateway, caller, try await provider.nextVisit())
        }
        try await provider.close()
    }

    private static let chat = FormatPair(caller: .openAIChat, provider: .openAIChat)

    /// Everything but the mark: Gemini's format has none, and some leave `[DONE]` out.
    static let pairs = FormatPair.all.filter { $0.provider == .gemini || $0.provider == .openAIChat }

    @Test(arguments: pairs)
    func silenceBehindAllChoicesEndsTheAnswer(_ pair: FormatPair) async throws {
        let stream = pair.streamReply().pieces.map { String(buffer: $0) }.joined()
        let unmarked = stream.replacing("data: [DONE]\n\n", with: "")
        try await withStream(unmarked, pair) { gateway, caller, visit async throws in
            let answer = try await caller.answer()
            #expect(answer.isComplete)
            let events = pair.readStream(answer.body)
            #expect(events.last == .end)
            let answered = try AnswerFold.answer(of: events, toolNames: ToolNameMap(ToolNameRule()))
            #expect(answered.choices.first?.finish == .toolCalls)
            // Nobody else gets the connection.
            await visit.departure()
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["level"] as? String == "info")
            #expect(line["output_tokens"] as? Int == 7)
        }
    }

    /// An error behind content is the last word, whether or not the provider closes the connection.
    @Test(arguments: FormatPair.all.filter { $0.provider == .anthropicMessages && $0.caller != .bedrockConverse })
    func anErrorEndsTheAnswer(_ pair: FormatPair) async throws {
        let content = [
            #"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"#
                + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"well"}}"#,
        ]
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"scripted"}}"#
        try await withStream(content.map { "data: \($0)\n\n" }.joined(), pair) { gateway, caller, visit async throws in
            _ = await caller.raw(until: "well")
            try await visit.send(chunk: "event: error\ndata: \(error)\n\n")
            // What keeps a connection alive does not keep the answer so.
            let pings = Task { while (try? await visit.send(chunk: ": ping\n\n")) != nil {} }
            let rest = await caller.raw(until: "0\r\n\r\n")
            #expect(rest.contains("scripted"))
            await pings.value
            await visit.departure()
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["level"] as? String == "error")
        }
    }

    @Test(arguments: [
        FormatPair(caller: .gemini, provider: .gemini), FormatPair(caller: .openAIChat, provider: .gemini),
    ])
    func figuresThatComeLaterAreWaitedFor(_ pair: FormatPair) async throws {
        let text = #"data: {"candidates":[{"content":{"parts":[{"text":"well"}]},"finishReason":"STOP"}]}"# + "\n\n"
        let usage = #"data: {"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7}}"# + "\n\n"
        try await withStream(text, pair) {
            $0.trailing = 3600
        } _: { gateway, caller, visit async throws in
            _ = await caller.raw(until: "well")
            try await visit.send(chunk: usage)
            try await visit.send(ScriptedAnswer("0\r\n\r\n"))
            _ = await caller.raw(until: "0\r\n\r\n")
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["level"] as? String == "info")
            #expect(line["output_tokens"] as? Int == 7)
        }
    }

    /// What is not the end: one of two choices alone, the beginning of a further event, and an end that each event tells.
    static let unfinished: [(String, [String])] = [
        (#","n":2"#, [SampleStream.role, SampleStream.first, SampleStream.finish]),
        ("", [SampleStream.role, SampleStream.first, SampleStream.finish, "data: {\"choi"]),
        ("", [Self.early, Self.early]),
        ("", [SampleStream.role, SampleStream.first]),
    ]

    private static let early = SampleStream.event(
        #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#
    )

    @Test(arguments: unfinished)
    func silenceBeforeTheEndIsNone(_ more: String, _ pieces: [String]) async throws {
        try await withStream(pieces.joined(), Self.chat, more) {
            $0.trailing = 0.01
            $0.idle = 0.3
        } _: { gateway, caller, visit async throws in
            let answer = try await caller.answer()
            #expect(!answer.text.contains("[DONE]"))
            await visit.departure()
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["error"] as? String == "idle_timeout")
        }
    }

    @Test func bothOfTwoChoicesAreTheEnd() async throws {
        let both = SampleStream.event(
            #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},"#
                + #"{"index":1,"delta":{"content":"b"},"finish_reason":"stop"}]}"#
        )
        try await withStream(both, Self.chat, #","n":2"#) { gateway, caller, visit async throws in
            #expect(try await caller.answer().text == both)
        }
    }

    /// A connection that breaks says that something was lost, where silence does not.
    @Test func aBreakBehindAllChoicesIsNoEnd() async throws {
        try await withStream(SampleStream.role + SampleStream.first + SampleStream.finish) {
            $0.trailing = 3600
        } _: { gateway, caller, visit async throws in
            _ = await caller.raw(until: "finish_reason\":\"stop")
            await visit.close()
            #expect(await caller.raw(until: "0\r\n\r\n").contains("broken_stream"))
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["error"] as? String == "broken_stream")
        }
    }
}
