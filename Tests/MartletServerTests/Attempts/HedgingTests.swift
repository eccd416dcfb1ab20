import JSON
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@testable import Martlet

@Suite("Hedging", .timeLimit(.minutes(2)))
struct HedgingTests {
    /// A first target that answers until it is known and then falls silent, and a second one that answers.
    private static func settings(second: String = "good") -> GatewaySettings {
        GatewaySettings {
            $0.script.replies = [
                "quick": SampleStream.reply(SampleStream.whole), "good": SampleStream.reply(SampleStream.whole),
            ]
            $0.logs = true
            $0.gateway = { configuration in
                let targets = ["mock/mock-stall", "mock/\(second)"].map { RoutingTarget(model: $0) }
                configuration.routing.virtualModels = [VirtualModel(name: "chat", strategy: .ordered, targets: targets)]
                var hedging = HedgeSettings()
                hedging.minimumSampleCount = 0
                hedging.minimumDelay = 0.01
                hedging.maximumDelay = 0.02
                configuration.reliability.hedging = hedging
            }
        }
    }

    /// Lets the gateway know how quick the first target usually is.
    private func teach(_ gateway: RunningGateway) throws {
        let health = try #require(gateway.gateway.provider(named: "mock")?.health)
        for _ in 0..<3 {
            let wish = KeyWish(serving: KeySet(count: 1))
            let admission = try health.admit(
                "mock-stall",
                wish,
                isFirst: true,
                isLastResort: false,
                now: .now,
                random: 0
            ).get()
            health.didBeginWell(admission, after: Interval(seconds: 0.001), isStream: true, now: .now)
            health.didEnd(admission, now: .now)
        }
    }

    @Test(arguments: [true, false])
    func theSecondTargetAnswersForALateOne(isStreamed: Bool) async throws {
        var settings = Self.settings()
        if !isStreamed { settings.script.replies["good"] = MockReply(body: ByteBuffer(string: "{}")) }
        try await withGateway(settings) { gateway async throws in
            try teach(gateway)
            let answer = try await gateway.post(
                chat("chat", isStreamed: isStreamed),
                fields: "x-martlet-explain: true\r\n"
            )
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            #expect(isStreamed ? answer.text.hasSuffix("[DONE]\n\n") : answer.text == "{}")
            // The loser is ended: the provider sees its caller leave.
            #expect(await gateway.recorder.ends(2) == 1)
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().first).utf8).span)
            #expect(line["status"] == 200)
            #expect(line["model"] == "good")
            #expect(line["error"] == nil)
            let attempts = try #require(line["trail"]?["attempts"]?.array)
            #expect(attempts.map { $0["hedge"] == true } == [false, true])
            #expect(attempts.map { $0["outcome"] } == ["cancelled", "ok"])
        }
    }

    @Test func aLateFailureOfTheHedgeLeavesTheFirst() async throws {
        var settings = Self.settings(second: "mock-500")
        var slow = SampleStream.reply([": wait\n\n", SampleStream.whole].map(\.utf8))
        slow.pieceGap = .milliseconds(200)
        settings.script.replies["slow"] = slow
        settings.gateway = { [gateway = settings.gateway] in
            gateway(&$0)
            let targets = ["mock/slow", "mock/mock-500"].map { RoutingTarget(model: $0) }
            $0.routing.virtualModels = [VirtualModel(name: "chat", strategy: .ordered, targets: targets)]
        }
        try await withGateway(settings) { gateway async throws in
            let health = try #require(gateway.gateway.provider(named: "mock")?.health)
            let wish = KeyWish(serving: KeySet(count: 1))
            let admission = try health.admit("slow", wish, isFirst: true, isLastResort: false, now: .now, random: 0)
                .get()
            health.didBeginWell(admission, after: .zero, isStream: true, now: .now)
            health.didEnd(admission, now: .now)
            let answer = try await gateway.post(chat("chat", isStreamed: true))
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix("[DONE]\n\n"))
        }
    }

    /// One attempt is all that the request has, so there is none for a hedge.
    @Test func aHedgeDrawsOnTheSameAttempts() async throws {
        var settings = Self.settings()
        settings.gateway = { [gateway = settings.gateway] in
            gateway(&$0)
            $0.reliability.attempts.maximumAttemptCount = 1
        }
        settings.provider = { $0.timeouts.firstByte = 0.3 }
        try await withGateway(settings) { gateway async throws in
            try teach(gateway)
            let answer = try await gateway.post(chat("chat", isStreamed: true))
            #expect(answer.status == 504)
            #expect(gateway.recorder.requests.count == 1)
        }
    }

    @Test func aCallerWhoLeavesEndsBoth() async throws {
        var settings = Self.settings()
        settings.gateway = { [gateway = settings.gateway] in
            gateway(&$0)
            let targets = ["mock/mock-stall", "mock/mock-stall-2"].map { RoutingTarget(model: $0) }
            $0.routing.virtualModels = [VirtualModel(name: "chat", strategy: .ordered, targets: targets)]
        }
        var silent = SampleStream.reply([": wait\n\n", SampleStream.whole].map(\.utf8))
        silent.pieceGap = .hours(1)
        settings.script.replies["mock-stall-2"] = silent
        try await withGateway(settings) { gateway async throws in
            try teach(gateway)
            let caller = try await gateway.caller()
            try await caller.begin(chat("chat", isStreamed: true))
            #expect(await gateway.recorder.beginnings(2).count == 2)
            try await caller.close()
            #expect(await gateway.recorder.ends(2) == 2)
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().first).utf8).span)
            #expect(line["status"] == 499)
        }
    }

    @Test func nothingIsHedgedUnasked() async throws {
        var settings = Self.settings()
        settings.gateway = { [gateway = settings.gateway] in
            gateway(&$0)
            $0.reliability.hedging = nil
        }
        settings.provider = { $0.timeouts.firstByte = 0.2 }
        try await withGateway(settings) { gateway async throws in
            try teach(gateway)
            let answer = try await gateway.post(chat("chat", isStreamed: true))
            #expect(answer.status == 200)
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().first).utf8).span)
            let attempts = try #require(line["trail"]?["attempts"]?.array)
            #expect(attempts.map { $0["outcome"] } == ["first_byte_timeout", "ok"])
        }
    }
}
