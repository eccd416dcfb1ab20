import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Answers")
struct AnswerTests {
    @Test(arguments: ["/v1/chat/completions", "/chat/completions", "/openai/v1/chat/completions?a=b"])
    func wholeAnswer(_ path: String) async throws {
        try await withMock { mock async throws in
            let answer = try #require(try await mock.ask(chat(), path: path))
            #expect(answer.status == 200)
            #expect(answer.head.fields.string("content-type") == "application/json")
            let content = try decode(OpenAIAnswer.self, answer.text)
            #expect(content.object == "chat.completion")
            #expect(content.choices.count == 1)
            #expect(content.choices.first?.message?.role == "assistant")
            #expect(content.choices.first?.message?.content == "A martlet is a small bird that heralds")
            #expect(content.choices.first?.finishReason == "stop")
            let prompt = (chat().utf8.count + 3) / 4
            #expect(content.usage == .init(promptTokens: prompt, completionTokens: 8, totalTokens: prompt + 8))
        }
    }

    @Test func fixedUsage() async throws {
        let script = script { $0.usage = MockUsage(promptTokens: 11, completionTokens: 7) }
        try await withMock(script) { mock async throws in
            let answer = try #require(try await mock.ask(chat()))
            let usage = try decode(OpenAIAnswer.self, answer.text).usage
            #expect(usage == .init(promptTokens: 11, completionTokens: 7, totalTokens: 18))
        }
    }

    @Test func usageFollowsTheSizeOfEachRequest() async throws {
        try await withMock { mock async throws in
            for count in [1, 100, 1, 3000] {
                let body = chat("m", #","user":"\#(String(repeating: "x", count: count))""#)
                let answer = try #require(try await mock.ask(body))
                #expect(try decode(OpenAIAnswer.self, answer.text).usage?.promptTokens == (body.utf8.count + 3) / 4)
            }
        }
    }

    @Test func streamWithoutUsage() async throws {
        try await withMock(script { $0.tokensPerChunk = 2 }) { mock async throws in
            let answer = try #require(try await mock.ask(chat(isStreamed: true, #","stream_options":null"#)))
            #expect(answer.status == 200)
            #expect(answer.head.fields.string("content-type")?.hasPrefix("text/event-stream") == true)
            #expect(answer.isComplete)
            #expect(answer.events.last == "[DONE]")
            let chunks = try answer.events.dropLast().map { try decode(OpenAIAnswer.self, $0) }
            #expect(chunks.count == 10)
            #expect(chunks.allSatisfy { $0.object == "chat.completion.chunk" && $0.choices.count == 1 })
            #expect(chunks.allSatisfy { $0.usage == nil })
            #expect(chunks.first?.choices.first?.delta?.role == "assistant")
            let text = chunks.compactMap { $0.choices.first?.delta?.content }.joined()
            #expect(text == "A martlet is a small bird that heralds drew without feet, since it was held never")
            #expect(chunks.compactMap { $0.choices.first?.finishReason } == ["stop"])
            #expect(chunks.last?.choices.first?.finishReason == "stop")
            #expect(!answer.text.contains("usage"))
        }
    }

    @Test func streamWithUsage() async throws {
        try await withMock(script { $0.usage = MockUsage(promptTokens: 3, completionTokens: 4) }) { mock async throws in
            let body = chat(isStreamed: true, #","stream_options":{"include_usage":true}"#)
            let answer = try #require(try await mock.ask(body))
            #expect(answer.events.last == "[DONE]")
            let chunks = try answer.events.dropLast().map { try decode(OpenAIAnswer.self, $0) }
            #expect(chunks.last?.choices.isEmpty == true)
            #expect(chunks.last?.usage == .init(promptTokens: 3, completionTokens: 4, totalTokens: 7))
            #expect(chunks.dropLast().allSatisfy { $0.usage == nil && $0.choices.count == 1 })
        }
    }

    @Test func eachEventIsAChunkAndTheEndTravelsWithTheLast() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            try await client.post(chat(isStreamed: true))
            let raw = await client.raw(until: "\r\n0\r\n\r\n")
            let body = try #require(raw.split(separator: "\r\n\r\n", maxSplits: 1).last)
            var chunks: [Substring] = []
            var rest = body[...]
            while let lineEnd = rest.firstRange(of: "\r\n"), let count = Int(rest[..<lineEnd.lowerBound], radix: 16) {
                let data = rest[lineEnd.upperBound...].prefix(count)
                if count > 0 { chunks.append(data) }
                rest = rest[data.endIndex...].dropFirst()
            }
            #expect(chunks.count == 11)
            #expect(chunks.allSatisfy { $0.hasPrefix("data: ") && $0.hasSuffix("\n\n") })
        }
    }

    @Test func toolCall() async throws {
        let tools = #","tools":[{"type":"function","function":{"name":"get_\u0077eather"}},{"type":"function"}]"#
        try await withMock(script { $0.callsTools = true }) { mock async throws in
            let whole = try #require(try await mock.ask(chat("gpt", tools)))
            let message = try decode(OpenAIAnswer.self, whole.text).choices.first
            #expect(message?.finishReason == "tool_calls")
            let call = try #require(message?.message?.toolCalls?.first)
            #expect(call.function.name == "get_weather")

            let stream = try #require(try await mock.ask(chat("gpt", isStreamed: true, tools)))
            let chunks = try stream.events.dropLast().map { try decode(OpenAIAnswer.self, $0) }
            let calls = chunks.compactMap { $0.choices.first?.delta?.toolCalls?.first }
            #expect(calls.compactMap(\.function.name) == ["get_weather"])
            #expect(calls.compactMap(\.id).count == 1)
            #expect(calls.allSatisfy { $0.index == 0 })
            #expect(calls.count == 9)
            #expect(calls.map(\.function.arguments).joined() == call.function.arguments)
            #expect(try decode([String: Argument].self, call.function.arguments).count == 3)
            #expect(chunks.last?.choices.first?.finishReason == "tool_calls")
        }
    }

    @Test(arguments: [(#","tools":[]"#), "", #","tools":[{"type":"custom","custom":{"name":"x"}}]"#, #","tools":5"#])
    func withoutAFunctionThereIsText(_ tools: String) async throws {
        try await withMock { mock async throws in
            let answer = try #require(try await mock.ask(chat("openai/mock-tools", tools)))
            #expect(try decode(OpenAIAnswer.self, answer.text).choices.first?.finishReason == "stop")
        }
    }

    @Test func modelList() async throws {
        try await withMock { mock async throws in
            let client = try await mock.client()
            client.expectAnswer()
            try await client.send("GET /openai/v1/models HTTP/1.1\r\nHost: mock\r\n\r\n")
            let answer = try #require(try await client.nextAnswer())
            let list = try decode(OpenAIModelList.self, answer.text)
            #expect(list.object == "list")
            #expect(list.data.map(\.id).prefix(2) == ["mock", "mock-tools"])
            #expect(list.data.count == 12)
        }
    }

    /// Any JSON value.
    private struct Argument: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
