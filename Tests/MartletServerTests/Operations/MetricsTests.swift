import Martlet
import MartletMock
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Metrics", .timeLimit(.minutes(2)))
struct MetricsTests {
    private func metrics(_ gateway: RunningGateway) async throws -> MetricsText {
        let answer = try await gateway.get("/metrics")
        #expect(answer.status == 200)
        #expect(answer.head.fields.string("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        return try MetricsText(answer.text)
    }

    @Test func beforeTheFirstRequest() async throws {
        try await withGateway { gateway async throws in
            let metrics = try await metrics(gateway)
            #expect(metrics.sum("martlet_requests_total") == 0)
            #expect(metrics.sum("martlet_active_requests") == 0)
            #expect(metrics.sum("martlet_connections") == 1)
            #expect(metrics.sum("martlet_build_info", ["version": MartletVersion.current]) == 1)
            #expect(metrics.sum("process_open_fds") > 0)
            #expect(metrics.sum("process_resident_memory_bytes") > 1_000_000)
        }
    }

    @Test(arguments: [1, 2])
    func everythingIsCounted(_ workerCount: Int) async throws {
        let settings = GatewaySettings {
            $0.workerCount = workerCount
            $0.script.usage = MockUsage(promptTokens: 3, completionTokens: 5)
        }
        try await withGateway(settings) { gateway async throws in
            for _ in 0..<3 { _ = try await gateway.post(chat("mock/a")) }
            for _ in 0..<2 { _ = try await gateway.post(chat("mock/a", isStreamed: true)) }
            _ = try await gateway.post(chat("mock/mock-503"))
            _ = try await gateway.post("{")
            _ = try await gateway.get("/nowhere")
            let stalled = try await gateway.caller()
            try await stalled.begin(chat("mock-stall"))
            while gateway.mock.statistics.failures[.stall] != 1 { await Task.yield() }
            let metrics = try await metrics(gateway)
            let name = "martlet_requests_total"
            #expect(metrics.sum(name) == 8)
            #expect(metrics.sum(name, ["provider": "mock", "model": "a", "status": "200", "stream": "false"]) == 3)
            #expect(metrics.sum(name, ["provider": "mock", "model": "a", "status": "200", "stream": "true"]) == 2)
            #expect(metrics.sum(name, ["model": "mock-503", "status": "503"]) == 1)
            #expect(metrics.sum(name, ["provider": "", "status": "400"]) == 1)
            #expect(metrics.sum(name, ["provider": "", "status": "404"]) == 1)
            #expect(metrics.sum("martlet_tokens_total", ["direction": "input"]) == 15)
            #expect(metrics.sum("martlet_tokens_total", ["direction": "output"]) == 25)
            #expect(metrics.sum("martlet_errors_total", ["provider": "mock", "kind": "provider_error"]) == 1)
            #expect(metrics.sum("martlet_errors_total", ["kind": "invalid_request"]) == 1)
            #expect(metrics.sum("martlet_errors_total", ["kind": "not_found"]) == 1)
            #expect(metrics.sum("martlet_first_token_seconds_count") == 2)
            #expect(metrics.sum("martlet_request_duration_seconds_count") == 8)
            #expect(metrics.sum("martlet_active_requests") == 1)
            #expect(metrics.sum("martlet_upstream_connections", ["provider": "mock", "state": "busy"]) >= 1)
        }
    }

    @Test func callersCannotFillMemoryWithNames() async throws {
        try await withGateway(GatewaySettings { $0.workerCount = 2 }) { gateway async throws in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for part in 0..<4 {
                    tasks.addTask {
                        let caller = try await Caller(port: gateway.server.port)
                        for number in 0..<500 {
                            #expect(try await caller.post(chat("mock/model-\(part)-\(number)")).status == 200)
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let metrics = try await metrics(gateway)
            #expect(metrics.sum("martlet_requests_total") == 2000)
            let models = Set(metrics.rows.compactMap { $0.labels["model"] })
            #expect(models.count <= 501)
            #expect(models.contains("other"))
        }
    }

    @Test func namesAreNotLong() async throws {
        try await withGateway(GatewaySettings { $0.logs = true }) { gateway async throws in
            #expect(try await gateway.post(chat("mock/\(String(repeating: "x", count: 30_000))")).status == 200)
            #expect(try await gateway.post(chat("mock/\(String(repeating: "😀", count: 5_000))")).status == 200)
            let answer = try await gateway.get("/metrics")
            let metrics = try MetricsText(answer.text)
            #expect(metrics.sum("martlet_requests_total") == 2)
            #expect(metrics.rows.allSatisfy { $0.labels.values.allSatisfy { $0.utf8.count <= 1024 } })
            for line in try await gateway.logLines() { #expect(line.utf8.count <= 2048) }
        }
    }

    @Test func hostileNamesAreEscaped() async throws {
        try await withGateway { gateway async throws in
            let name = #"a\"} 1\nmartlet_fake 7\\"#
            #expect(try await gateway.post(chat("mock/\(name)")).status == 200)
            let metrics = try await metrics(gateway)
            #expect(metrics.sum("martlet_requests_total", ["model": "a\"} 1\nmartlet_fake 7\\"]) == 1)
        }
    }
}
