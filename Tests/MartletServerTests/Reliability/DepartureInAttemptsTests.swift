import Martlet
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Callers that leave between and in attempts", .timeLimit(.minutes(2)))
struct DepartureInAttemptsTests {
    enum Phase: String, CaseIterable {
        case beforeTheHead, beforeTheFirstToken, inMidStream, inAWholeAnswer

        var isStreamed: Bool { self != .inAWholeAnswer }

        /// What the provider has said when the caller leaves.
        var answer: ScriptedAnswer {
            switch self {
            case .beforeTheHead: .silence
            case .beforeTheFirstToken: .events(SampleStream.role, isWhole: false)
            case .inMidStream: .events(SampleStream.role + SampleStream.first, isWhole: false)
            case .inAWholeAnswer:
                ScriptedAnswer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            }
        }
    }

    /// With room for one request, whoever comes next waits until the place is free again.
    private static func one(_ settings: inout GatewaySettings) {
        settings.logs = true
        settings.provider = { $0.concurrency = ConcurrencyConfiguration(limit: 1, queueLimit: 10) }
    }

    private static func expectDeparture(_ gateway: RunningGateway, attemptCount: Int) async throws {
        let lines = try await gateway.logLines().map(object)
        let line = try #require(lines.first { $0["status"] as? Int == 499 })
        #expect(line["error"] as? String == "client_closed_request")
        #expect(line["attempts"] as? Int == attemptCount)
    }

    @Test(arguments: Phase.allCases, [false, true])
    func closesTheConnectionAndFreesThePlace(_ phase: Phase, _ isSecondTarget: Bool) async throws {
        let failing = try await ScriptedProvider.start("p1") { _ in .status(500) }
        let provider = try await ScriptedProvider.start("p2") { visit in visit.number == 1 ? phase.answer : .chat }
        try await withGateway(to: isSecondTarget ? [failing, provider] : [provider], Self.one) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat("any", isStreamed: phase.isStreamed))
            let visit = try await provider.nextVisit()
            if phase == .inMidStream { _ = await caller.raw(until: "Grüße") }
            try await caller.close()
            await visit.departure()
            #expect(try await gateway.post(chat("p2/m")).status == 200)
            #expect(provider.visits.count == 2)
            #expect(failing.visits.count == (isSecondTarget ? 1 : 0))
            try await Self.expectDeparture(gateway, attemptCount: isSecondTarget ? 2 : 1)
        }
        if !isSecondTarget { try await failing.close() }
    }

    @Test func beforeAConnectionIsReady() async throws {
        let silent = try ClosedPort(.silent)
        let settings = GatewaySettings {
            Self.one(&$0)
            $0.providerPort = silent.port
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat())
            try await gateway.waitUntil(activeCount: 1)
            try await caller.close()
            try await gateway.waitUntil(activeCount: 0)
            let next = try await gateway.caller()
            try await next.begin(chat())
            try await gateway.waitUntil(activeCount: 1)
            try await next.close()
            try await gateway.waitUntil(activeCount: 0)
            try await Self.expectDeparture(gateway, attemptCount: 1)
        }
    }

    /// The wait before a retry holds no place, and ends with the caller.
    @Test func inABackOff() async throws {
        let provider = try await ScriptedProvider.start("p1") { $0.number == 1 ? .status(503) : .chat }
        try await withGateway(to: [provider]) {
            Self.one(&$0)
            let one = $0.provider
            $0.provider = {
                one(&$0)
                $0.retries.maximumRetryCount = 5
                $0.retries.initialBackoff = 3600
                $0.retries.maximumBackoff = 3600
            }
        } _: { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat("p1/m"))
            _ = try await provider.nextVisit()
            // The place is free, so the first request waits for its retry.
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            try await gateway.waitUntil(activeCount: 1)
            try await caller.close()
            try await gateway.waitUntil(activeCount: 0)
            #expect(provider.visits.count == 2)
            try await Self.expectDeparture(gateway, attemptCount: 1)
        }
    }

    @Test func inTheQueue() async throws {
        let provider = try await ScriptedProvider.start("p1") { $0.number == 1 ? .silence : .chat }
        try await withGateway(to: [provider], Self.one) { gateway async throws in
            let first = try await gateway.caller()
            try await first.begin(chat("p1/first"))
            let visit = try await provider.nextVisit()
            let waiting = try await gateway.caller()
            try await waiting.begin(chat("p1/waiting"))
            try await gateway.waitUntil(activeCount: 2)
            let next = try await gateway.caller()
            try await next.begin(chat("p1/next"))
            try await gateway.waitUntil(activeCount: 3)
            try await waiting.close()
            try await gateway.waitUntil(activeCount: 2)
            try await visit.send(.chat)
            #expect(try await first.answer().status == 200)
            #expect(try await next.answer().status == 200)
            #expect(provider.visits.map { $0.body.contains("waiting") } == [false, false])
            try await Self.expectDeparture(gateway, attemptCount: 0)
        }
    }
}
