import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Callers that leave", .timeLimit(.minutes(2)))
struct DepartureTests {
    enum Moment: String, CaseIterable {
        case beforeTheHead, beforeTheFirstToken, inMidStream, onAnAnswer, inAQueue
    }

    /// A provider that is silent for an hour at the moment in question.
    static var settings: GatewaySettings {
        GatewaySettings {
            var silent = SampleStream.reply([Array(": wait\n\n".utf8), Array(SampleStream.whole.utf8)])
            silent.pieceGap = .hours(1)
            var speaking = SampleStream.reply(
                [SampleStream.role + SampleStream.first, SampleStream.second].map(\.utf8)
            )
            speaking.pieceGap = .hours(1)
            var answering = MockReply(
                contentType: "application/json",
                pieces: [ByteBuffer(string: "{\"a\":"), ByteBuffer(string: "1}")]
            )
            answering.pieceGap = .hours(1)
            $0.script.replies = ["silent": silent, "speaking": speaking, "answering": answering]
            $0.logs = true
        }
    }

    /// - Returns: How long it took from the caller's departure until the provider saw its own caller leave.
    static func leave(_ moment: Moment, _ gateway: RunningGateway) async throws -> Duration {
        let caller = try await gateway.caller()
        switch moment {
        case .beforeTheHead, .inAQueue:
            try await caller.begin(chat("mock-stall", isStreamed: true))
        case .beforeTheFirstToken:
            try await caller.begin(chat("silent", isStreamed: true))
        case .inMidStream:
            try await caller.begin(chat("speaking", isStreamed: true))
            #expect(await caller.raw(until: "Grüße").contains("200 OK"))
        case .onAnAnswer:
            try await caller.begin(chat("answering"))
        }
        #expect(await gateway.recorder.beginnings(1).count == 1)
        let start = ContinuousClock.now
        try await caller.close()
        #expect(await gateway.recorder.ends(1) == 1)
        return ContinuousClock.now - start
    }

    @Test(arguments: [Moment.beforeTheHead, .beforeTheFirstToken, .inMidStream, .onAnAnswer])
    func theProviderSeesItsCallerLeave(_ moment: Moment) async throws {
        try await withGateway(Self.settings) { gateway async throws in
            let elapsed = try await Self.leave(moment, gateway)
            print("Caller left \(moment.rawValue): the provider saw it after \(elapsed)")
            #expect(gateway.mock.statistics.cancelled == 1)
            let line = try object(try #require(try await gateway.logLines().first))
            #expect(line["status"] as? Int == 499)
            #expect(line["error"] as? String == "client_closed_request")
        }
    }

    @Test func itTakesLessThanATenthOfASecond() async throws {
        try await withGateway(Self.settings) { gateway async throws in
            for moment in [Moment.beforeTheHead, .inMidStream, .onAnAnswer] {
                var times: [Duration] = []
                for _ in 0..<20 { times.append(try await Self.leave(moment, gateway)) }
                let median = times.sorted()[10]
                print("Caller left \(moment.rawValue), median of 20: \(median), longest \(times.max() ?? .zero)")
                #expect(median < .milliseconds(100))
            }
        }
    }

    @Test func leavingTheQueueOfAProvider() async throws {
        var settings = Self.settings
        settings.provider = { $0.concurrency = ConcurrencyConfiguration(limit: 1, queueLimit: 10) }
        try await withGateway(settings) { gateway async throws in
            let first = try await gateway.caller()
            try await first.begin(chat("mock-stall"))
            #expect(await gateway.recorder.beginnings(1).count == 1)
            let waiting = try await gateway.caller()
            try await waiting.begin(chat("waits"))
            let next = try await gateway.caller()
            try await next.begin(chat("next"))
            try await waiting.close()
            try await first.close()
            #expect(try await next.answer().status == 200)
            // The one who left while it waited never reached the provider, or was let in and left there.
            let models = try gateway.recorder.requests.map { try object(String(buffer: $0.body))["model"] as? String }
            #expect(models.first == "mock-stall")
            #expect(models.last == "next")
        }
    }

    @Test func leavingBetweenAttempts() async throws {
        let settings = GatewaySettings {
            $0.logs = true
            $0.provider = {
                $0.retries.maximumRetryCount = 5
                $0.retries.initialBackoff = 3600
                $0.retries.maximumBackoff = 3600
            }
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            try await caller.begin(chat("mock-503"))
            #expect(await gateway.recorder.ends(1) == 0)
            try await caller.close()
            let line = try object(try #require(try await gateway.logLines().first))
            #expect(line["status"] as? Int == 499)
            #expect(line["attempts"] as? Int == 1)
            #expect(gateway.recorder.requests.count == 1)
        }
    }
}
