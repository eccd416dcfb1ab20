import MartletMock
import Testing
import WireTestSupport

@Suite("Refusals")
struct RefusalTests {
    @Test(arguments: [
        "", "hello", "[]", #"{"model":"#, #"{"model":"a"} {}"#, #"{"messages":[]}"#, #"{"model":5}"#, #"{"model":""}"#,
        #"{"model":null}"#,
    ])
    func brokenBody(_ body: String) async throws {
        try await withMock { mock async throws in
            let answer = try #require(try await mock.ask(body))
            #expect(answer.status == 400)
            let error = try decode(OpenAIError.self, answer.text).error
            #expect(error.type == "invalid_request_error")
            #expect(!error.message.isEmpty)
            #expect(mock.server.statistics.refusals == 1)
        }
    }

    @Test(arguments: [
        ("POST", "/v1/embeddings"), ("GET", "/v1/chat/completions"), ("GET", "/"), ("POST", "/v1/models"),
    ])
    func unknownPath(_ method: String, _ path: String) async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            client.expectAnswer()
            try await client.send("\(method) \(path) HTTP/1.1\r\nHost: mock\r\nContent-Length: 0\r\n\r\n")
            let answer = try #require(try await client.nextAnswer())
            #expect(answer.status == 404)
            #expect(try decode(OpenAIError.self, answer.text).error.message.contains("\(method) \(path)"))
        }
    }

    @Test(arguments: [
        ("", 401), ("Authorization: Bearer wrong\r\n", 401), ("Authorization: Bearer right\r\n", 200),
        ("Authorization: right\r\n", 401), ("authorization: Bearer rightly\r\n", 401),
    ])
    func key(_ fields: String, _ status: Int) async throws {
        try await withMock(script { $0.requiredKey = "right" }) { mock async throws in
            #expect(try await mock.ask(chat(), fields: fields)?.status == status)
        }
    }

    @Test func withoutARequiredKeyAnyIsRight() async throws {
        try await withMock { mock async throws in
            #expect(try await mock.ask(chat(), fields: "Authorization: Bearer any\r\n")?.status == 200)
        }
    }

    @Test func notEvenHTTP() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            client.expectAnswer()
            try await client.send("NONSENSE\r\n\r\n")
            let answer = try #require(try await client.nextAnswer())
            #expect(answer.status == 400)
            #expect(try decode(OpenAIError.self, answer.text).error.type == "invalid_request_error")
        }
    }

    @Test(arguments: ["x-mock-chunks: -1", "x-mock-latency: 1.5", "x-mock-failure: 418", "X-Mock-Answer-Bytes:"])
    func impossibleOverride(_ field: String) async throws {
        try await withMock { mock async throws in
            #expect(try await mock.ask(chat(), fields: "\(field)\r\n")?.status == 400)
        }
    }
}
