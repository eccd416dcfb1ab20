import Foundation
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Answers on their way to a caller", .timeLimit(.minutes(2)))
struct AnswerTests {
    private func settings(_ reply: MockReply) -> GatewaySettings {
        GatewaySettings { $0.script.replies = ["gpt": reply] }
    }

    @Test func everyByteIsKept() async throws {
        let body = "\n{ \"id\" : \"x\",\"n\":1.50e+01, \"usage\":{\"prompt_tokens\":1} ,\"é\":\"\\u00e9\" }\r\n\r\n"
        var reply = MockReply(contentType: "application/json; charset=utf-8", body: ByteBuffer(string: body))
        reply.fields = [
            ("x-ratelimit-remaining-tokens", "5"), ("OpenAI-Organization", "org"), ("x-request-id", "theirs"),
            ("Set-Cookie", "secret=1"), ("Server", "them"), ("retry-after-ms", "7"),
        ]
        try await withGateway(settings(reply)) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.status == 200)
            #expect(answer.text == body)
            #expect(answer.head.framing == .length(body.utf8.count))
            let fields = answer.head.fields
            #expect(fields.string("content-type") == "application/json; charset=utf-8")
            #expect(fields.string("x-ratelimit-remaining-tokens") == "5")
            #expect(fields.string("openai-organization") == "org")
            #expect(fields.string("retry-after-ms") == "7")
            #expect(fields.string("x-request-id")?.hasPrefix("req-") == true)
            #expect(!fields.contains("set-cookie"))
            #expect(!fields.contains("server"))
        }
    }

    @Test func chunkedAnswersArriveWhole() async throws {
        let pieces = (0..<200).map { ByteBuffer(string: String(repeating: "\($0 % 10)", count: $0 * 7 + 1)) }
        let whole = pieces.map { String(buffer: $0) }.joined()
        let reply = MockReply(contentType: "application/json", pieces: pieces)
        try await withGateway(settings(reply)) { gateway async throws in
            let answer = try await gateway.post(chat())
            #expect(answer.text == whole)
            #expect(answer.isComplete)
        }
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 3_000_000])
    func answersOfAnySize(_ byteCount: Int) async throws {
        let body = ByteBuffer(repeating: UInt8(ascii: "x"), count: byteCount)
        try await withGateway(settings(MockReply(contentType: "text/plain", body: body))) { gateway async throws in
            let caller = try await gateway.caller()
            for _ in 0..<2 {
                let answer = try await caller.post(chat())
                #expect(answer.body == body)
                #expect(answer.isComplete)
            }
        }
    }

    @Test func oneConnectionCarriesManyRequests() async throws {
        try await withGateway { gateway async throws in
            let caller = try await gateway.caller()
            for number in 0..<50 {
                let answer = try await caller.post(chat(isStreamed: number % 2 == 0))
                #expect(answer.status == 200)
                #expect(answer.isComplete)
            }
            #expect(gateway.mock.statistics.requests == 50)
            // A stream gives its connection back an instant after its `[DONE]`; until then the next request opens one.
            #expect(gateway.mock.statistics.connections <= 3)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withGateway { gateway async throws in
            let caller = try await gateway.caller()
            let models = ["mock-400", "gpt", "mock-404", "mock-400", "gpt"]
            try await caller.send(models.map { Caller.request(chat($0)) }.joined())
            var statuses: [Int] = []
            for _ in models {
                caller.expectAnswer()
                statuses.append(try await caller.answer().status)
            }
            #expect(statuses == [400, 200, 404, 400, 200])
        }
    }

    @Test func listOfModels() async throws {
        try await withGateway { gateway async throws in
            for path in ["/v1/models", "/openai/v1/models", "/openai/models", "/v1/models?limit=1"] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 200)
                let list = try object(answer.text)
                #expect(list["object"] as? String == "list")
                let models = try #require(list["data"] as? [[String: Any]])
                #expect(models.first?["id"] as? String == "mock/mock")
                #expect(models.allSatisfy { ($0["id"] as? String)?.hasPrefix("mock/mock") == true })
                #expect(models.allSatisfy { $0["object"] as? String == "model" })
            }
            let head = try await gateway.get("/v1/models", method: "HEAD")
            #expect(head.status == 200)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test func namedModelsAreNotAskedFor() async throws {
        let settings = GatewaySettings {
            $0.gateway = { configuration in
                var first = ProviderKey(name: "a", value: "sk-a")
                first.models = ["large", "small"]
                var second = ProviderKey(name: "b", value: "sk-b")
                second.models = ["small", "old"]
                second.excludedModels = ["old"]
                configuration.providers[0].keys = [first, second]
            }
        }
        try await withGateway(settings) { gateway async throws in
            let list = try object(try await gateway.get("/v1/models").text)
            let ids = (list["data"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
            #expect(ids == ["mock/large", "mock/small"])
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(arguments: [
        MockReply(status: 500, body: ByteBuffer(string: "{}")),
        MockReply(body: ByteBuffer(string: "<html>")),
        MockReply(body: ByteBuffer(string: #"{"data":7}"#)),
        MockReply(pieces: [ByteBuffer(string: #"{"data":[]"#)], ending: .cut),
    ])
    func aProviderWithoutAListIsLeftOut(_ reply: MockReply) async throws {
        let settings = GatewaySettings { $0.script.replies = ["/v1/models": reply] }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.get("/v1/models")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"object":"list","data":[]}"#)
        }
    }
}
