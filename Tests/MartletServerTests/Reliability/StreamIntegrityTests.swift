import Dialects
import Martlet
import MartletMock
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Streams among several targets", .timeLimit(.minutes(2)))
struct StreamIntegrityTests {
    /// `mock` speaks the pair's format; after it comes `p2/m`, where that is there.
    private func settings(_ pair: FormatPair, _ change: (inout GatewaySettings) -> Void = { _ in }) -> GatewaySettings {
        GatewaySettings { settings in
            settings.logs = true
            change(&settings)
            settings.provider = { provider in
                if provider.name == "mock" { pair.configure(&provider) }
                provider.retries.maximumRetryCount = 3
                provider.retries.initialBackoff = 0.001
            }
            guard !settings.furtherProviders.isEmpty else { return }
            settings.gateway = { $0.routing.fallbacks = [ModelFallbacks(name: "mock/gpt", models: ["p2/m"])] }
        }
    }

    private func begin(_ pair: FormatPair, _ caller: Caller) async throws {
        try await caller.begin(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
    }

    private func text(_ events: [AnswerEvent]) -> String {
        events.reduce(into: "") { text, event in
            if case .delta(_, let delta) = event { text += delta }
        }
    }

    // MARK: Before the content

    @Test(arguments: FormatPair.all)
    func aFailureUnderAGoodStatusIsAnAttemptLikeAnyOther(_ pair: FormatPair) async throws {
        let failure = ProviderFailure(.overloaded, "Too busy.", status: 503)
        let reply = pair.streamReply(eventCount: 1, [.failure(failure)])
        let other = try await ScriptedProvider.start("p2") { _ in .chatStream }
        let settings = settings(pair) {
            $0.script.replies = [pair.providerPath(isStreamed: true): reply]
            $0.furtherProviders = [("p2", other.port)]
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await begin(pair, caller)
            let answer = try await caller.answer()
            #expect(answer.status == 200)
            let events = pair.readStream(answer.body)
            #expect(events.last == .end)
            #expect(text(events) == "Grüße 😀\n\ndata: x")
            #expect(gateway.recorder.requests.count == 4)
            #expect(other.visits.count == 1)
        }
        try await other.close()
    }

    /// As providers and those who resell them send it.
    static let failures: [(WireFormat, String)] = [
        (.openAIChat, #"data: {"error":{"message":"x","type":"invalid_request_error","code":"model_not_found"}}"#),
        (
            .openAIChat,
            #"data: {"id":"g","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"error"}],"#
                + #""error":{"code":404,"message":"Provider returned error"}}"#
        ),
        (
            .openAIResponses,
            "event: error\n"
                + #"data: {"type":"error","sequence_number":0,"code":"server_error","message":"x","param":null}"#
        ),
        (
            .openAIResponses,
            "event: response.failed\n"
                + #"data: {"type":"response.failed","sequence_number":1,"response":{"id":"r","object":"response","#
                + #""status":"failed","output":[],"error":{"code":"server_error","message":"x"}}}"#
        ),
        (
            .anthropicMessages,
            "event: error\n" + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
        ),
        (.gemini, #"data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#),
    ]

    @Test(arguments: failures)
    func aProvidersOwnErrorEventIsOne(_ format: WireFormat, _ event: String) async throws {
        let pair = FormatPair(caller: format, provider: format)
        let other = try await ScriptedProvider.start("p2") { _ in .chatStream }
        let settings = settings(pair) {
            $0.script.replies = [pair.providerPath(isStreamed: true): SampleStream.reply(event + "\n\n")]
            $0.furtherProviders = [("p2", other.port)]
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await begin(pair, caller)
            let events = pair.readStream(try await caller.answer().body)
            #expect(events.last == .end)
            #expect(other.visits.count == 1)
        }
        try await other.close()
    }

    // MARK: After the content

    @Test(arguments: FormatPair.all, [true, false])
    func nothingIsTriedAgainOnceTheCallerHasSeenContent(_ pair: FormatPair, _ isCut: Bool) async throws {
        let failure = ProviderFailure(.overloaded, "Too busy.", status: 503)
        let reply = pair.streamReply(eventCount: 3, isCut ? [] : [.failure(failure)], ending: isCut ? .cut : .whole)
        let other = try await ScriptedProvider.start("p2") { _ in .chatStream }
        let settings = settings(pair) {
            $0.script.replies = [pair.providerPath(isStreamed: true): reply]
            $0.furtherProviders = [("p2", other.port)]
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await begin(pair, caller)
            let answer = try await caller.answer()
            #expect(answer.status == 200)
            let events = pair.readStream(answer.body)
            #expect(text(events) == "Grüße, Martlet!")
            guard case .failure = events.last else {
                Issue.record("the stream ends with \(String(describing: events.last))")
                return
            }
            #expect(gateway.recorder.requests.count == 1)
            #expect(other.visits.isEmpty)
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["attempts"] as? Int == 1)
            #expect(line["level"] as? String == "error")
        }
        try await other.close()
    }

    // MARK: Tokens at once

    /// The provider sends a token when the caller has the one before it: were two kept together, all would wait for ever.
    @Test(arguments: FormatPair.all)
    func eachTokenIsPassedOnAtOnce(_ pair: FormatPair) async throws {
        let type = pair.streamReply().contentType
        let provider = try await ScriptedProvider.start("mock") { _ in .beginning(type) }
        var settings = settings(pair)
        settings.providerPort = provider.port
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await begin(pair, caller)
            let visit = try await provider.nextVisit()
            var encoder = pair.provider.streamEncoder(FormatPair.context)
            func encoded(_ events: AnswerEvent...) -> ByteBuffer {
                var output: [UInt8] = []
                for event in events { encoder.encode(event, into: &output) }
                return ByteBuffer(bytes: output)
            }
            try await visit.send(chunk: encoded(.start(AnswerStart(id: "a", model: "m")), .partStart(choice: 0, .text)))
            for number in 1...30 {
                try await visit.send(chunk: encoded(.delta(choice: 0, "token\(number).")))
                #expect(await caller.raw(until: "token\(number).").contains("token\(number)."))
            }
            try await caller.close()
            await visit.departure()
        }
        try await provider.close()
    }

    // MARK: The end

    /// Gemini's streams have no last event.
    @Test(arguments: FormatPair.all.filter { $0.provider != .gemini })
    func theLastEventEndsTheAnswer(_ pair: FormatPair) async throws {
        let reply = pair.streamReply()
        let provider = try await ScriptedProvider.start("mock") { _ in .beginning(reply.contentType) }
        var settings = settings(pair)
        settings.providerPort = provider.port
        settings.provider = { [provider = settings.provider] in
            provider(&$0)
            $0.timeouts.trailing = 3600
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await begin(pair, caller)
            let visit = try await provider.nextVisit()
            for piece in reply.pieces where piece.readableBytes > 0 { try await visit.send(chunk: piece) }
            // The provider says no more, and keeps its connection.
            let answer = try await caller.answer()
            #expect(answer.isComplete)
            #expect(pair.readStream(answer.body).last == .end)
            await visit.departure()
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["level"] as? String == "info")
        }
        try await provider.close()
    }

    // MARK: Who answered

    @Test(arguments: [false, true])
    func theAnswerNamesTheModelThatGaveIt(_ isStreamed: Bool) async throws {
        let failing = try await ScriptedProvider.start("p1") { _ in .status(500) }
        let other = try await ScriptedProvider.start("p2") { _ in isStreamed ? .chatStream : .chat }
        try await withGateway(to: [failing, other]) {
            $0.logs = true
            $0.gateway = { $0.routing.fallbacks = [ModelFallbacks(name: "p1/m", models: ["p2/other"])] }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("p1/m", isStreamed: isStreamed), path: "/v1/chat/completions")
            #expect(answer.status == 200)
            let json = isStreamed ? try #require(answer.events.first) : answer.text
            let fields = try #require(try object(json)["extra_fields"] as? [String: Any])
            #expect(fields["provider"] as? String == "p2")
            #expect(fields["resolved_model_used"] as? String == "other")
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["provider"] as? String == "p2")
            #expect(line["model"] as? String == "other")
        }
    }
}
