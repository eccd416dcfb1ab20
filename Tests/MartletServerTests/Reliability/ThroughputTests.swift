import Dialects
import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import WireTestSupport

@Suite("Streams that are too slow", .timeLimit(.minutes(2)))
struct ThroughputTests {
    /// Nothing is so quick.
    static let unreachable = settings(1_000_000, 0.1)
    /// For what must not depend on time.
    static let patient = settings(1, 300)

    private static func settings(_ rate: Double, _ window: Double) -> ThroughputConfiguration {
        var settings = ThroughputConfiguration(minimumCharactersPerSecond: rate)
        settings.window = window
        return settings
    }

    private func settings(
        _ pair: FormatPair,
        _ throughput: ThroughputConfiguration,
        at port: Int,
        then other: Int?
    ) -> GatewaySettings {
        GatewaySettings {
            $0.logs = true
            $0.providerPort = port
            $0.provider = { provider in
                guard provider.name == "mock" else { return }
                pair.configure(&provider)
                provider.throughput = throughput
            }
            guard let other else { return }
            $0.furtherProviders = [("p2", other)]
            $0.gateway = { $0.routing.fallbacks = [ModelFallbacks(name: "mock/gpt", models: ["p2/m"])] }
        }
    }

    private static let chatToChat = FormatPair(caller: .openAIChat, provider: .openAIChat)

    private func text(_ events: [AnswerEvent]) -> String {
        events.reduce(into: "") { text, event in
            if case .delta(_, let delta) = event { text += delta }
        }
    }

    /// What it has said until then is not in the answer.
    @Test(arguments: FormatPair.all)
    func areLeftForTheNextTarget(_ pair: FormatPair) async throws {
        let reply = pair.streamReply(eventCount: 3)
        let slow = try await ScriptedProvider.start("mock") { visit in
            Task { for piece in reply.pieces { try await visit.send(chunk: piece) } }
            return .beginning(reply.contentType)
        }
        let other = try await ScriptedProvider.start("p2") { _ in .chatStream }
        try await withGateway(settings(pair, Self.unreachable, at: slow.port, then: other.port)) {
            gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            let answer = try await caller.answer()
            #expect(answer.status == 200)
            let events = pair.readStream(answer.body)
            #expect(events.last == .end)
            #expect(text(events) == "Grüße 😀\n\ndata: x")
            await (try await slow.nextVisit()).departure()
            let line = try await gateway.logLine()
            #expect(line["trail"]?["attempts"]?.array?.map { $0["outcome"] } == ["slow_stream", "ok"])
        }
        try await slow.close()
        try await other.close()
    }

    @Test func isToldWhereNoTargetIsLeft() async throws {
        let slow = try await ScriptedProvider.start("mock") { _ in
            .events(SampleStream.role + SampleStream.first, isWhole: false)
        }
        let settings = settings(Self.chatToChat, Self.unreachable, at: slow.port, then: nil)
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true))
            #expect(answer.status == 503)
            #expect(try answer.error().code == "stream_throughput_below_minimum")
        }
        try await slow.close()
    }

    /// The caller has the content before the provider goes on.
    @Test func areNotThoseThatHaveSaidEnough() async throws {
        let long = SampleStream.event(
            #"{"choices":[{"index":0,"delta":{"content":"\#(String(repeating: "a", count: 256))"}}]}"#
        )
        let provider = try await ScriptedProvider.start("mock") { _ in
            .events(SampleStream.role + SampleStream.first + long, isWhole: false)
        }
        let settings = settings(Self.chatToChat, Self.patient, at: provider.port, then: nil)
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat(isStreamed: true))
            let beginning = await caller.raw(until: "aaa\"}}]}\n\n")
            #expect(beginning.contains(SampleStream.role + SampleStream.first + long))
            let visit = try await provider.nextVisit()
            try await visit.send(chunk: SampleStream.finish + SampleStream.done)
            #expect(await caller.raw(until: "[DONE]\n\n").contains(SampleStream.finish))
        }
        try await provider.close()
    }

    @Test(arguments: FormatPair.all)
    func areNotShortOnes(_ pair: FormatPair) async throws {
        let reply = pair.streamReply()
        let provider = try await ScriptedProvider.start("mock") { visit in
            Task {
                for piece in reply.pieces { try await visit.send(chunk: piece) }
                try await visit.send(ScriptedAnswer("0\r\n\r\n"))
            }
            return .beginning(reply.contentType)
        }
        try await withGateway(settings(pair, Self.patient, at: provider.port, then: nil)) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            let events = pair.readStream(try await caller.answer().body)
            #expect(events.last == .end)
            #expect(text(events).hasPrefix("Grüße, Martlet!"))
        }
        try await provider.close()
    }

    /// What is held has not been seen, so a failure behind it is one before any content.
    @Test(arguments: FormatPair.all, [true, false])
    func thoseThatFailMeanwhileAreAttemptsLikeAnyOther(_ pair: FormatPair, _ isCut: Bool) async throws {
        let failure = ProviderFailure(.overloaded, "Too busy.", status: 503)
        let reply = pair.streamReply(eventCount: 3, isCut ? [] : [.failure(failure)])
        let provider = try await ScriptedProvider.start("mock") { visit in
            Task {
                for piece in reply.pieces { try await visit.send(chunk: piece) }
                await visit.close()
            }
            return .beginning(reply.contentType)
        }
        let other = try await ScriptedProvider.start("p2") { _ in .chatStream }
        try await withGateway(settings(pair, Self.patient, at: provider.port, then: other.port)) {
            gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(pair.body(isStreamed: true), path: pair.path(isStreamed: true))
            let events = pair.readStream(try await caller.answer().body)
            #expect(events.last == .end)
            #expect(text(events) == "Grüße 😀\n\ndata: x")
            #expect(other.visits.count == 1)
        }
        try await provider.close()
        try await other.close()
    }
}
