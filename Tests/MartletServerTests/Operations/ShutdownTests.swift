import Martlet
import MartletMock
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Stopping", .timeLimit(.minutes(2)))
struct ShutdownTests {
    /// Connects until nobody listens any more.
    private func untilRefused(_ gateway: RunningGateway) async {
        while let caller = try? await gateway.caller() {
            try? await caller.close()
        }
    }

    @Test func health() async throws {
        try await withGateway { gateway async throws in
            let idle = try await gateway.caller()
            let late = try await gateway.caller()
            try await late.send("GET /health HTTP/1.1\r\n")
            let ready = try await idle.ask("GET /health HTTP/1.1\r\nHost: g\r\n\r\n")
            #expect(ready.status == 200)
            #expect(ready.text.contains("\"ok\""))
            async let ended = gateway.server.shutDown(grace: .seconds(30))
            // What is idle is closed at once; what has begun is answered.
            #expect(await idle.rest().isEmpty)
            late.expectAnswer()
            try await late.send("Host: g\r\n\r\n")
            let draining = try await late.answer()
            #expect(draining.status == 503)
            #expect(draining.head.fields.string("retry-after") == "1")
            #expect(!draining.head.keepAlive)
            #expect(await late.rest().isEmpty)
            #expect(try await ended)
        }
    }

    @Test func runningStreamsFinish() async throws {
        // It cannot finish before the caller reads: no buffers on the way hold so much.
        let piece = SampleStream.event(
            #"{"choices":[{"delta":{"content":"\#(String(repeating: "x", count: 100_000))"}}]}"#
        )
        let pieces = [String](repeating: piece, count: 300) + SampleStream.content + [SampleStream.done]
        let settings = GatewaySettings {
            $0.script.replies = ["gpt": SampleStream.reply(pieces.map(\.utf8))]
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller(isReading: false)
            try await caller.begin(chat(isStreamed: true))
            #expect(await gateway.recorder.beginnings(1).count == 1)
            async let ended = gateway.server.shutDown(grace: .seconds(50))
            await untilRefused(gateway)
            try await caller.startReading()
            let answer = try await caller.answer()
            #expect(answer.isComplete)
            #expect(answer.text == pieces.joined())
            #expect(try await ended)
            let line = try object(try #require(gateway.log?.lines().first))
            #expect(line["status"] as? Int == 200)
            #expect(line["error"] == nil)
        }
    }

    @Test func stuckRequestsAreCut() async throws {
        var stuck = SampleStream.reply([SampleStream.role + SampleStream.first, SampleStream.second].map(\.utf8))
        stuck.pieceGap = .hours(1)
        let settings = GatewaySettings {
            $0.script.replies = ["stuck": stuck]
            $0.logs = true
        }
        try await withGateway(settings) { gateway async throws in
            let stream = try await gateway.caller()
            try await stream.begin(chat("stuck", isStreamed: true))
            let silent = try await gateway.caller()
            try await silent.begin(chat("mock-stall"))
            #expect(await gateway.recorder.beginnings(2).count == 2)
            let started = await stream.raw(until: "\"role\"")
            #expect(started.contains("200 OK"))
            #expect(try await gateway.server.shutDown(grace: .milliseconds(50)) == false)
            let rest = await stream.rest()
            #expect(rest.contains(#""code":"shutting_down""#))
            #expect(rest.hasSuffix("0\r\n\r\n"))
            #expect(!rest.contains("[DONE]"))
            let answer = try await silent.answer()
            #expect(answer.status == 503)
            #expect(answer.head.fields.string("retry-after") == "1")
            #expect(try answer.error().code == "shutting_down")
            #expect(await gateway.recorder.ends(2) == 2)
            let lines = try #require(gateway.log).lines().map(object)
            #expect(lines.map { $0["error"] as? String } == ["shutting_down", "shutting_down"])
        }
    }

    @Test func idleConnectionsDoNotHoldItUp() async throws {
        try await withGateway(GatewaySettings { $0.workerCount = 2 }) { gateway async throws in
            var callers: [Caller] = []
            for _ in 0..<20 {
                let caller = try await gateway.caller()
                #expect(try await caller.post(chat()).status == 200)
                callers.append(caller)
            }
            #expect(try await gateway.server.shutDown(grace: .seconds(50)))
            for caller in callers { #expect(await caller.rest().isEmpty) }
        }
    }
}
