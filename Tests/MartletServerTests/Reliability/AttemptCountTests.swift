import Martlet
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Numbers of attempts", .timeLimit(.minutes(2)))
struct AttemptCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var retryCount: Int
        var targetCount: Int
        var keyCount = 1
        var status = 500
        var limit: Int?
        /// How often each target is asked.
        var attempts: [Int]

        var testDescription: String { "\(retryCount) retries, \(targetCount) targets, \(keyCount) keys, \(status)" }
    }

    static let cases = [
        Case(retryCount: 0, targetCount: 1, attempts: [1]),
        Case(retryCount: 2, targetCount: 1, attempts: [3]),
        Case(retryCount: 0, targetCount: 3, attempts: [1, 1, 1]),
        Case(retryCount: 2, targetCount: 3, attempts: [3, 1, 1]),
        Case(retryCount: 5, targetCount: 4, attempts: [5, 1, 1, 1]),
        Case(retryCount: 5, targetCount: 3, limit: 3, attempts: [1, 1, 1]),
        Case(retryCount: 2, targetCount: 5, limit: 3, attempts: [1, 1, 1, 0, 0]),
        Case(retryCount: 9, targetCount: 10, attempts: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
        Case(retryCount: 2, targetCount: 2, keyCount: 3, status: 401, attempts: [3, 3]),
        Case(retryCount: 2, targetCount: 4, keyCount: 3, status: 429, attempts: [3, 3, 2, 0]),
        Case(retryCount: 3, targetCount: 3, status: 404, attempts: [1, 1, 1]),
        Case(retryCount: 3, targetCount: 2, status: 0, attempts: [4, 1]),
    ]

    @Test(arguments: cases, [false, true])
    func addUpAndNeverMultiply(_ parameters: Case, _ isStreamed: Bool) async throws {
        let answer: ScriptedAnswer = parameters.status == 0 ? .hangUp : .status(parameters.status)
        var providers: [ScriptedProvider] = []
        for number in 1...parameters.targetCount {
            providers.append(try await .start("p\(number)") { _ in answer })
        }
        try await withGateway(to: providers) {
            $0.logs = true
            $0.provider = { provider in
                provider.retries.maximumRetryCount = parameters.retryCount
                provider.keys = (1...parameters.keyCount).map { ProviderKey(name: "k\($0)", value: "key-\($0)") }
            }
            $0.gateway = { gateway in
                if let limit = parameters.limit { gateway.reliability.attempts.maximumAttemptCount = limit }
            }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("any", isStreamed: isStreamed))
            #expect(answer.status == (parameters.status == 0 ? 502 : parameters.status))
            #expect(answer.isComplete)
            #expect(providers.map(\.visits.count) == parameters.attempts)
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["attempts"] as? Int == parameters.attempts.reduce(0, +))
        }
    }

    @Test func noRetryTakesTheAttemptOfATargetThatWasNotAsked() async throws {
        let failing = try await ScriptedProvider.start("p1") { _ in .status(503) }
        let well = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [failing, well]) {
            $0.provider = { $0.retries.maximumRetryCount = 100 }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("any")).status == 200)
            #expect(failing.visits.count == 7)
            #expect(well.visits.count == 1)
        }
    }

    @Test func aTargetBearsRetriesOfAllRequestsTogether() async throws {
        let failing = try await ScriptedProvider.start("p1") { _ in .status(500) }
        try await withGateway(to: [failing]) {
            $0.provider = { $0.retries.maximumRetryCount = 3 }
            $0.gateway = {
                $0.reliability.retryBudget.share = 0
                $0.reliability.retryBudget.minimumCount = 4
                $0.reliability.retryBudget.window = 3600
            }
        } _: { gateway async throws in
            for _ in 0..<5 { #expect(try await gateway.post(chat("p1/m")).status == 500) }
            #expect(failing.visits.count == 5 + 4)
        }
    }

    // MARK: What is not tried again

    @Test(arguments: [400, 413, 418, 422], [#","fallbacks":["p2/m"]"#, ""])
    func aCallersMistakeStays(_ status: Int, _ more: String) async throws {
        let refusing = try await ScriptedProvider.start("p1") { _ in .status(status) }
        let other = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [refusing, other]) {
            $0.provider = { $0.retries.maximumRetryCount = 3 }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat(more.isEmpty ? "any" : "p1/m", more)).status == status)
            #expect(refusing.visits.count == 1)
            #expect(other.visits.isEmpty)
        }
    }

    @Test func aCallersMistakeGoesOnWhereTheConfigurationSaysSo() async throws {
        let refusing = try await ScriptedProvider.start("p1") { _ in .status(400) }
        let other = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [refusing, other]) {
            $0.provider = { $0.retries.maximumRetryCount = 3 }
            $0.gateway = { $0.reliability.fallbacks.configured = [.callerError] }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("any")).status == 200)
            #expect(refusing.visits.count == 1)
            #expect(other.visits.count == 1)
        }
    }

    // MARK: Circles

    static let circles: [RoutingConfiguration] = [
        routing { $0.aliases = [ModelAlias(name: "a", model: "a")] },
        routing { $0.aliases = [ModelAlias(name: "a", model: "b"), ModelAlias(name: "b", model: "a")] },
        routing { $0.virtualModels = [virtual("a", ["b"]), virtual("b", ["p1/m", "c"]), virtual("c", ["a"])] },
        routing {
            $0.aliases = [ModelAlias(name: "a", model: "b")]
            $0.virtualModels = [virtual("b", ["a"])]
        },
    ]

    private static func routing(_ change: (inout RoutingConfiguration) -> Void) -> RoutingConfiguration {
        var routing = RoutingConfiguration()
        change(&routing)
        return routing
    }

    private static func virtual(_ name: String, _ models: [String]) -> VirtualModel {
        VirtualModel(name: name, targets: models.map { RoutingTarget(model: $0) })
    }

    @Test(arguments: circles)
    func namesThatLeadToThemselvesAreRefusedAtTheStart(_ routing: RoutingConfiguration) throws {
        let settings = GatewaySettings {
            $0.furtherProviders = [("p1", 1)]
            $0.gateway = { $0.routing = routing }
        }
        let configuration = try settings.configuration(mockPort: 1)
        #expect(throws: (any Error).self) { try Gateway(configuration) }
    }

    @Test func modelsThatAreEachOthersFallbackAreAskedOnce() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .status(500) }
        let second = try await ScriptedProvider.start("p2") { _ in .status(500) }
        try await withGateway(to: [first, second]) {
            $0.gateway = {
                $0.routing.fallbacks = [
                    ModelFallbacks(name: "p1/m", models: ["p2/m"]),
                    ModelFallbacks(name: "p2/m", models: ["p1/m"]),
                ]
            }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m")).status == 500)
            #expect(first.visits.count == 1)
            #expect(second.visits.count == 1)
        }
    }
}
