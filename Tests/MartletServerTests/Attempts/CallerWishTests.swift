import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("What callers wish of keys, times and fields", .timeLimit(.minutes(2)))
struct CallerWishTests {
    private static let names = ["one", "two", "three", "four"]

    private static var settings: GatewaySettings {
        GatewaySettings {
            $0.provider = { $0.keys = names.map { ProviderKey(name: $0, value: "sk-\($0)-0123456789") } }
        }
    }

    private func keys(_ gateway: RunningGateway) -> [String] {
        gateway.recorder.requests.compactMap { request in
            request.head.fields.string("authorization")?.split(separator: "-").dropFirst().first.map(String.init)
        }
    }

    @Test(arguments: ["x-bf-api-key", "x-bf-api-key-id"])
    func aNamedKeyIsTheOnlyOne(_ field: String) async throws {
        try await withGateway(Self.settings) { gateway async throws in
            for _ in 0..<10 {
                #expect(try await gateway.post(chat(), fields: "\(field): three\r\n").status == 200)
            }
            #expect(Set(keys(gateway)) == ["three"])
            let unknown = try await gateway.post(chat(), fields: "\(field): five\r\n")
            #expect(unknown.status == 404)
            #expect(gateway.recorder.requests.count == 10)
        }
    }

    @Test func aSessionStaysWithItsKey() async throws {
        try await withGateway(Self.settings) { gateway async throws in
            var perSession: [String] = []
            for session in 0..<12 {
                for _ in 0..<3 {
                    #expect(try await gateway.post(chat(), fields: "x-bf-session-id: s\(session)\r\n").status == 200)
                }
                let used = Set(keys(gateway).suffix(3))
                #expect(used.count == 1)
                perSession += used
            }
            #expect(Set(perSession).count > 1)
        }
    }

    @Test func longPromptsStayWhereTheyAreCached() async throws {
        var settings = Self.settings
        settings.logs = true
        try await withGateway(settings) { gateway async throws in
            for prompt in ["a", "b", "c", "d", "e", "f"] {
                let system = String(repeating: prompt, count: 5000)
                for turn in 0..<4 {
                    let body =
                        #"{"model":"mock/gpt","messages":[{"role":"system","content":"\#(system)"},"#
                        + #"{"role":"user","content":"\#(turn)"}]}"#
                    #expect(try await gateway.post(body).status == 200)
                    // What is remembered comes a moment after the answer.
                    try await gateway.waitUntil(activeCount: 0)
                }
                #expect(Set(keys(gateway).suffix(4)).count == 1)
            }
            let places = try await gateway.logLines().map {
                try JSONValue(parsing: Array($0.utf8).span)["prompt_cache"]?.string
            }
            #expect(places.prefix(4) == ["new", "kept", "kept", "kept"])
        }
    }

    /// After a failure of its first target the second one has the prompt, but an order is an order.
    @Test(arguments: [(RoutingStrategy.ordered, "first"), (.weighted, "second")])
    func anOrderCountsMoreThanACache(_ strategy: RoutingStrategy, _ expected: String) async throws {
        var settings = Self.settings
        settings.gateway = {
            var second = RoutingTarget(model: "mock/second")
            second.weight = 0
            $0.routing.virtualModels = [
                VirtualModel(name: "any", strategy: strategy, targets: [RoutingTarget(model: "mock/first"), second])
            ]
        }
        let failure = MockReply(status: 500, body: ByteBuffer(string: "{}"))
        settings.script.replies["first"] = failure
        try await withGateway(settings) { gateway async throws in
            let system = String(repeating: "a", count: 5000)
            let body =
                #"{"model":"any","messages":[{"role":"system","content":"\#(system)"},{"role":"user","content":"b"}]}"#
            for _ in 0..<2 { #expect(try await gateway.post(body).status == 200) }
            let models = try gateway.recorder.requests.map {
                try JSONValue(parsing: $0.body.readableBytesUInt8Span)["model"]?.string
            }
            #expect(models.prefix(2) == ["first", "second"])
            #expect(models[2] == expected)
        }
    }

    @Test func fieldsForTheProviderReachIt() async throws {
        var settings = Self.settings
        settings.gateway = { $0.headerFilter.forbidden = ["x-inner"] }
        try await withGateway(settings) { gateway async throws in
            let fields = ["X-Trace: a", "x-inner: b", "authorization: Bearer c", "Host: d", "Cookie: e"]
                .map { "x-bf-eh-\($0)\r\n" }.joined()
            #expect(try await gateway.post(chat(), fields: fields).status == 200)
            let head = try #require(gateway.recorder.requests.first).head.fields
            #expect(head.string("x-trace") == "a")
            #expect(head.string("x-inner") == nil)
            #expect(head.string("cookie") == nil)
            #expect(head.string("authorization")?.hasPrefix("Bearer sk-") == true)
            #expect(head.string("host")?.hasPrefix("127.0.0.1") == true)
        }
    }

    @Test(arguments: [
        ("x-martlet-timeout", "total_timeout"), ("x-martlet-first-byte-timeout", "first_byte_timeout"),
    ])
    func timesOfTheRequest(_ field: String, _ code: String) async throws {
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(chat("mock-stall"), fields: "\(field): 0.05\r\n")
            #expect(answer.status == 504)
            #expect(try answer.error().code == code)
        }
    }

    @Test func timesOfAModel() async throws {
        var settings = Self.settings
        settings.provider = {
            var short = TimeoutConfiguration()
            short.firstByte = 0.05
            $0.modelTimeouts = [ModelTimeouts(model: "mock-st*", timeouts: short)]
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat("mock-stall"))
            #expect(try answer.error().code == "first_byte_timeout")
            #expect(try await gateway.post(chat()).status == 200)
        }
    }

    @Test func theIdleTimeOfTheRequest() async throws {
        var reply = SampleStream.reply([SampleStream.role + SampleStream.first, SampleStream.second].map(\.utf8))
        reply.pieceGap = .hours(1)
        var settings = Self.settings
        settings.script.replies = ["gpt": reply]
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat(isStreamed: true), fields: "x-martlet-idle-timeout: 0.05\r\n")
            #expect(answer.text.contains("idle_timeout"))
        }
    }

    @Test(arguments: ["0", "-1", "x", "1e9", "nan", "inf", ""])
    func timesThatMakeNoSense(_ value: String) async throws {
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(chat(), fields: "x-martlet-timeout: \(value)\r\n")
            #expect(answer.status == 400)
            #expect(try answer.error().message.contains("x-martlet-timeout"))
        }
    }

    @Test(arguments: [
        (#"["mock/good"]"#, 200), (#"[{"provider":"mock","model":"good"}]"#, 200), ("[]", 500), ("null", 500),
        (#"["nobody/x"]"#, 500), ("7", 400), ("[7]", 400),
    ])
    func fallbacksOfTheBody(_ fallbacks: String, _ status: Int) async throws {
        var settings = Self.settings
        settings.script.replies = ["good": MockReply(body: ByteBuffer(string: "{}"))]
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat("mock-500", #","fallbacks":\#(fallbacks)"#))
            #expect(answer.status == status || (status == 500 && answer.status == 404))
            for request in gateway.recorder.requests {
                #expect(!String(buffer: request.body).contains("fallbacks"))
            }
        }
    }
}
