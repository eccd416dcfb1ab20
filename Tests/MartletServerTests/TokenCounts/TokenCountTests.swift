import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Counting tokens", .timeLimit(.minutes(2)))
struct TokenCountTests {
    private static let anthropic = ##"{"model":"mock/m", "messages":[{"role":"user","content":"Hello"}]}"##
    private static let responses = ##"{"model":"mock/m","input":"Hello"}"##
    private static let gemini = ##"{"contents":[{"parts":[{"text":"Hello"}]}]}"##

    private func settings(
        _ kind: ProviderKind,
        _ replies: [String: MockReply],
        responsesPath: String? = nil
    ) -> GatewaySettings {
        GatewaySettings { settings in
            settings.script.replies = replies
            settings.provider = { provider in
                provider.kind = kind
                provider.chatCompletionsPath = kind.chatPath
                provider.responsesPath = responsesPath
            }
        }
    }

    private func reply(_ text: String, status: Int = 200) -> MockReply {
        MockReply(status: status, body: ByteBuffer(string: text))
    }

    @Test(arguments: ["/v1/messages/count_tokens", "/anthropic/v1/messages/count_tokens"])
    func anthropicPasses(_ path: String) async throws {
        let answer = ##"{ "input_tokens": 9, "more": 1.0 }"##
        let settings = settings(.anthropic, ["/v1/messages/count_tokens": reply(answer)])
        try await withGateway(settings) { gateway async throws in
            let received = try await gateway.post(Self.anthropic, path: path, fields: "anthropic-beta: b\r\n")
            #expect(received.status == 200)
            #expect(received.text == answer)
            #expect(!received.head.fields.contains("x-martlet-estimated"))
            #expect(received.head.fields.contains("x-request-id"))
            let request = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: request.body) == Self.anthropic.replacing("mock/m", with: "m"))
            #expect(request.head.fields.string("anthropic-beta") == "b")
        }
    }

    @Test func geminiPasses() async throws {
        let settings = settings(.gemini, ["/models/m:countTokens": reply(##"{"totalTokens":9}"##)])
        try await withGateway(settings) { gateway async throws in
            let path = "/genai/v1beta/models/mock/m:countTokens"
            #expect(try await gateway.post(Self.gemini, path: path).text == ##"{"totalTokens":9}"##)
            let inside = ##"{"generateContentRequest":{"model":"models/mock/m","contents":[]}}"##
            #expect(try await gateway.post(inside, path: path).status == 200)
            let bodies = gateway.recorder.requests.map { String(buffer: $0.body) }
            #expect(bodies == [Self.gemini, inside.replacing("mock/m", with: "m")])
        }
    }

    @Test(arguments: ["/v1/responses/input_tokens", "/openai/v1/responses/input_tokens"])
    func responsesPass(_ path: String) async throws {
        let answer = ##"{"object":"response.input_tokens","input_tokens":9}"##
        let settings = settings(
            .openAI,
            ["/v1/responses/input_tokens": reply(answer)],
            responsesPath: "/v1/responses"
        )
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.post(Self.responses, path: path).text == answer)
        }
    }

    @Test func questionsAreTranslated() async throws {
        let settings = settings(.gemini, ["/models/m:countTokens": reply(##"{"totalTokens":9,"x":1}"##)])
        try await withGateway(settings) { gateway async throws in
            let messages = try await gateway.post(Self.anthropic, path: "/v1/messages/count_tokens")
            #expect(messages.text == ##"{"input_tokens":9}"##)
            let responses = try await gateway.post(Self.responses, path: "/v1/responses/input_tokens")
            #expect(responses.text == ##"{"object":"response.input_tokens","input_tokens":9}"##)
            for request in gateway.recorder.requests {
                let body = try object(String(buffer: request.body))
                let inner = try #require(body["generateContentRequest"] as? [String: Any])
                #expect(inner["model"] as? String == "models/m")
            }
        }
    }

    @Test func whatNobodyCountsIsEstimated() async throws {
        var settings = settings(.openAI, [:])
        settings.logs = true
        try await withGateway(settings) { gateway async throws in
            let messages = try await gateway.post(Self.anthropic, path: "/anthropic/v1/messages/count_tokens")
            #expect(messages.text == ##"{"input_tokens":6}"##)
            #expect(messages.head.fields.string("x-martlet-estimated") == "true")
            let gemini = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/mock/m:countTokens")
            #expect(gemini.text == ##"{"totalTokens":6}"##)
            let responses = try await gateway.post(Self.responses, path: "/v1/responses/input_tokens")
            #expect(responses.text == ##"{"object":"response.input_tokens","input_tokens":6}"##)
            #expect(gateway.recorder.requests.isEmpty)
            let lines = try await gateway.logLines().map(object)
            #expect(
                lines.map { $0["route"] as? String } == [
                    "/v1/messages/count_tokens", "/v1beta/models:countTokens", "/v1/responses/input_tokens",
                ]
            )
            #expect(lines.allSatisfy { $0["status"] as? Int == 200 && $0["input_tokens"] == nil })
        }
    }

    @Test(arguments: [404, 405, 501])
    func aProviderThatCannotCountIsHelped(_ status: Int) async throws {
        let replies = ["/v1/responses/input_tokens": reply(##"{"error":{"message":"Unknown URL"}}"##, status: status)]
        try await withGateway(settings(.openAI, replies, responsesPath: "/v1/responses")) { gateway async throws in
            let answer = try await gateway.post(Self.responses, path: "/v1/responses/input_tokens")
            #expect(answer.status == 200)
            #expect(answer.head.fields.string("x-martlet-estimated") == "true")
        }
    }

    @Test func errorsOfProviders() async throws {
        let body = ##"{"error":{"message":"no","type":"invalid_request_error","code":"model_not_found"}}"##
        let refusal = reply(body, status: 404)
        let settings = settings(
            .openAI,
            ["/v1/responses/input_tokens": refusal],
            responsesPath: "/v1/responses"
        )
        try await withGateway(settings) { gateway async throws in
            let own = try await gateway.post(Self.responses, path: "/v1/responses/input_tokens")
            #expect(own.status == 404)
            #expect(try own.error().code == "model_not_found")
            let other = try await gateway.post(Self.anthropic, path: "/v1/messages/count_tokens")
            #expect(other.status == 404)
            #expect(try object(other.text)["type"] as? String == "error")
        }
    }

    @Test(arguments: ["{}", "[]", ##"{"input_tokens":"9"}"##])
    func answersWithoutACount(_ text: String) async throws {
        try await withGateway(settings(.anthropic, ["/v1/messages/count_tokens": reply(text)])) {
            gateway async throws in
            let answer = try await gateway.post(Self.responses, path: "/v1/responses/input_tokens")
            #expect(answer.status == 502)
            #expect(try answer.error().message.contains("did not say how many tokens"))
        }
    }

    @Test func badQuestions() async throws {
        try await withGateway(settings(.openAI, [:])) { gateway async throws in
            let answer = try await gateway.post(##"{"model":"m"}"##, path: "/v1/responses/input_tokens")
            #expect(answer.status == 400)
            #expect(try await gateway.get("/v1/messages/count_tokens").status == 405)
            let unknown = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/m:countTokens/x")
            #expect(unknown.status == 405)
        }
    }
}
