import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Providers that fail", .timeLimit(.minutes(2)))
struct ProviderFailureTests {
    private func settings(
        _ change: @escaping (inout ProviderConfiguration) -> Void = { _ in },
        replies: [String: MockReply] = [:],
        providerPort: Int? = nil
    ) -> GatewaySettings {
        GatewaySettings {
            $0.logs = true
            $0.script.replies = replies
            $0.providerPort = providerPort
            $0.provider = change
        }
    }

    private func lastLine(_ gateway: RunningGateway) async throws -> [String: Any] {
        try object(try #require(try await gateway.logLines().last))
    }

    // MARK: Retries

    @Test(arguments: [(0, 1), (1, 2), (2, 3)])
    func attemptsAreCounted(_ retries: Int, _ attempts: Int) async throws {
        let settings = settings {
            $0.retries.maximumRetryCount = retries
            $0.retries.initialBackoff = 0.001
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat("mock-503"))
            #expect(answer.status == 503)
            #expect(gateway.recorder.requests.count == attempts)
            #expect(Set(gateway.recorder.requests.map { String(buffer: $0.body) }).count == 1)
            #expect(Set(gateway.recorder.requests.map { $0.head.fields.string("x-request-id") }).count == 1)
            #expect(try await lastLine(gateway)["attempts"] as? Int == attempts)
        }
    }

