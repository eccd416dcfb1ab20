import Martlet
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Shares of requests", .timeLimit(.minutes(2)))
struct DistributionTests {
    static let requestCount = 3000
    static let weights = [0.7, 0.2, 0.1]

    /// Pearson's statistic of what was counted against the weights. With two degrees of freedom, chance alone exceeds
    /// 23.03 once in 100,000 runs.
    private static func chiSquare(_ counts: [Int]) -> Double {
        zip(counts, weights).reduce(0) { sum, pair in
            let expected = Double(requestCount) * pair.1
            return sum + (Double(pair.0) - expected) * (Double(pair.0) - expected) / expected
        }
    }

    private static let critical = 23.03

    private static func ask(_ gateway: RunningGateway, _ model: String) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<20 {
                tasks.addTask {
                    let caller = try await gateway.caller()
                    for _ in 0..<(requestCount / 20) { #expect(try await caller.post(chat(model)).status == 200) }
                    try await caller.close()
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test func ofKeysFollowTheirWeights() async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in .chat }
        try await withGateway(to: [provider]) {
            $0.workerCount = 2
            $0.provider = { provider in
                provider.keys = Self.weights.enumerated().map { index, weight in
                    var key = ProviderKey(name: "k\(index)", value: "key-\(index)")
                    key.weight = weight
                    return key
                }
            }
        } _: { gateway async throws in
            try await Self.ask(gateway, "p1/m")
            let counts = (0..<3).map { index in provider.visits.count { $0.key == "key-\(index)" } }
            #expect(counts.reduce(0, +) == Self.requestCount)
            #expect(Self.chiSquare(counts) < Self.critical, "\(counts)")
        }
    }

    @Test func ofTargetsFollowTheirWeights() async throws {
        var providers: [ScriptedProvider] = []
        for number in 1...3 { providers.append(try await .start("p\(number)") { _ in .chat }) }
        try await withGateway(to: providers) {
            $0.workerCount = 2
            $0.gateway = { configuration in
                let targets = Self.weights.enumerated().map { index, weight in
                    RoutingTarget(model: "p\(index + 1)/m", weight: weight)
                }
                configuration.routing.virtualModels = [VirtualModel(name: "spread", targets: targets)]
            }
        } _: { gateway async throws in
            try await Self.ask(gateway, "spread")
            let counts = providers.map(\.visits.count)
            #expect(counts.reduce(0, +) == Self.requestCount)
            #expect(Self.chiSquare(counts) < Self.critical, "\(counts)")
        }
    }

    /// The share of a key that fails goes to the others in proportion to their weights.
    @Test func ofAFailedKeyGoToTheOthers() async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            visit.key == "key-dead" ? .status(401) : .chat
        }
        try await withGateway(to: [provider]) {
            $0.workerCount = 1
            $0.provider = { provider in
                provider.keys = Self.weights.enumerated().map { index, weight in
                    var key = ProviderKey(name: "k\(index)", value: "key-\(index)")
                    key.weight = weight
                    return key
                }
                var dead = ProviderKey(name: "dead", value: "key-dead")
                dead.weight = 5
                provider.keys.append(dead)
            }
        } _: { gateway async throws in
            let caller = try await gateway.caller()
            while !provider.visits.contains(where: { $0.key == "key-dead" }) {
                #expect(try await caller.post(chat("p1/m")).status == 200)
            }
            let before = provider.visits.count
            try await Self.ask(gateway, "p1/m")
            let visits = provider.visits.dropFirst(before)
            #expect(provider.visits.count { $0.key == "key-dead" } == 1)
            let counts = (0..<3).map { index in visits.count { $0.key == "key-\(index)" } }
            #expect(Self.chiSquare(counts) < Self.critical, "\(counts)")
        }
    }
}
