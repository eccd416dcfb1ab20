import Dialects
import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

/// Every format of callers with every format of providers, over sockets.
@Suite("All formats over sockets", .timeLimit(.minutes(2)))
struct TranslationTests {
    private func settings(_ pair: FormatPair, _ replies: [String: MockReply], logs: Bool = false) -> GatewaySettings {
        GatewaySettings { settings in
            settings.script.replies = replies
            settings.provider = pair.configure
            settings.logs = logs
        }
    }

    private func expectAnswer(_ answer: Dialects.Answer) {
        let parts = answer.choices.first?.parts ?? []
        var text = ""
        var calls: [ToolCall] = []
        for part in parts {
            if case .text(let content) = part.content { text += content.text }
            if case .toolCall(let call) = part.content { calls.append(call) }
        }
        #expect(text == "Grüße, Martlet!")
        #expect(calls.map(\.name) == ["look_up"])
        // Order and the spelling of numbers survive, white space need not.
        let arguments = calls.map { $0.arguments.replacing(" ", with: "") }
        #expect(arguments == [#"{"city":"Köln","n":[1,2.50]}"#])
        #expect(answer.choices.first?.finish == .toolCalls)
        #expect(answer.usage?.input == 11)
        #expect(answer.usage?.output == 7)
    }

    @Test(arguments: FormatPair.all)
    func wholeAnswers(pair: FormatPair) async throws {
        try await withGateway(
            settings(pair, [pair.providerPath(isStreamed: false): pair.wholeReply], logs: true)
        ) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: false), path: pair.path(isStreamed: false))
            #expect(answer.status == 200)
            #expect(answer.head.fields.string("content-type") == "application/json")
            #expect(answer.head.fields.string("x-martlet-loss") == nil)
            expectAnswer(try pair.read(answer.body))
            let line = try await gateway.logLine()
            #expect(line["status"] == 200)
            #expect(line["input_tokens"] == 11)
            #expect(line["output_tokens"] == 7)
        }
    }

    @Test(arguments: FormatPair.all)
    func streams(pair: FormatPair) async throws {
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: true): pair.streamReply()])) { gateway in
            let body = pair.body(isStreamed: true, pair.caller == .openAIChat ? Self.usageWish : "")
            let answer = try await gateway.post(body, path: pair.path(isStreamed: true))
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            let events = pair.readStream(answer.body)
            #expect(events.last == .end)
            expectAnswer(try AnswerFold.answer(of: events, toolNames: ToolNameMap(ToolNameRule())))
        }
    }

    private static let usageWish = #","stream_options":{"include_usage":true}"#

    /// A provider may stream where nobody asked for it, and the other way round.
    @Test(arguments: FormatPair.all.filter { $0.caller != $0.provider })
    func onlyOneSideStreams(pair: FormatPair) async throws {
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: true): pair.wholeReply])) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            let events = pair.readStream(answer.body)
            #expect(events.last == .end)
            #expect(events.contains(.finish(choice: 0, .toolCalls)))
        }
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: false): pair.streamReply()])) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: false), path: pair.path(isStreamed: false))
            expectAnswer(try pair.read(answer.body))
        }
    }

    /// Failure is never success: the caller's format has its own way to say so, and the log says it too.
    @Test(arguments: FormatPair.all)
    func brokenStreams(pair: FormatPair) async throws {
        let reply = pair.streamReply(eventCount: 3, ending: .cut)
        try await withGateway(
            settings(pair, [pair.providerPath(isStreamed: true): reply], logs: true)
        ) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            #expect(answer.status == 200)
            let last = pair.readStream(answer.body).last
            guard case .failure = last else {
                Issue.record("the stream ends with \(String(describing: last))")
                return
            }
            let line = try await gateway.logLine()
            #expect(line["error"] == "broken_stream")
        }
    }

    /// Before the first content nothing has been answered, whatever the status was.
    @Test(arguments: FormatPair.all.filter { $0.caller != $0.provider })
    func failuresUnderAGoodStatus(pair: FormatPair) async throws {
        let failure = ProviderFailure(.rateLimit, "Too many.", status: 429)
        let reply = pair.streamReply(eventCount: 1, [.failure(failure)])
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: true): reply])) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            #expect(answer.status >= 400)
            let read = pair.caller.dialect.failure(ofBody: answer.body.readableBytesUInt8Span, status: answer.status)
            #expect(read.message == "Too many.")
        }
    }

    @Test(arguments: FormatPair.all)
    func errors(pair: FormatPair) async throws {
        let failure = ProviderFailure(.rateLimit, "Slow down.", status: 429)
        let body = pair.provider.callerDialect.errorBody(failure, requestID: "theirs")
        var reply = MockReply(status: 429, body: ByteBuffer(bytes: body))
        reply.fields = [("Retry-After", "7")]
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: false): reply])) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: false), path: pair.path(isStreamed: false))
            #expect(answer.status == 429)
            #expect(answer.head.fields.string("retry-after") == "7")
            let read = pair.caller.dialect.failure(ofBody: answer.body.readableBytesUInt8Span, status: answer.status)
            #expect(read.kind == .rateLimit)
            #expect(read.message == "Slow down.")
        }
    }

    @Test(arguments: WireFormat.commonFormats)
    func errorsOfTheGateway(format: WireFormat) async throws {
        let pair = FormatPair(caller: format, provider: .openAIChat)
        try await withGateway(settings(pair, [:])) { gateway in
            let answer = try await gateway.post("{", path: pair.path(isStreamed: false))
            #expect(answer.status == 400)
            let read = format.dialect.failure(ofBody: answer.body.readableBytesUInt8Span, status: 400)
            #expect(read.kind == .invalidRequest)
            #expect(read.message.contains("not valid JSON"))
            if format == .bedrockConverse {
                #expect(answer.head.fields.string("x-amzn-errortype") == "ValidationException")
            }
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    // MARK: Losses

    @Test func lossesAreReported() async throws {
        let pair = FormatPair(caller: .anthropicMessages, provider: .openAIChat)
        let replies = [
            pair.providerPath(isStreamed: false): pair.wholeReply
        ]
        try await withGateway(settings(pair, replies, logs: true)) { gateway in
            let body = pair.body(isStreamed: false, #","top_k":5"#)
            let answer = try await gateway.post(body, path: pair.path(isStreamed: false))
            #expect(answer.status == 200)
            #expect(
                answer.head.fields.string("x-martlet-loss") == #""top_k";effect=dropped;element="top k""#
            )
            let line = try await gateway.logLine()
            #expect(line["losses"] == [["path": "top_k", "element": "top k", "effect": "dropped"]])
        }
    }

    @Test(arguments: [true, false])
    func strictRequestsAreRefused(byField: Bool) async throws {
        let pair = FormatPair(caller: .anthropicMessages, provider: .openAIChat)
        var settings = settings(pair, [pair.providerPath(isStreamed: false): pair.wholeReply])
        settings.gateway = { $0.refusesLoss = !byField }
        try await withGateway(settings) { gateway in
            let fields = byField ? "x-martlet-strict: true\r\n" : ""
            let lossy = pair.body(isStreamed: false, #","top_k":5"#)
            let refused = try await gateway.post(lossy, path: pair.path(isStreamed: false), fields: fields)
            #expect(refused.status == 400)
            #expect(refused.text.contains("top_k"))
            #expect(gateway.recorder.requests.isEmpty)
            let whole = pair.body(isStreamed: false)
            let taken = try await gateway.post(whole, path: pair.path(isStreamed: false), fields: fields)
            #expect(taken.status == 200)
        }
    }

    /// Tools that run at a provider cannot run at another.
    @Test func serverToolsAreRefused() async throws {
        let pair = FormatPair(caller: .anthropicMessages, provider: .openAIChat)
        try await withGateway(settings(pair, [pair.providerPath(isStreamed: false): pair.wholeReply])) { gateway in
            let tool = #","tools":[{"type":"web_search_20250305","name":"web_search"}]"#
            let answer = try await gateway.post(
                pair.body(isStreamed: false, tool),
                path: pair.path(isStreamed: false)
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains("tools[0]"))
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    // MARK: The same format on both sides

    /// What this version does not know passes through unchanged.
    @Test(arguments: WireFormat.commonFormats)
    func unknownMembersPass(format: WireFormat) async throws {
        let pair = FormatPair(caller: format, provider: format)
        let answer = ByteBuffer(string: #"{"x_new" : [1.50, {"b":1,"a":2}]}"#)
        let replies = [pair.providerPath(isStreamed: false): MockReply(body: answer)]
        try await withGateway(settings(pair, replies)) { gateway in
            let more = #", "x_future":{"z":1.0,"a":[ ]}"#
            let body = pair.body(isStreamed: false, more)
            let received = try await gateway.post(body, path: pair.path(isStreamed: false))
            #expect(received.body == answer)
            let sent = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: sent.body) == body.replacing("mock/gpt", with: "gpt"))
        }
    }
}
