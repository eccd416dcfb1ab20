import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Log", .timeLimit(.minutes(2)))
struct LogTests {
    @Test func oneLineForEachRequest() async throws {
        let settings = GatewaySettings {
            $0.logs = true
            $0.script.usage = MockUsage(promptTokens: 3, completionTokens: 5)
        }
        try await withGateway(settings) { gateway async throws in
            let secret = "the-prompt-is-secret"
            let body = #"{"model":"mock/gpt","messages":[{"role":"user","content":"\#(secret)"}]"#
            let key = "Authorization: Bearer caller-key-123456\r\n"
            _ = try await gateway.post(body + "}", fields: "X-Request-ID: one\r\n" + key)
            _ = try await gateway.post(body + #","stream":true}"#, fields: "X-Request-ID: two\r\n" + key)
            _ = try await gateway.post(
                body.replacing("mock/gpt", with: "mock/mock-401") + "}",
                path: "/openai/chat/completions",
                fields: "X-Request-ID: three\r\n"
            )
            _ = try await gateway.post(body, fields: "X-Request-ID: four\r\n")
            _ = try await gateway.get("/nowhere", fields: "X-Request-ID: five\r\n")
            _ = try await gateway.get("/health")
            _ = try await gateway.get("/metrics")
            let text = try await gateway.logLines()
            let lines = try text.map(object)
            #expect(lines.map { $0["request_id"] as? String } == ["one", "two", "three", "four", "five"])
            #expect(lines.map { $0["status"] as? Int } == [200, 200, 401, 400, 404])
            #expect(lines.map { $0["provider"] as? String } == ["mock", "mock", "mock", "", ""])
            #expect(lines.map { $0["model"] as? String } == ["gpt", "gpt", "mock-401", "", ""])
            #expect(lines.map { $0["key"] as? String } == ["main", "main", "main", "", ""])
            #expect(lines.map { $0["stream"] as? Bool } == [false, true, false, false, false])
            #expect(lines.map { $0["attempts"] as? Int } == [1, 1, 1, 0, 0])
            let route = "/v1/chat/completions"
            #expect(lines.map { $0["route"] as? String } == [route, route, route, route, "unknown"])
            #expect(
                lines.map { $0["error"] as? String } == [nil, nil, "provider_error", "invalid_request", "not_found"]
            )
            #expect(lines.map { $0["input_tokens"] as? Int } == [3, 3, nil, nil, nil])
            #expect(lines.map { $0["output_tokens"] as? Int } == [5, 5, nil, nil, nil])
            #expect(lines.map { $0["first_token_ms"] != nil } == [false, true, false, false, false])
            #expect(lines.map { $0["provider_ms"] != nil } == [true, true, true, false, false])
            for line in lines {
                #expect(try #require(line["duration_ms"] as? Double) >= 0)
                let time = try #require(line["time"] as? String)
                let date = try Date(
                    time,
                    strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true)
                )
                #expect(abs(date.timeIntervalSinceNow) < 3600)
            }
            for line in text {
                for secret in [secret, GatewaySettings.key, "caller-key", "heralds", "Authorization", "Bearer"] {
                    #expect(!line.contains(secret))
                }
            }
        }
    }

    @Test func aGatewayMayBeSilent() async throws {
        let settings = GatewaySettings {
            $0.logs = true
            $0.gateway = { $0.logsRequests = false }
        }
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.post(chat()).status == 200)
            #expect(try await gateway.logLines().isEmpty)
        }
    }

    @Test func durationsFollowOneAnother() async throws {
        try await withGateway(GatewaySettings { $0.logs = true }) { gateway async throws in
            for _ in 0..<20 { _ = try await gateway.post(chat(isStreamed: true)) }
            for line in try await gateway.logLines() {
                let line = try object(line)
                let provider = try #require(line["provider_ms"] as? Double)
                let token = try #require(line["first_token_ms"] as? Double)
                let duration = try #require(line["duration_ms"] as? Double)
                #expect(0 < provider && provider <= token && token <= duration)
            }
        }
    }
}
