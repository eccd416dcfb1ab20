import MartletServer
import NIOCore
import Testing
import Transport
import WireTestSupport

@testable import Martlet

/// A job in the background goes on when its request has broken, and is paid for. Asked for twice, it is there twice.
@Suite("Requests that must not be sent twice", .timeLimit(.minutes(2)))
struct UnrepeatableRequestTests {
    private static let doubt = "Nobody knows whether it has begun what was asked, so it was not asked again."

    private static let answer = ScriptedAnswer.status(
        200,
        body: #"{"id":"resp_1","object":"response","created_at":1,"status":"queued","background":true,"model":"m","#
            + #""output":[]}"#
    )

    private static func body(_ model: String = "any", _ more: String = #","background":true"#) -> String {
        #"{"model":"\#(model)","input":"hello"\#(more)}"#
    }

    private func post(_ gateway: RunningGateway, _ body: String = body()) async throws -> WireAnswer {
        try await gateway.post(body, path: "/openai/v1/responses")
    }

    private static func configure(_ provider: inout ProviderConfiguration) {
        provider.responsesPath = "/v1/responses"
        provider.retries.maximumRetryCount = 2
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var answer: ScriptedAnswer
        /// What the caller gets when nothing may be tried again.
        var status: Int
        /// How often the first target is asked otherwise.
        var attemptCount: Int
        /// Whether the error is the gateway's own.
        var isOwnError = true
        /// Shortens the times of the first target.
        var set: @Sendable (inout TimeoutConfiguration) -> Void = { _ in }
    }

    /// The provider may have begun.
    static let doubtful = [
        Case(testDescription: "hangs up", answer: .hangUp, status: 502, attemptCount: 3),
        Case(
            testDescription: "is silent",
            answer: .silence,
            status: 504,
            attemptCount: 1,
            set: { $0.firstByte = 0.05 }
        ),
        Case(
            testDescription: "stops in its answer",
            answer: ScriptedAnswer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"),
            status: 504,
            attemptCount: 1,
            set: { $0.idle = 0.05 }
        ),
        Case(
            testDescription: "breaks off",
            answer: ScriptedAnswer(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
                closesAfterwards: true
            ),
            status: 502,
            attemptCount: 3
        ),
        Case(testDescription: "speaks no HTTP", answer: ScriptedAnswer("hello\r\n\r\n"), status: 502, attemptCount: 1),
        Case(testDescription: "500", answer: .status(500), status: 500, attemptCount: 3, isOwnError: false),
        Case(testDescription: "502", answer: .status(502), status: 502, attemptCount: 3, isOwnError: false),
        Case(testDescription: "503", answer: .status(503), status: 503, attemptCount: 3, isOwnError: false),
        Case(testDescription: "408", answer: .status(408), status: 408, attemptCount: 3, isOwnError: false),
    ]

    @Test(arguments: doubtful)
    func isAskedOnceWhenNobodyKnows(_ parameters: Case) async throws {
        let first = try await ScriptedProvider.start("p1") { _ in parameters.answer }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [first, second]) {
            $0.logs = true
            $0.provider = {
                Self.configure(&$0)
                if $0.name == "p1" { parameters.set(&$0.timeouts) }
            }
        } _: { gateway async throws in
            let answer = try await post(gateway)
            #expect(answer.status == parameters.status)
            #expect(answer.head.fields.string("x-should-retry") == "false")
            let error = try answer.error()
            #expect(error.message.hasSuffix(Self.doubt) == parameters.isOwnError)
            _ = try await first.nextVisit()
            #expect([first, second].map(\.visits.count) == [1, 0])
            // The same request that leaves nothing behind is tried again and goes on.
            let other = try await post(gateway, Self.body("any", ""))
            #expect(other.status == 200)
            #expect(other.head.fields.string("x-should-retry") == nil)
            for _ in 0..<parameters.attemptCount { _ = try await first.nextVisit() }
            #expect([first, second].map(\.visits.count) == [1 + parameters.attemptCount, 1])
            let line = try object(try #require(try await gateway.logLines().first))
            #expect((line["message"] as? String)?.hasSuffix(Self.doubt) == true)
            #expect(line["attempts"] as? Int == 1)
        }
    }

    /// The provider has certainly not begun.
    static let refusals = [
        Case(testDescription: "429", answer: .status(429), status: 200, attemptCount: 1),
        Case(testDescription: "401", answer: .status(401), status: 200, attemptCount: 1),
        Case(testDescription: "404", answer: .status(404), status: 200, attemptCount: 1),
        Case(
            testDescription: "503 that says when to return",
            answer: .status(503, fields: "Retry-After: 0\r\n"),
            status: 200,
            attemptCount: 3
        ),
        Case(
            testDescription: "529 that says to return late",
            answer: .status(529, fields: "Retry-After: 60\r\n"),
            status: 200,
            attemptCount: 1
        ),
    ]

