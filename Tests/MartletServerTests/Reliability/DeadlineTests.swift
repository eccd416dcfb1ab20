import Martlet
import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Deadlines of attempts", .timeLimit(.minutes(2)))
struct DeadlineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: String
        var answer: ScriptedAnswer
        var isStreamed = false
        var set: @Sendable (inout TimeoutConfiguration) -> Void
        /// Whether something comes all the time, but never the end.
        var trickles = false
    }

    private static let wholeHead =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"

    static let cases = [
        Case(
            testDescription: "no head",
            code: "first_byte_timeout",
            answer: .silence,
            set: { $0.firstByte = 0.05 }
        ),
        Case(
            testDescription: "no head of a stream",
            code: "first_byte_timeout",
            answer: .silence,
            isStreamed: true,
            set: { $0.firstByte = 0.05 }
        ),
        Case(
            testDescription: "a head without a body",
            code: "idle_timeout",
            answer: ScriptedAnswer(wholeHead),
            set: { $0.idle = 0.05 }
        ),
        Case(
            testDescription: "a stream without an event",
            code: "idle_timeout",
            answer: .beginning(),
            isStreamed: true,
            set: { $0.idle = 0.05 }
        ),
        Case(
            testDescription: "a stream that stops before any content",
            code: "idle_timeout",
            answer: .events(SampleStream.role, isWhole: false),
            isStreamed: true,
            set: { $0.idle = 0.05 }
        ),
        Case(
            testDescription: "a body byte by byte",
            code: "total_timeout",
            answer: ScriptedAnswer(wholeHead),
            set: { $0.total = 0.2 },
            trickles: true
        ),
    ]

    /// Goes on sending until the gateway has enough.
    private static func trickle(_ visit: Visit) {
        Task {
            while true { try await visit.send(ScriptedAnswer(" ")) }
        }
    }

    @Test(arguments: cases)
    func eachHasACodeOfItsOwn(_ parameters: Case) async throws {
        let provider = try await ScriptedProvider.start("p1") { visit in
            if parameters.trickles { Self.trickle(visit) }
            return parameters.answer
        }
        try await withGateway(to: [provider]) {
            $0.logs = true
            $0.provider = { parameters.set(&$0.timeouts) }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("p1/m", isStreamed: parameters.isStreamed))
            #expect(answer.status == 504)
            #expect(try answer.error().code == parameters.code)
            for visit in provider.visits { await visit.departure() }
            #expect(provider.visits.count <= 1)
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["error"] as? String == parameters.code)
        }
    }

    @Test(arguments: cases.filter { !$0.trickles })
    func theNextTargetIsAsked(_ parameters: Case) async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in parameters.answer }
        let other = try await ScriptedProvider.start("p2") { _ in parameters.isStreamed ? .chatStream : .chat }
        try await withGateway(to: [provider, other]) {
            $0.provider = {
                $0.retries.maximumRetryCount = 2
                if $0.name == "p1" { parameters.set(&$0.timeouts) }
            }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("any", isStreamed: parameters.isStreamed))
            #expect(answer.status == 200)
            // What the first target said is not in it.
            if parameters.isStreamed { #expect(answer.text == SampleStream.withoutUsage) }
            await (try await provider.nextVisit()).departure()
            #expect(provider.visits.count == 1)
            #expect(other.visits.count == 1)
        }
    }

    @Test func aTargetThatCannotBeReachedInTimeIsTriedAgainAndPassedBy() async throws {
        let silent = try ClosedPort(.silent)
        let other = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [other]) {
            $0.logs = true
            $0.providerPort = silent.port
            $0.provider = {
                $0.retries.maximumRetryCount = 1
                if $0.name == "mock" { $0.timeouts.connect = 0.05 }
            }
            $0.gateway = { $0.routing.fallbacks = [ModelFallbacks(name: "mock/gpt", models: ["p2/m"])] }
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("mock/gpt")).status == 200)
            let line = try object(try #require(try await gateway.logLines().last))
            #expect(line["attempts"] as? Int == 3)
            #expect(line["provider"] as? String == "p2")
        }
    }

    // MARK: Those of callers

    static let fields: [(String, ScriptedAnswer, String)] = [
        ("x-martlet-first-byte-timeout: 0.05", .silence, "first_byte_timeout"),
        ("x-martlet-idle-timeout: 0.05", ScriptedAnswer(wholeHead), "idle_timeout"),
        ("x-martlet-timeout: 0.1", .silence, "total_timeout"),
        ("x-martlet-timeout: 0.1", ScriptedAnswer(wholeHead), "total_timeout"),
    ]

    @Test(arguments: fields)
    func aRequestCanHaveItsOwn(_ field: String, _ reaction: ScriptedAnswer, _ code: String) async throws {
        let provider = try await ScriptedProvider.start("p1") { _ in reaction }
        try await withGateway(to: [provider]) { _ in
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("p1/m"), fields: "\(field)\r\n")
            #expect(answer.status == 504)
            #expect(try answer.error().code == code)
            for visit in provider.visits { await visit.departure() }
        }
    }

    @Test func aRequestCanHaveItsOwnForTheConnection() async throws {
        let silent = try ClosedPort(.silent)
        try await withGateway(GatewaySettings { $0.providerPort = silent.port }) { gateway async throws in
            let answer = try await gateway.post(chat(), fields: "x-martlet-connect-timeout: 0.05\r\n")
            #expect(answer.status == 504)
            #expect(try answer.error().code == "connect_timeout")
        }
    }

    /// The time of a request as a whole is not one for each attempt, and no wait begins that would outlast it.
    @Test func theTotalTimeIsForAllAttemptsTogether() async throws {
        let busy = try await ScriptedProvider.start("p1") { _ in .status(503) }
        let silent = try await ScriptedProvider.start("p2") { _ in .silence }
        try await withGateway(to: [busy, silent]) {
            $0.provider = {
                $0.retries.maximumRetryCount = 5
                $0.retries.initialBackoff = 3600
                $0.retries.maximumBackoff = 3600
            }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("any"), fields: "x-martlet-timeout: 0.3\r\n")
            #expect(answer.status >= 500)
            for visit in silent.visits { await visit.departure() }
            #expect(busy.visits.count <= 1)
            #expect(silent.visits.count <= 1)
        }
    }
}
