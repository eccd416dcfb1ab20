import JSON
import NIOCore
import Testing
import WireTestSupport

@testable import Martlet

@Suite("Open circuit breakers", .timeLimit(.minutes(2)))
struct OpenBreakerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The targets with open breakers, in the order in which these close.
        var open: [String]
        /// How often each of three targets is asked by three requests.
        var visits: [Int]

        var testDescription: String { "open: \(open.joined(separator: ", "))" }
    }

    static let cases = [
        Case(open: [], visits: [3, 0, 0]),
        Case(open: ["p1"], visits: [0, 3, 0]),
        Case(open: ["p2", "p1"], visits: [0, 0, 3]),
        Case(open: ["p1", "p3"], visits: [0, 3, 0]),
        Case(open: ["p2", "p1", "p3"], visits: [0, 1, 0]),
        Case(open: ["p3", "p2", "p1"], visits: [0, 0, 1]),
    ]

    /// A request that finds all breakers open goes to the target that is tried again first; its answer closes the
    /// breaker, so that the requests behind it have a target as usual.
    @Test(arguments: cases)
    func keepRequestsAwayButNeverAll(_ parameters: Case) async throws {
        var providers: [ScriptedProvider] = []
        for name in ["p1", "p2", "p3"] { providers.append(try await .start(name) { _ in .chat }) }
        let count = parameters.open.count == 3 ? 1 : 3
        try await withGateway(to: providers) {
            $0.logs = true
            $0.gateway = Self.openForAnHour
        } _: { gateway async throws in
            for (number, name) in parameters.open.enumerated() {
                try open(try #require(gateway.gateway.provider(named: name)).health, before: 100 - Double(number))
            }
            for _ in 0..<count { #expect(try await gateway.post(chat("any")).status == 200) }
            #expect(providers.map(\.visits.count) == parameters.visits)
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().last).utf8).span)
            #expect(line["attempts"] == 1)
            let actions = line["trail"]?["attempts"]?.array?.map { $0["then"]?.string ?? "" }
            let skipped = parameters.open.count == 3 ? 3 : parameters.visits.firstIndex(of: 3) ?? 0
            #expect(actions == Array(repeating: "next target", count: skipped) + [""])
        }
    }

    @Test func theOnlyTargetIsAsked() async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in .chat }
        try await withGateway(to: [provider]) {
            $0.logs = true
            $0.gateway = Self.openForAnHour
        } _: { gateway async throws in
            try open(try #require(gateway.gateway.provider(named: "p1")).health, before: 0)
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().last).utf8).span)
            #expect(line["attempts"] == 1)
            #expect(line["breaker"] == "open")
        }
    }

    private static func openForAnHour(_ gateway: inout GatewayConfiguration) {
        gateway.reliability.breaker.openTime = 3600
        gateway.reliability.breaker.maximumOpenTime = 3600
    }

    /// Lets requests fail until the breaker opens.
    ///
    /// - Parameter seconds: How long ago.
    private func open(_ health: ProviderHealth, before seconds: Double) throws {
        let now = Moment.now + Interval(seconds: -seconds)
        for _ in 0..<5 {
            let wish = KeyWish(serving: KeySet(count: 1))
            let admission = try health.admit("m", wish, isFirst: true, isLastResort: false, now: now, random: 0).get()
            health.didFail(admission, .serverError, retryAfter: nil, now: now, random: 0)
            health.didEnd(admission, now: now)
        }
    }
}
