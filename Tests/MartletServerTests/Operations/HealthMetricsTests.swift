import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Health in the metrics", .timeLimit(.minutes(2)))
struct HealthMetricsTests {
    private func metrics(_ gateway: RunningGateway) async throws -> MetricsText {
        try MetricsText(try await gateway.get("/metrics").text)
    }

    /// The states that have 1, by key.
    private func keyStates(_ metrics: MetricsText) -> [String: String] {
        let rows = metrics.rows.filter { $0.name == "martlet_key_state" && $0.value == 1 }
        let states = rows.compactMap { row in row.labels["key"].map { ($0, row.labels["state"] ?? "") } }
        return Dictionary(states) { "\($0) \($1)" }
    }

    private static func threeKeys(_ provider: inout ProviderConfiguration) {
        provider.keys = ["a", "b", "c"].map { ProviderKey(name: $0, value: "secret-of-key-\($0)") }
    }

    @Test func keysAreShownByNameAndState() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            switch visit.key.last {
            case "a": .status(401)
            case "b": .status(429, fields: "Retry-After: 3000\r\n")
            default: .chat
            }
        }
        try await withGateway(to: [provider]) {
            $0.workerCount = 2
            $0.provider = Self.threeKeys
        } _: { gateway async throws in
            #expect(
                keyStates(try await metrics(gateway)) == ["a": "ready ready", "b": "ready ready", "c": "ready ready"]
            )
            for key in ["a", "b", "c"] { _ = try await gateway.post(chat("p1/m"), fields: "x-bf-api-key: \(key)\r\n") }
            let text = try await gateway.get("/metrics").text
            let metrics = try MetricsText(text)
            let own = metrics.rows.filter { $0.name == "martlet_key_state" && $0.labels["provider"] == "p1" }
            #expect(own.count == 3 * KeyState.allCases.count)
            #expect(own.filter { $0.value == 1 }.map { $0.labels["state"] } == ["refused", "resting", "ready"])
            #expect(metrics.sum("martlet_key_models", ["key": "b", "state": "resting"]) == 1)
            #expect(metrics.sum("martlet_key_models") == 1)
            #expect(!text.contains("secret"))
        }
    }

    @Test func anOpenBreakerIsShownUntilItCloses() async throws {
        let provider = try await ScriptedProvider.start("p1") { $0.number <= 2 ? .status(500) : .chat }
        try await withGateway(to: [provider]) {
            $0.gateway = {
                $0.reliability.breaker.consecutiveFailureLimit = 2
                $0.reliability.breaker.openTime = 3600
                $0.reliability.breaker.maximumOpenTime = 3600
            }
        } _: { gateway async throws in
            let labels = ["provider": "p1", "model": "m", "key": "main", "state": "open"]
            for count in [0.0, 0, 1] {
                let metrics = try await metrics(gateway)
                #expect(metrics.sum("martlet_breaker_state", labels) == count)
                #expect(metrics.sum("martlet_breakers", ["provider": "p1", "state": "open"]) == count)
                #expect(metrics.sum("martlet_breaker_openings_total", ["provider": "p1"]) == count)
                #expect(metrics.sum("martlet_breakers", ["provider": "p1"]) == (provider.visits.isEmpty ? 0 : 1))
                if count == 0 { #expect(try await gateway.post(chat("p1/m")).status == 500) }
            }
            // The only target is asked all the same, and its answer closes the breaker.
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            let metrics = try await metrics(gateway)
            #expect(metrics.rows.allSatisfy { $0.name != "martlet_breaker_state" })
            #expect(metrics.sum("martlet_breakers", ["provider": "p1", "state": "closed"]) == 1)
            #expect(metrics.sum("martlet_breaker_openings_total", ["provider": "p1"]) == 1)
        }
    }

    @Test func retriesAndOtherTargetsAreCounted() async throws {
        let failing = try await ScriptedProvider.start("p1") { visit in
            visit.key.hasSuffix("a") ? .status(401) : .status(500)
        }
        let well = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [failing, well]) {
            $0.provider = {
                $0.keys = [ProviderKey(name: "a", value: "key-a"), ProviderKey(name: "b", value: "key-b")]
                $0.keys[1].weight = 0
                $0.retries.maximumRetryCount = 2
            }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("any")).status == 200)
            let name = "martlet_attempt_failures_total"
            let metrics = try await metrics(gateway)
            #expect(metrics.sum(name) == 4)
            #expect(metrics.sum(name, ["provider": "p1", "failure": "key_refused", "then": "other key"]) == 1)
            #expect(metrics.sum(name, ["provider": "p1", "failure": "server_error", "then": "same key again"]) == 2)
            #expect(metrics.sum(name, ["provider": "p1", "failure": "server_error", "then": "next target"]) == 1)
        }
    }

    @Test func queuesAreShown() async throws {
        let provider = try await ScriptedProvider.start("p1") { $0.number == 1 ? .silence : .chat }
        try await withGateway(to: [provider]) {
            $0.provider = {
                if $0.name == "p1" { $0.concurrency = ConcurrencyConfiguration(limit: 1, queueLimit: 1) }
            }
            $0.gateway = { $0.dropsExcessRequests = true }
        } _: { gateway async throws in
            let running = try await gateway.caller()
            try await running.begin(chat("p1/m"))
            let visit = try await provider.nextVisit()
            let waiting = try await gateway.caller()
            try await waiting.begin(chat("p1/m"))
            try await gateway.waitUntil(activeCount: 2)
            #expect(try await gateway.post(chat("p1/m")).status == 503)
            let metrics = try await metrics(gateway)
            #expect(metrics.sum("martlet_queue_requests", ["provider": "p1", "state": "running"]) == 1)
            #expect(metrics.sum("martlet_queue_requests", ["provider": "p1", "state": "waiting"]) == 1)
            #expect(metrics.sum("martlet_queue_refusals_total", ["provider": "p1", "reason": "full"]) == 1)
            #expect(metrics.sum("martlet_queue_refusals_total") == 1)
            // Providers without a limit have no queue.
            #expect(metrics.rows.allSatisfy { !$0.name.hasPrefix("martlet_queue") || $0.labels["provider"] == "p1" })
            try await visit.send(.chat)
            #expect(try await running.answer().status == 200)
            #expect(try await waiting.answer().status == 200)
        }
    }
}
