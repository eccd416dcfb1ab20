import Martlet
import MartletMock
import MartletServer
import NIOCore
import TestSupport
import Testing
import Transport
import WireTestSupport

@Suite("A model of three providers, two of them ill", .timeLimit(.minutes(2)))
struct MixTests {
    static let requestCount = 2000
    static let callerCount = 20

    /// One fails half of its requests, one never answers, one is well.
    private static func mocks(on group: WorkerGroup) async throws -> [(name: String, mock: MockServer)] {
        var flaky = MockScript()
        flaky.failureRate = 0.5
        flaky.failureKinds = [.serverError, .unavailable, .tooManyRequests, .reset]
        flaky.retryAfterSeconds = 0
        flaky.seed = 7
        var stalling = MockScript()
        stalling.failureRate = 1
        stalling.failureKinds = [.stall]
        var mocks: [(String, MockServer)] = []
        for (name, script) in [("flaky", flaky), ("stalling", stalling), ("well", MockScript())] {
            mocks.append((name, try await MockServer.start(script, on: group)))
        }
        return mocks
    }

    private static func ask(_ gateway: RunningGateway, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let caller = try await gateway.caller()
        for _ in 0..<(requestCount / callerCount) {
            let isStreamed = Bool.random(using: &random)
            let answer = try await caller.post(chat("any", isStreamed: isStreamed))
            #expect(answer.status == 200)
            #expect(answer.isComplete)
            #expect(isStreamed ? answer.text.hasSuffix("data: [DONE]\n\n") : answer.text.contains(#""stop""#))
        }
        try await caller.close()
    }

    @Test func answersEveryRequestWithinItsBudget() async throws {
        let group = try await WorkerGroup(count: 2)
        let mocks = try await Self.mocks(on: group)
        let settings = GatewaySettings { settings in
            settings.workerCount = 2
            settings.furtherProviders = mocks.map { ($0.name, $0.mock.port) }
            settings.provider = {
                $0.retries.maximumRetryCount = 1
                $0.retries.initialBackoff = 0.001
                if $0.name == "stalling" { $0.timeouts.firstByte = 0.05 }
            }
            settings.gateway = {
                let targets = mocks.map { RoutingTarget(model: "\($0.name)/m") }
                $0.routing.virtualModels = [VirtualModel(name: "any", targets: targets)]
            }
        }
        try await withGateway(settings) { gateway async throws in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<Self.callerCount {
                    tasks.addTask { try await Self.ask(gateway, seed: UInt64(number)) }
                }
                try await tasks.waitForAll()
            }
            let metrics = try MetricsText(try await gateway.get("/metrics").text)
            #expect(metrics.sum("martlet_requests_total", ["status": "200"]) == Double(Self.requestCount))
            #expect(metrics.sum("martlet_errors_total") == 0)
        }
        let counts = mocks.map(\.mock.statistics.requests)
        // One attempt for each target and one retry are the most that a request may make.
        #expect(counts.reduce(0, +) <= 4 * Self.requestCount)
        // Its breaker keeps nearly all requests from the one that never answers.
        #expect(counts[1] < Self.requestCount / 10)
        for (_, mock) in mocks { try await mock.shutDown() }
        try await group.shutDown()
    }
}