    @Test(arguments: refusals)
    func goesOnWhereItWasTurnedAway(_ parameters: Case) async throws {
        let first = try await ScriptedProvider.start("p1") { _ in parameters.answer }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [first, second]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            #expect(try await post(gateway).status == parameters.status)
            #expect([first, second].map(\.visits.count) == [parameters.attemptCount, 1])
            #expect(second.visits.first?.body.contains(#""background":true"#) == true)
        }
    }

    @Test func goesOnWhereNobodyListens() async throws {
        let closed = try ClosedPort(.refusing)
        defer { withExtendedLifetime(closed) {} }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [second]) {
            $0.furtherProviders.append(("p1", closed.port))
            $0.provider = Self.configure
        } _: { gateway async throws in
            #expect(
                try await post(gateway, Self.body("p1/m", #","background":true,"fallbacks":["p2/m"]"#)).status == 200
            )
            #expect(second.visits.count == 1)
        }
    }

    @Test func goesOnWhereABreakerIsOpen() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .status(500) }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [first, second]) {
            $0.provider = {
                Self.configure(&$0)
                $0.retries.maximumRetryCount = 0
            }
            $0.gateway = {
                $0.reliability.breaker.consecutiveFailureLimit = 1
                $0.reliability.breaker.openTime = 3600
            }
        } _: { gateway async throws in
            #expect(try await post(gateway).status == 500)
            #expect(try await post(gateway).status == 200)
            #expect([first, second].map(\.visits.count) == [1, 1])
        }
    }

    /// The second target is the one that may have begun; that the first one was not reached is of no interest.
    @Test func theDoubtIsTold() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .status(429) }
        let second = try await ScriptedProvider.start("p2") { _ in .hangUp }
        let third = try await ScriptedProvider.start("p3") { _ in Self.answer }
        try await withGateway(to: [first, second, third]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            let answer = try await post(gateway)
            #expect(answer.status == 502)
            let error = try answer.error()
            #expect(error.message.contains("p2") && error.message.hasSuffix(Self.doubt))
            #expect([first, second, third].map(\.visits.count) == [1, 1, 0])
        }
    }

    @Test func aConversationThatIsKeptIsAddedToOnce() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .hangUp }
        try await withGateway(to: [first]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            #expect(try await post(gateway, Self.body("p1/m", #","conversation":"conv_1""#)).status == 502)
            #expect(first.visits.count == 1)
        }
    }

    @Test func countingItsTokensMayBeDoneTwice() async throws {
        let first = try await ScriptedProvider.start("p1") { visit in
            visit.number == 1 ? .hangUp : .status(200, body: #"{"object":"response.input_tokens","input_tokens":3}"#)
        }
        try await withGateway(to: [first]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            let answer = try await gateway.post(Self.body("p1/m"), path: "/openai/v1/responses/input_tokens")
            #expect(answer.status == 200)
            #expect(first.visits.count == 2)
        }
    }

    /// A request that comes later, and may be hedged, is; so the time in which this one could have been is over.
    @Test func isNotHedged() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .silence }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [first, second]) {
            $0.provider = Self.configure
            $0.gateway = {
                var hedging = HedgeSettings()
                hedging.minimumSampleCount = 0
                hedging.minimumDelay = 0.02
                hedging.maximumDelay = 0.02
                $0.reliability.hedging = hedging
            }
        } _: { gateway async throws in
            let health = try #require(gateway.gateway.provider(named: "p1")?.health)
            let wish = KeyWish(serving: KeySet(count: 1))
            let admission = try health.admit("m", wish, isFirst: true, isLastResort: false, now: .now, random: 0).get()
            health.didBeginWell(admission, after: .zero, isStream: true, now: .now)
            health.didEnd(admission, now: .now)
            let caller = try await gateway.caller()
            try await caller.begin(Self.body(), path: "/openai/v1/responses")
            let visit = try await first.nextVisit()
            #expect(try await post(gateway, Self.body("any", "")).status == 200)
            #expect(first.visits.count == 2)
            #expect(second.visits.map { $0.body.contains("background") } == [false])
            try await visit.send(Self.answer)
            #expect(try await caller.answer().status == 200)
        }
    }

    /// The id of a job is how its caller finds it again, so it is not held until there is content.
    @Test func theBeginningOfItsStreamIsPassedOnAtOnce() async throws {
        let created =
            #"{"type":"response.created","sequence_number":0,"response":{"id":"resp_7","object":"response","#
            + #""created_at":1,"model":"m","status":"queued","output":[]}}"#
        let first = try await ScriptedProvider.start("p1") { _ in
            .events("event: response.created\ndata: \(created)\n\n", isWhole: false)
        }
        let second = try await ScriptedProvider.start("p2") { _ in Self.answer }
        try await withGateway(to: [first, second]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            let caller = try await gateway.caller()
            let body = Self.body("any", #","background":true,"stream":true"#)
            try await caller.begin(body, path: "/openai/v1/responses", fields: "Connection: close\r\n")
            #expect(await caller.raw(until: "resp_7").contains("200 OK"))
            await first.visits.first?.close()
            #expect(await caller.rest().contains("p1 broke off"))
            #expect([first, second].map(\.visits.count) == [1, 0])
        }
    }

    @Test func doesNotUseAConnectionThatMayBeDead() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in Self.answer }
        try await withGateway(to: [first]) {
            $0.provider = Self.configure
        } _: { gateway async throws in
            for more in ["", "", #","background":true"#] {
                #expect(try await post(gateway, Self.body("p1/m", more)).status == 200)
            }
            let visits = first.visits
            try #require(visits.count == 3)
            #expect(visits[0].sharesConnection(with: visits[1]))
            #expect(!visits[0].sharesConnection(with: visits[2]))
        }
    }
}