    @Test(arguments: ["mock-400", "mock-401", "mock-404"])
    func theCallersFaultsAreNotRepeated(_ model: String) async throws {
        let settings = settings {
            $0.retries.maximumRetryCount = 2
            $0.retries.initialBackoff = 0.001
        }
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.post(chat(model)).status == Int(model.dropFirst(5)))
            #expect(gateway.recorder.requests.count == 1)
        }
    }

    @Test(arguments: [false, true])
    func aLaterAttemptSucceeds(_ isStreamed: Bool) async throws {
        let provider = FlakyProvider(failures: 2, status: 503)
        try await withFlakyGateway(provider, retries: 2) { gateway, caller async throws in
            let answer = try await caller.post(chat("gpt", isStreamed: isStreamed))
            #expect(answer.status == 200)
            #expect(answer.text == "{}")
            #expect(provider.requestCount == 3)
        }
    }

    @Test(arguments: [
        ("Retry-After: 0.05", 50), ("retry-after-ms: 60", 60), ("Retry-After: x", 0), ("Retry-After: -5", 0),
    ])
    func retryAfterIsRespected(_ field: String, _ milliseconds: Int) async throws {
        let provider = FlakyProvider(failures: 1, status: 429, field: field)
        // The longest wait is 80 ms.
        try await withFlakyGateway(provider, retries: 1, maximumBackoff: 0.08) { gateway, caller async throws in
            let start = ContinuousClock.now
            #expect(try await caller.post(chat()).status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(milliseconds))
            #expect(ContinuousClock.now - start < .seconds(50))
            #expect(provider.requestCount == 2)
        }
    }

    @Test(arguments: ["Retry-After: 100", "retry-after-ms: 1000000", "Retry-After: 99999999999999999999"])
    func longerThanTheLongestWaitIsForTheCallerToWait(_ field: String) async throws {
        let provider = FlakyProvider(failures: 1, status: 429, field: field)
        try await withFlakyGateway(provider, retries: 1, maximumBackoff: 0.08) { gateway, caller async throws in
            let answer = try await caller.post(chat())
            #expect(answer.status == 429)
            #expect(Int(answer.head.fields.string("retry-after") ?? "0") ?? 0 >= 100)
            #expect(provider.requestCount == 1)
        }
    }

    @Test func aClosedConnectionIsTriedAgain() async throws {
        let provider = FlakyProvider(failures: 2, status: 0)
        try await withFlakyGateway(provider, retries: 2) { gateway, caller async throws in
            #expect(try await caller.post(chat()).status == 200)
            #expect(provider.requestCount == 3)
        }
    }

    // MARK: Connections

    @Test func refusedConnections() async throws {
        let closed = try ClosedPort(.refusing)
        try await withGateway(settings(providerPort: closed.port)) { gateway async throws in
            for isStreamed in [true, false] {
                let answer = try await gateway.post(chat(isStreamed: isStreamed))
                #expect(answer.status == 502)
                #expect(try answer.error().code == "provider_unreachable")
                #expect(try answer.error().type == "api_error")
            }
            #expect(try await lastLine(gateway)["error"] as? String == "provider_unreachable")
        }
    }

    @Test func resetsWithoutAnAnswer() async throws {
        try await withGateway(settings()) { gateway async throws in
            let answer = try await gateway.post(chat("mock-reset"))
            #expect(answer.status == 502)
            #expect(try answer.error().code == "provider_unreachable")
        }
    }

    @Test func answersThatEndTooEarly() async throws {
        try await withGateway(settings()) { gateway async throws in
            let answer = try await gateway.post(chat("mock-cut"))
            #expect(answer.status == 502)
            #expect(try answer.error().code == "broken_stream")
        }
    }

    // MARK: Times

    @Test func noConnectionInTime() async throws {
        let silent = try ClosedPort(.silent)
        try await withGateway(settings({ $0.timeouts.connect = 0.05 }, providerPort: silent.port)) {
            gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == 504)
            #expect(try answer.error().code == "connect_timeout")
            #expect(try answer.error().type == "timeout_error")
        }
    }

    @Test(arguments: [false, true])
    func noAnswerInTime(_ isStreamed: Bool) async throws {
        try await withGateway(settings { $0.timeouts.firstByte = 0.05 }) { gateway async throws in
            let answer = try await gateway.post(chat("mock-stall", isStreamed: isStreamed))
            #expect(answer.status == 504)
            #expect(try answer.error().code == "first_byte_timeout")
            #expect(await gateway.recorder.ends(1) == 1)
        }
    }

    @Test func anAnswerThatStops() async throws {
        var reply = MockReply(
            contentType: "application/json",
            pieces: ["{\"a\":", "1}"].map { ByteBuffer(string: $0) }
        )
        reply.pieceGap = .hours(1)
        try await withGateway(settings({ $0.timeouts.idle = 0.05 }, replies: ["gpt": reply])) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == 504)
            #expect(try answer.error().code == "idle_timeout")
            #expect(await gateway.recorder.ends(1) == 1)
        }
    }

    @Test func anAnswerThatTakesTooLong() async throws {
        try await withGateway(settings { $0.timeouts.total = 0.05 }) { gateway async throws in
            let answer = try await gateway.post(chat("mock-stall"))
            #expect(answer.status == 504)
            #expect(try answer.error().code == "total_timeout")
        }
    }

    // MARK: Answers

    @Test(arguments: [1000, 1001])
    func answersBeyondTheLimit(_ byteCount: Int) async throws {
        let reply = MockReply(contentType: "text/plain", body: ByteBuffer(repeating: 0x78, count: byteCount))
        var settings = settings(replies: ["gpt": reply])
        settings.gateway = { $0.maximumAnswerByteCount = 1000 }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == (byteCount > 1000 ? 502 : 200))
            if byteCount > 1000 {
                #expect(try answer.error().code == "bad_provider_answer")
            }
        }
    }

    @Test func whatIsNoHTTP() async throws {
        let provider = FlakyProvider(failures: 1, status: -1)
        try await withFlakyGateway(provider, retries: 0) { gateway, caller async throws in
            let answer = try await caller.post(chat())
            #expect(answer.status == 502)
            #expect(try answer.error().code == "bad_provider_answer")
        }
    }

    // MARK: Limits

    @Test func excessIsRefusedAtOnce() async throws {
        var settings = settings { $0.concurrency = ConcurrencyConfiguration(limit: 1, queueLimit: 0) }
        settings.gateway = { $0.dropsExcessRequests = true }
        try await withGateway(settings) { gateway async throws in
            let first = try await gateway.caller()
            try await first.begin(chat("mock-stall"))
            #expect(await gateway.recorder.beginnings(1).count == 1)
            let answer = try await gateway.post(chat())
            #expect(answer.status == 503)
            #expect(answer.head.fields.string("retry-after") == "1")
            #expect(try answer.error().code == "overloaded")
            #expect(try answer.error().type == "overloaded_error")
            try await first.close()
            #expect(await gateway.recorder.ends(1) == 1)
            // The provider may know of the departure before the gateway's place is free again.
            var status = 503
            while status == 503 { status = try await gateway.post(chat()).status }
            #expect(status == 200)
        }
    }
}
