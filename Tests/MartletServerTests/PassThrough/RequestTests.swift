import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Requests on their way to a provider", .timeLimit(.minutes(2)))
struct RequestTests {
    static let paths = ["/v1/chat/completions", "/openai/v1/chat/completions", "/openai/chat/completions"]

    @Test func onlyTheModelIsChanged() async throws {
        try await withGateway { gateway async throws in
            let body =
                "\r\n{ \"n\" : 1.50e+01,\n\t\"model\" : \"mock/gpt\" , \"messages\":[ ], \"é\":-0.0 , \"x\":123456789012345678901 }\n "
            #expect(try await gateway.post(body).status == 200)
            let request = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: request.body) == body.replacing("mock/gpt", with: "gpt"))
            #expect(String(buffer: request.head.path) == "/v1/chat/completions")
            #expect(request.head.method == .post)
        }
    }

    @Test(arguments: [" ", "\n", "\t\r\n"])
    func everyByteOfALargeBodyArrives(_ space: String) async throws {
        try await withGateway { gateway async throws in
            let filler = String(repeating: "a\\u00e9é😀\(space == " " ? " " : "\\n")", count: 50_000)
            let body = #"{"messages":[{"role":"user","content":"\#(filler)"}],\#(space)"model":"mock/gpt"}"#
            #expect(try await gateway.post(body).status == 200)
            let request = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: request.body) == body.replacing("mock/gpt", with: "gpt"))
        }
    }

    @Test(arguments: paths)
    func routes(_ path: String) async throws {
        try await withGateway { gateway async throws in
            for path in [path, "\(path)?api-version=1&x=%20"] {
                let answer = try await gateway.post(chat(), path: path)
                #expect(answer.status == 200)
                #expect(answer.isComplete)
            }
            #expect(gateway.recorder.requests.allSatisfy { String(buffer: $0.head.target) == "/v1/chat/completions" })
        }
    }

    @Test func chunkedBodies() async throws {
        try await withGateway { gateway async throws in
            let caller = try await gateway.caller()
            let body = chat()
            let chunks = body.utf8.map { "1\r\n\(String(decoding: [$0], as: UTF8.self))\r\n" }.joined()
            let answer = try await caller.ask(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
            )
            #expect(answer.status == 200)
            let request = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: request.body) == body.replacing("mock/gpt", with: "gpt"))
            #expect(request.head.framing == .length(body.utf8.count - 5))
        }
    }

    @Test func fieldsTowardsTheProvider() async throws {
        let settings = GatewaySettings {
            $0.provider = { $0.extraHeaders = [HeaderField(name: "X-Extra", value: "1")] }
        }
        try await withGateway(settings) { gateway async throws in
            let fields =
                "Authorization: Bearer caller-secret\r\nX-Api-Key: caller-secret\r\nCookie: caller-secret\r\n"
                + "X-Request-ID: mine-1\r\nX-Custom: caller-secret\r\nAccept-Encoding: gzip\r\n"
            #expect(try await gateway.post(chat(), fields: fields).status == 200)
            #expect(try await gateway.post(chat(isStreamed: true)).status == 200)
            let requests = gateway.recorder.requests
            let sent = try #require(requests.first?.head.fields)
            #expect(sent.string("authorization") == "Bearer \(GatewaySettings.key)")
            #expect(sent.string("x-request-id") == "mine-1")
            #expect(sent.string("content-type") == "application/json")
            #expect(sent.string("accept") == "application/json")
            #expect(sent.string("host") == "127.0.0.1:\(gateway.mock.port)")
            #expect(sent.string("x-extra") == "1")
            #expect(sent.string("user-agent")?.hasPrefix("martlet/") == true)
            #expect(requests.last?.head.fields.string("accept") == "text/event-stream")
            for name in ["x-api-key", "cookie", "x-custom", "accept-encoding"] as [StaticString] {
                #expect(!sent.contains(name))
            }
            var values: [String] = []
            sent.forEach { _, value in
                values.append(String(decoding: (0..<value.count).map { value[$0] }, as: UTF8.self))
            }
            #expect(!values.contains { $0.contains("caller-secret") })
        }
    }

    @Test func keylessProvidersGetNoAuthorization() async throws {
        let settings = GatewaySettings {
            $0.provider = {
                $0.keys = []
                $0.isKeyless = true
            }
        }
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.post(chat(), fields: "Authorization: Bearer caller\r\n").status == 200)
            #expect(gateway.recorder.requests.first?.head.fields.contains("authorization") == false)
        }
    }

    @Test(arguments: ["a", "req-1_2.3:4", String(repeating: "x", count: 128)])
    func acceptableIDsAreKept(_ id: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(chat(), fields: "X-Request-ID: \(id)\r\n")
            #expect(answer.head.fields.string("x-request-id") == id)
            #expect(gateway.recorder.requests.first?.head.fields.string("x-request-id") == id)
        }
    }

    @Test(arguments: ["", "a b", "a\"b", "é", "a,b", "{}", String(repeating: "x", count: 129)])
    func otherIDsAreReplaced(_ id: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(chat(), fields: "X-Request-ID: \(id)\r\n")
            let chosen = try #require(answer.head.fields.string("x-request-id"))
            #expect(chosen.hasPrefix("req-") && chosen.utf8.count == 31)
            #expect(gateway.recorder.requests.first?.head.fields.string("x-request-id") == chosen)
        }
    }

    @Test func keysShareTheRequests() async throws {
        let settings = GatewaySettings {
            $0.provider = { provider in
                provider.keys = [("a", 0.7), ("b", 0.2), ("c", 0.1), ("never", 0)].map { name, weight in
                    var key = ProviderKey(name: name, value: "sk-\(name)")
                    key.weight = weight
                    return key
                }
            }
        }
        try await withGateway(settings) { gateway async throws in
            let caller = try await gateway.caller()
            for _ in 0..<300 {
                #expect(try await caller.post(chat()).status == 200)
            }
            let used = gateway.recorder.requests.compactMap { $0.head.fields.string("authorization") }
            let counts = Dictionary(grouping: used) { $0 }.mapValues(\.count)
            // Each bound is missed less often than once in a million runs.
            #expect((165...250).contains(counts["Bearer sk-a"] ?? 0))
            #expect((24...100).contains(counts["Bearer sk-b"] ?? 0))
            #expect((5...63).contains(counts["Bearer sk-c"] ?? 0))
            #expect(counts["Bearer sk-never"] == nil)
        }
    }

    @Test func modelsChooseKeys() async throws {
        let settings = GatewaySettings {
            $0.provider = { provider in
                var large = ProviderKey(name: "large", value: "sk-large")
                large.models = ["large"]
                var small = ProviderKey(name: "small", value: "sk-small")
                small.models = ["*"]
                small.excludedModels = ["large", "none"]
                provider.keys = [large, small]
            }
        }
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.post(chat("mock/large")).status == 200)
            #expect(try await gateway.post(chat("small")).status == 200)
            let refused = try await gateway.post(chat("none"))
            #expect(refused.status == 404)
            #expect(try refused.error().code == "model_not_found")
            #expect(try refused.error().param == "model")
            let keys = gateway.recorder.requests.compactMap { $0.head.fields.string("authorization") }
            #expect(keys == ["Bearer sk-large", "Bearer sk-small"])
        }
    }
}
