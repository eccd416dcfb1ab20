import MartletMock
import NIOCore
import Testing
import WireTestSupport

@Suite("Connections and time")
struct ConnectionTests {
    @Test func keepAlive() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            for number in 0..<20 {
                let answer = try #require(try await client.ask(chat(isStreamed: number % 2 == 0)))
                #expect(answer.isComplete)
            }
            #expect(mock.server.statistics.connections == 1)
            #expect(mock.server.statistics.streams == 10)
            #expect(mock.server.statistics.answers == 10)
            #expect(mock.server.statistics.chunks == 80)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withMock(script { $0.latency = .milliseconds(1) }) { mock async throws in
            let client = try await mock.client()
            let models = ["a", "mock-429", "b", "mock-500", "c", "mock-error-event"]
            for (index, model) in models.enumerated() { try await client.post(chat(model, isStreamed: index % 2 == 0)) }
            var statuses: [Int] = []
            for _ in models {
                client.expectAnswer()
                statuses.append(try #require(try await client.nextAnswer()).status)
            }
            #expect(statuses == [200, 429, 200, 500, 200, 500])
        }
    }

    @Test func thousandCallersAtOnce() async throws {
        try await withMock(script { $0.latency = .milliseconds(50) }, workerCount: 2) { mock async throws in
            let statuses = try await withThrowingTaskGroup(of: Int?.self) { tasks in
                for number in 0..<1000 {
                    tasks.addTask { try await mock.ask(chat(isStreamed: number % 2 == 0))?.status }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count == 1000)
            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(await mock.recorder.ends(1000) == 0)
            #expect(mock.server.statistics.requests == 1000)
            #expect(mock.server.statistics.active == 0)
        }
    }

    @Test func thousandStalledCallersLeave() async throws {
        try await withMock(workerCount: 2) { mock async throws in
            var clients: [WireConnection] = []
            for _ in 0..<1000 {
                let client = try await mock.client()
                try await client.post(chat("mock-stall"))
                clients.append(client)
            }
            #expect(await mock.recorder.beginnings(1000).count == 1000)
            #expect(mock.server.statistics.active == 1000)
            for client in clients { try await client.close() }
            #expect(await mock.recorder.ends(1000) == 1000)
            #expect(mock.server.statistics.active == 0)
            #expect(mock.server.statistics.cancelled == 1000)
        }
    }

    @Test(arguments: ["x-mock-latency: 3600000", "x-mock-chunk-gap: 3600000"])
    func leavingEndsEveryTimer(_ field: String) async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            try await client.post(chat(isStreamed: true), fields: "\(field)\r\n")
            #expect(await mock.recorder.beginnings(1).count == 1)
            if field.contains("gap") {
                #expect(await client.raw(until: "\n\n\r\n").contains("data: "))
            }
            try await client.close()
            #expect(await mock.recorder.ends(1) == 1)
            #expect(mock.server.statistics.cancelled == 1)
        }
    }

    @Test func callerThatNeverReadsHoldsTheStreamUp() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client(isReading: false)
            // More than socket buffers hold, so that it cannot end while nobody reads.
            try await client.post(chat(isStreamed: true), fields: "x-mock-answer-bytes: 40000000\r\n")
            #expect(await mock.recorder.beginnings(1).count == 1)
            try await client.close()
            #expect(await mock.recorder.ends(1) == 1)
        }
    }

    @Test func largeStreamArrivesWhole() async throws {
        try await withMock { mock async throws in
            let fields = "x-mock-answer-bytes: 20000000\r\nx-mock-chunks: 500\r\n"
            let answer = try #require(try await mock.ask(chat(isStreamed: true), fields: fields))
            #expect(answer.isComplete)
            #expect(answer.events.count == 503)
            #expect(answer.text.utf8.count > 20_000_000)
            #expect(await mock.recorder.ends(1) == 0)
        }
    }

    @Test(arguments: [0, 1, 5000])
    func answerLength(_ byteCount: Int) async throws {
        try await withMock { mock async throws in
            let fields = "x-mock-answer-bytes: \(byteCount)\r\n"
            let answer = try #require(try await mock.ask(chat(), fields: fields))
            let content = try decode(OpenAIAnswer.self, answer.text).choices.first?.message?.content
            #expect(content?.utf8.count == byteCount)
        }
    }

    @Test func chunkCount() async throws {
        try await withMock { mock async throws in
            for count in [0, 1, 30] {
                let answer = try #require(
                    try await mock.ask(chat(isStreamed: true), fields: "x-mock-chunks: \(count)\r\n")
                )
                #expect(answer.events.count == count + 3)
            }
        }
    }

    @Test func timesAreKept() async throws {
        let script = script {
            $0.latency = .milliseconds(20)
            $0.chunkGap = .milliseconds(5)
            $0.chunkCount = 5
        }
        try await withMock(script) { mock async throws in
            let start = ContinuousClock.now
            let answer = try #require(try await mock.ask(chat(isStreamed: true)))
            #expect(answer.isComplete)
            #expect(ContinuousClock.now - start >= .milliseconds(40))
        }
    }

    @Test func statisticsOnOneLine() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            for model in ["a", "mock-429", "mock-500"] { _ = try await client.ask(chat(model)) }
            #expect(await mock.recorder.ends(3) == 0)
            #expect(
                mock.server.statistics.description == "requests=3 answers=1 streams=0 chunks=0 models=0 replies=0 "
                    + "refused=0 429=1 500=1 cancelled=0 active=0 connections=1"
            )
        }
    }
}
