import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Kept prompts in log and metrics", .timeLimit(.minutes(2)))
struct PromptAffinityMetricsTests {
    private static let cachedAnswer = ScriptedAnswer.status(
        200,
        body: #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":"well"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1300,"#
            + #""completion_tokens":1,"total_tokens":1301,"prompt_tokens_details":{"cached_tokens":1024}}}"#
    )

    private func prompt(_ letter: String, _ turn: Int) -> String {
        let system = String(repeating: letter, count: 5000)
        return #"{"model":"p1/m","messages":[{"role":"system","content":"\#(system)"},"#
            + #"{"role":"user","content":"\#(turn)"}]}"#
    }

    @Test func whatWasSavedIsToldAndCounted() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            visit.number == 1 ? .chat : Self.cachedAnswer
        }
        try await withGateway(to: [provider]) {
            $0.logs = true
            $0.workerCount = 2
            $0.provider = {
                $0.keys = (1...4).map { ProviderKey(name: "k\($0)", value: "key-\($0)") }
            }
        } _: { gateway async throws in
            // What is remembered, and logged, comes a moment after the answer.
            for turn in 0..<3 {
                #expect(try await gateway.post(prompt("a", turn)).status == 200)
                try await gateway.waitUntil(activeCount: 0)
            }
            // A caller who names a key gets it, wherever the prompt is.
            let used = try #require(provider.visits.first?.key.last)
            let other = used == "1" ? "k2" : "k1"
            #expect(try await gateway.post(prompt("a", 3), fields: "x-bf-api-key: \(other)\r\n").status == 200)
            try await gateway.waitUntil(activeCount: 0)
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            try await gateway.waitUntil(activeCount: 0)
            let metrics = try MetricsText(try await gateway.get("/metrics").text)
            #expect(metrics.sum("martlet_prompt_affinity_lookups_total", ["result": "hit"]) == 3)
            #expect(metrics.sum("martlet_prompt_affinity_lookups_total", ["result": "miss"]) == 1)
            #expect(metrics.sum("martlet_prompt_affinity_kept_total") == 2)
            #expect(metrics.sum("martlet_prompt_affinity_cached_tokens_total") == 2048)
            // The instructions, and each of four conversations.
            #expect(metrics.sum("martlet_prompt_affinity_entries") == 5)
            #expect(metrics.sum("martlet_prompt_affinity_evictions_total") == 0)
            let cached = "martlet_cached_input_tokens_total"
            #expect(metrics.sum(cached, ["provider": "p1", "model": "m", "status": "200", "stream": "false"]) == 4096)
            let lines = try await gateway.logLines().map(object)
            #expect(lines.map { $0["prompt_cache"] as? String } == ["new", "kept", "kept", "new", nil])
            #expect(lines.map { $0["cached_input_tokens"] as? Int } == [nil, 1024, 1024, 1024, 1024])
        }
    }

    @Test func nothingIsShownWhereNothingIsKept() async throws {
        try await withGateway(GatewaySettings { $0.gateway = { $0.reliability.affinity = nil } }) {
            gateway async throws in
            let text = try await gateway.get("/metrics").text
            #expect(!text.contains("martlet_prompt_affinity"))
        }
    }
}
