import JSON
import Martlet
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Callers' own keys", .timeLimit(.minutes(2)))
struct DirectKeyTests {
    private static let own = "sk-callers-own-0123456789"

    private func start(_ name: String, status: Int? = nil) async throws -> ScriptedProvider {
        try await .start(name) { visit in
            if visit.key == "sk-refused-0123456789" {
                return .status(401, body: #"{"error":{"message":"no such key: sk-refused-0123456789"}}"#)
            }
            return status.map { .status($0) } ?? .chat
        }
    }

    private static func allow(_ gateway: inout GatewayConfiguration) { gateway.allowsDirectKeys = true }

    @Test(arguments: [
        "Authorization: Bearer ", "authorization: bearer ", "x-api-key: ", "x-goog-api-key: ", "api-key: ",
    ])
    func areUsedInsteadOfTheGateways(_ field: String) async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.logs = true
            $0.gateway = Self.allow
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m"), fields: "\(field)\(Self.own)\r\n").status == 200)
            #expect(provider.visits.map(\.key) == [Self.own])
            let lines = try await gateway.logLines()
            #expect(lines.contains { $0.contains(#""key":"caller's own""#) })
            #expect(!lines.contains { $0.contains(Self.own) })
        }
    }

    @Test(arguments: [
        "", "Authorization: Bearer \r\n", "Authorization: Basic eDp5\r\n", "x-api-key: sk-bf-virtual\r\n",
    ])
    func withoutOneTheGatewaysIsUsed(_ field: String) async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m"), fields: field).status == 200)
            #expect(provider.visits.map(\.key) == [GatewaySettings.key])
        }
    }

    @Test func areNotUsedUnlessAllowed() async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) { gateway async throws in
            let fields = "Authorization: Bearer \(Self.own)\r\n"
            #expect(try await gateway.post(chat("p1/m"), fields: fields).status == 200)
            #expect(provider.visits.map(\.key) == [GatewaySettings.key])
        }
    }

    @Test func aKeyOfTheGatewaysThatIsNamedCountsMore() async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
        } _: { gateway async throws in
            let fields = "Authorization: Bearer \(Self.own)\r\nx-bf-api-key: main\r\n"
            #expect(try await gateway.post(chat("p1/m"), fields: fields).status == 200)
            #expect(provider.visits.map(\.key) == [GatewaySettings.key])
        }
    }

    @Test func whatNoKeyHasIsRefused() async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("p1/m"), fields: "x-api-key: a b\r\n").status == 400)
            #expect(provider.visits.isEmpty)
        }
    }

    /// Neither does another provider see the key, nor does it answer at the gateway's expense.
    @Test func stayWithTheFirstProvider() async throws {
        let failing = try await start("p1", status: 503)
        let other = try await start("p2")
        try await withGateway(to: [failing, other]) {
            $0.gateway = Self.allow
        } _: { gateway async throws in
            let fields = "Authorization: Bearer \(Self.own)\r\n"
            #expect(try await gateway.post(chat("any"), fields: fields).status == 503)
            #expect(failing.visits.map(\.key) == [Self.own])
            let plan = try await gateway.post(chat("any"), path: "/v1/explain", fields: fields)
            #expect(plan.text.contains(#""other_key""#))
            #expect(!plan.text.contains(Self.own))
            #expect(other.visits.isEmpty)
        }
    }

    /// The caller's key, its fault: the gateway's own keys and breakers know nothing of it.
    @Test func areRefusedToTheirCallerAlone() async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
            $0.provider = { $0.retries.maximumRetryCount = 3 }
        } _: { gateway async throws in
            for _ in 0..<20 {
                let answer = try await gateway.post(chat("p1/m"), fields: "x-api-key: sk-refused-0123456789\r\n")
                #expect(answer.status == 401)
                #expect(!answer.text.contains("sk-refused-0123456789"))
            }
            #expect(provider.visits.count == 20)
            #expect(try await gateway.post(chat("p1/m")).status == 200)
            let plan = try await gateway.post(chat("p1/m"), path: "/v1/explain")
            #expect(plan.text.contains(#""state":"ready","breaker":"closed""#))
        }
    }

    @Test(arguments: [
        (
            "/v1/chat/completions", #"{"model":"p1/m","messages":[{"role":"user","content":"a"}]}"#,
            "authentication_error"
        ),
        (
            "/anthropic/v1/messages",
            #"{"model":"p1/m","max_tokens":9,"messages":[{"role":"user","content":"a"}]}"#, "authentication_error"
        ),
        ("/genai/v1beta/models/p1%2Fm:generateContent", #"{"contents":[{"parts":[{"text":"a"}]}]}"#, "UNAUTHENTICATED"),
    ])
    func aProviderWithoutKeysNeedsThem(_ path: String, _ body: String, _ word: String) async throws {
        let provider = try await start("p1")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
            $0.provider = { $0.keys = [] }
        } _: { gateway async throws in
            let refused = try await gateway.post(body, path: path)
            #expect(refused.status == 401)
            #expect(refused.text.contains(word))
            #expect(refused.text.contains("needs a key of the caller's own"))
            #expect(provider.visits.isEmpty)
            let answer = try await gateway.post(body, path: path, fields: "x-api-key: \(Self.own)\r\n")
            #expect(answer.status == 200)
            #expect(provider.visits.map(\.key) == [Self.own])
        }
    }

    @Test func goWhereTheGatewaysKeysLead() async throws {
        let provider = try await start("p1")
        let other = try await start("p2")
        try await withGateway(to: [provider]) {
            $0.gateway = Self.allow
            $0.provider = {
                var elsewhere = ProviderKey(name: "elsewhere", value: "sk-elsewhere")
                elsewhere.models = ["m"]
                elsewhere.aliases = ["m": "deployment"]
                elsewhere.baseURL = BaseURL("http://127.0.0.1:\(other.port)/base")
                $0.keys.append(elsewhere)
                $0.keys[0].models = ["n"]
            }
        } _: { gateway async throws in
            for model in ["m", "n", "unknown"] {
                let answer = try await gateway.post(chat("p1/\(model)"), fields: "x-api-key: \(Self.own)\r\n")
                #expect(answer.status == 200)
            }
            #expect(other.visits.map { String(buffer: $0.head.path) } == ["/base/v1/chat/completions"])
            #expect(other.visits.map(\.key) == [Self.own])
            #expect(other.visits[0].body.contains(#""deployment""#))
            #expect(provider.visits.map(\.key) == [Self.own, Self.own])
        }
        try await other.close()
    }
}
