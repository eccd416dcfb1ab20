import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Failures")
struct FailureTests {
    @Test(arguments: [400, 401, 404, 429, 500, 503], [false, true])
    func status(_ status: Int, isStreamed: Bool) async throws {
        try await withMock(script { $0.retryAfterSeconds = 7 }) { mock async throws in
            for model in ["mock-\(status)", "openai/mock-\(status)", #"a\/b\/mock-\#(status)"#] {
                let answer = try #require(try await mock.ask(chat(model, isStreamed: isStreamed)))
                #expect(answer.status == status)
                let message = try decode(OpenAIError.self, answer.text).error.message
                #expect(!message.isEmpty)
                #expect(answer.head.fields.string("retry-after") == (status == 429 ? "7" : nil))
            }
            let kind = try #require(MockScript.FailureKind(rawValue: "\(status)"))
            #expect(mock.server.statistics.failures == [kind: 3])
        }
    }

    @Test(arguments: ["mock-", "mock-418", "mock-429x", "xmock-429", "mock-429/gpt", "MOCK-Tools"])
    func otherNamesAnswer(_ model: String) async throws {
        try await withMock { mock async throws in
            #expect(try await mock.ask(chat(model))?.status == 200)
        }
    }

    @Test func headerFieldChoosesAFailure() async throws {
        try await withMock { mock async throws in
            #expect(try await mock.ask(chat("mock-500"), fields: "X-Mock-Failure: 503\r\n")?.status == 503)
        }
    }

    @Test(arguments: [false, true])
    func reset(isStreamed: Bool) async throws {
        try await withMock { mock async throws in
            #expect(try await mock.ask(chat("mock-reset", isStreamed: isStreamed)) == nil)
            #expect(await mock.recorder.ends(1) == 0, "the mock itself ended it")
        }
    }

    @Test func cutAnswer() async throws {
        try await withMock { mock async throws in
            let answer = try #require(try await mock.ask(chat("mock-cut")))
            #expect(answer.status == 200)
            #expect(!answer.isComplete)
            #expect(answer.text.hasPrefix(#"{"id":"#))
            #expect(throws: (any Error).self) { try decode(OpenAIAnswer.self, answer.text) }
            #expect(await mock.recorder.ends(1) == 0)
        }
    }

    @Test func cutStream() async throws {
        try await withMock { mock async throws in
            let answer = try #require(try await mock.ask(chat("mock-cut", isStreamed: true)))
            #expect(!answer.isComplete)
            #expect(answer.events.count == 5)
            #expect(mock.server.statistics.chunks == 4)
        }
    }

    @Test func errorEvent() async throws {
        try await withMock { mock async throws in
            let stream = try #require(try await mock.ask(chat("mock-error-event", isStreamed: true)))
            #expect(stream.status == 200)
            #expect(stream.isComplete)
            #expect(stream.events.count == 6)
            #expect(try decode(OpenAIError.self, try #require(stream.events.last)).error.type == "server_error")
            #expect(try await mock.ask(chat("mock-error-event"))?.status == 500)
        }
    }

    @Test func stallLastsUntilTheCallerLeaves() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            try await client.post(chat("mock-stall"))
            #expect(await mock.recorder.beginnings(1).count == 1)
            #expect(mock.server.statistics.active == 1)
            try await client.close()
            #expect(await mock.recorder.ends(1) == 1)
            #expect(mock.server.statistics.cancelled == 1)
            #expect(mock.server.statistics.active == 0)
        }
    }

    @Test func stallEndsWithTheServer() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            try await client.post(chat("mock-stall"))
            #expect(await mock.recorder.beginnings(1).count == 1)
            #expect(try await mock.server.shutDown() == false)
            #expect(await mock.recorder.ends(1) == 1)
            #expect(try await client.nextAnswer() == nil)
        }
    }

    @Test func seedRepeatsTheSequence() async throws {
        let script = script {
            $0.failureRate = 0.5
            $0.seed = 42
        }
        func statuses() async throws -> [Int] {
            var statuses: [Int] = []
            try await withMock(script) { mock async throws in
                let client = try await mock.client()
                for _ in 0..<40 { statuses.append(try #require(try await client.ask(chat())).status) }
            }
            return statuses
        }
        let first = try await statuses()
        #expect(try await statuses() == first)
        #expect(Set(first) == [200, 429, 500, 503])
    }
}
