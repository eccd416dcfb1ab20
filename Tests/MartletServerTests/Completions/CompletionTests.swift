import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Completions of a text", .timeLimit(.minutes(2)))
struct CompletionTests {
    private func request(_ more: String = "") -> String {
        ##"{"model":"mock/gpt","prompt":"Once upon"\##(more)}"##
    }

    @Test(arguments: [
        "/v1/completions", "/openai/v1/completions", "/openai/completions", "/v1/text/completions",
        "/litellm/v1/completions", "/openai/deployments/gpt/completions",
    ])
    func everyPath(_ path: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(request(), path: path)
            #expect(answer.status == 200)
            let body = try object(answer.text)
            #expect((body["id"] as? String)?.hasPrefix("cmpl-") == true)
            #expect(body["object"] as? String == "text_completion")
            let choice = try #require((body["choices"] as? [[String: Any]])?.first)
            #expect((choice["text"] as? String)?.isEmpty == false)
            #expect(choice["finish_reason"] as? String == "stop")
            #expect((body["usage"] as? [String: Any])?["completion_tokens"] as? Int == 8)
            let sent = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: sent.head.path) == "/v1/chat/completions")
            let messages = try #require(try object(String(buffer: sent.body))["messages"] as? [[String: Any]])
            #expect(messages.count == 1)
            #expect(messages.first?["role"] as? String == "user")
        }
    }

    @Test(arguments: [false, true])
    func streams(_ wantsUsage: Bool) async throws {
        let more = ##","stream":true,"echo":true"## + (wantsUsage ? ##","stream_options":{"include_usage":true}"## : "")
        try await withGateway { gateway async throws in
            let whole = try object(try await gateway.post(request(##","echo":true"##), path: "/v1/completions").text)
            let expected = (whole["choices"] as? [[String: Any]])?.first?["text"] as? String
            let answer = try await gateway.post(request(more), path: "/v1/completions")
            #expect(answer.head.fields.string("content-type")?.hasPrefix("text/event-stream") == true)
            var events = answer.events
            #expect(events.popLast() == "[DONE]")
            let chunks = try events.map(object)
            #expect(chunks.contains { $0["usage"] is [String: Any] } == wantsUsage)
            let texts = chunks.compactMap { (($0["choices"] as? [[String: Any]])?.first)?["text"] as? String }
            #expect(texts.joined() == expected)
            #expect(texts.first == "Once upon")
        }
    }

    @Test func otherProviders() async throws {
        let reply = ##"""
            {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"a time"}],
            "stop_reason":"max_tokens","usage":{"input_tokens":3,"output_tokens":2}}
            """##
        var settings = GatewaySettings()
        settings.script.replies = ["/v1/messages": MockReply(body: ByteBuffer(string: reply))]
        settings.provider = { provider in
            provider.kind = .anthropic
            provider.chatCompletionsPath = "/v1/messages"
        }
        settings.logs = true
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(request(##","max_tokens":2,"suffix":"end""##), path: "/v1/completions")
            let choice = (try object(answer.text)["choices"] as? [[String: Any]])?.first
            #expect(choice?["text"] as? String == "a time")
            #expect(choice?["finish_reason"] as? String == "length")
            #expect(answer.head.fields.string("x-martlet-loss")?.contains("\"suffix\";effect=dropped") == true)
            let strict = "x-martlet-strict: true\r\n"
            let refused = try await gateway.post(
                request(##","suffix":"end""##),
                path: "/v1/completions",
                fields: strict
            )
            #expect(refused.status == 400)
            #expect(try refused.error().code == "untranslatable_request")
            let line = try object(try #require(try await gateway.logLines().first))
            #expect(line["route"] as? String == "/v1/completions")
            #expect(line["output_tokens"] as? Int == 2)
        }
    }

    @Test(arguments: [
        (##"{"model":"m"}"##, "prompt"), (##"{"prompt":"x"}"##, "model"),
        (##"{"model":"m","prompt":["a","b"]}"##, "prompt"), (##"{"model":"m","prompt":[1]}"##, "prompt"),
    ])
    func refusals(_ body: String, _ parameter: String) async throws {
        try await withGateway { gateway async throws in
            let answer = try await gateway.post(body, path: "/v1/completions")
            #expect(answer.status == 400)
            let error = try answer.error()
            #expect(error.param == parameter)
            #expect(error.type == "invalid_request_error")
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test func errorsOfProviders() async throws {
        try await withGateway { gateway async throws in
            let body = request().replacing("mock/gpt", with: "mock/mock-429")
            let answer = try await gateway.post(body, path: "/v1/completions")
            #expect(answer.status == 429)
            #expect(try answer.error().message.isEmpty == false)
            let cut = request(##","stream":true"##).replacing("mock/gpt", with: "mock/mock-cut")
            let stream = try await gateway.post(cut, path: "/v1/completions")
            #expect(stream.status == 200)
            #expect(!stream.text.contains("[DONE]"))
            #expect(stream.events.last?.contains("\"error\"") == true)
        }
    }
}
