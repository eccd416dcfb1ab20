import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Embeddings over HTTP", .timeLimit(.minutes(2)))
struct EmbeddingServerTests {
    private static let openAI = ##"{"model":"mock/m", "input":["a","b"]}"##
    private static let gemini = ##"{"content":{"parts":[{"text":"a"}]}}"##

    private func settings(
        _ kind: ProviderKind,
        _ path: String,
        _ reply: String,
        fields: [(name: String, value: String)] = []
    ) -> GatewaySettings {
        GatewaySettings { settings in
            var reply = MockReply(body: ByteBuffer(string: reply))
            reply.fields = fields
            settings.script.replies = [path: reply]
            settings.logs = true
            settings.provider = { provider in
                provider.kind = kind
                provider.chatCompletionsPath = kind.chatPath
                provider.embeddingsPath = kind.embeddingsPath
            }
        }
    }

    @Test(arguments: ["/v1/embeddings", "/openai/v1/embeddings", "/openai/deployments/mock%2Fm/embeddings"])
    func openAIPasses(_ path: String) async throws {
        let reply = ##"{"data":[ {"embedding":[1.50]} ],"usage":{"prompt_tokens":3}}"##
        try await withGateway(settings(.openAI, "/v1/embeddings", reply)) { gateway async throws in
            let answer = try await gateway.post(Self.openAI, path: path)
            #expect(answer.status == 200)
            #expect(answer.text == reply)
            let sent = try #require(gateway.recorder.requests.first)
            #expect(String(buffer: sent.body) == Self.openAI.replacing("mock/m", with: "m"))
            let line = try object(try #require(try await gateway.logLines().first))
            #expect(line["route"] as? String == "/v1/embeddings")
            #expect(line["input_tokens"] as? Int == 3)
        }
    }

    @Test func openAIToGemini() async throws {
        let reply = ##"{"embeddings":[{"values":[1.50]},{"values":[2]}]}"##
        let settings = settings(.gemini, "/models/m:batchEmbedContents", reply)
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(Self.openAI, path: "/v1/embeddings")
            let body = try object(answer.text)
            let data = try #require(body["data"] as? [[String: Any]])
            #expect(data.map { $0["embedding"] as? [Double] } == [[1.5], [2]])
            #expect((body["usage"] as? [String: Any])?["prompt_tokens"] as? Int == 2)
            #expect(answer.head.fields.string("x-martlet-estimated") == "true")
            let wish = ##"{"model":"mock/m","input":["a","b"],"encoding_format":"base64"}"##
            let text = try await gateway.post(wish, path: "/v1/embeddings").text
            #expect(text.contains(##""embedding":"AADAPw==""##))
        }
    }

    @Test func geminiPasses() async throws {
        let reply = ##"{"embeddings":[{"values":[1.50]}]}"##
        let settings = settings(.gemini, "/models/m:batchEmbedContents", reply)
        try await withGateway(settings) { gateway async throws in
            let single = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/mock/m:embedContent")
            #expect(single.text == ##"{"embedding":{"values":[1.50]}}"##)
            let batch = "{\"requests\":[\(Self.gemini)]}"
            let path = "/genai/v1beta/models/mock/m:batchEmbedContents"
            #expect(try await gateway.post(batch, path: path).text == reply)
            for request in gateway.recorder.requests {
                let requests = try object(String(buffer: request.body))["requests"] as? [[String: Any]]
                #expect(requests?.first?["model"] as? String == "models/m")
            }
            let routes = try await gateway.logLines().map { try object($0)["route"] as? String }
            #expect(routes == ["/v1beta/models:embedContent", "/v1beta/models:batchEmbedContents"])
        }
    }

    @Test func geminiToOpenAI() async throws {
        let reply = ##"{"data":[{"embedding":[1.50]}],"usage":{"prompt_tokens":3}}"##
        try await withGateway(settings(.openAI, "/v1/embeddings", reply)) { gateway async throws in
            let answer = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/mock/m:embedContent")
            #expect(answer.text == ##"{"embedding":{"values":[1.50]}}"##)
            #expect(!answer.head.fields.contains("x-martlet-estimated"))
        }
    }

    @Test func openAIToBedrock() async throws {
        let path = "/model/amazon.titan-embed-text-v2%3A0/invoke"
        let settings = settings(
            .bedrock,
            path,
            ##"{"embedding":[1.50]}"##,
            fields: [("x-amzn-bedrock-input-token-count", "7")]
        )
        try await withGateway(settings) { gateway async throws in
            let request = ##"{"model":"mock/amazon.titan-embed-text-v2:0","input":"a"}"##
            let answer = try await gateway.post(request, path: "/v1/embeddings")
            let usage = try object(answer.text)["usage"] as? [String: Any]
            #expect(usage?["prompt_tokens"] as? Int == 7)
            let unknown = try await gateway.post(##"{"model":"mock/x","input":"a"}"##, path: "/v1/embeddings")
            #expect(try unknown.error().param == "model")
            #expect(unknown.status == 400)
        }
    }

    @Test func cohereToOpenAI() async throws {
        let reply = ##"{"data":[{"embedding":[1.50]}],"usage":{"prompt_tokens":3}}"##
        let request = ##"{"model":"mock/m","texts":["a"],"input_type":"search_query","embedding_types":["float"]}"##
        try await withGateway(settings(.openAI, "/v1/embeddings", reply)) { gateway async throws in
            let answer = try await gateway.post(request, path: "/cohere/v2/embed")
            #expect(answer.status == 200)
            let embeddings = try object(answer.text)["embeddings"] as? [String: Any]
            #expect(embeddings?["float"] as? [[Double]] == [[1.5]])
            #expect(gateway.recorder.requests.map { String(buffer: $0.body) }.first?.contains("\"input\"") == true)
            let refused = try await gateway.post("{}", path: "/cohere/v2/embed")
            #expect(refused.status == 400)
            #expect(try object(refused.text)["message"] is String)
            #expect(try await gateway.post("{}", path: "/cohere/v2/chat").status == 404)
        }
    }

    /// Titan takes one text at a time.
    @Test func severalTextsForTitan() async throws {
        let path = "/model/amazon.titan-embed-text-v2%3A0/invoke"
        let settings = settings(
            .bedrock,
            path,
            ##"{"embedding":[1.50]}"##,
            fields: [("x-amzn-bedrock-input-token-count", "7")]
        )
        try await withGateway(settings) { gateway async throws in
            let request = ##"{"model":"mock/amazon.titan-embed-text-v2:0","input":["a","b","c"]}"##
            let answer = try await gateway.post(request, path: "/v1/embeddings")
            #expect(answer.status == 200)
            let body = try object(answer.text)
            #expect((body["data"] as? [[String: Any]])?.map { $0["index"] as? Int } == [0, 1, 2])
            #expect((body["usage"] as? [String: Any])?["prompt_tokens"] as? Int == 21)
            let texts = gateway.recorder.requests.map { String(buffer: $0.body) }
            #expect(texts.count == 3)
            for (text, letter) in zip(texts, ["a", "b", "c"]) { #expect(text.contains("\"\(letter)\"")) }
        }
    }

    private static func prediction(_ value: String) -> String {
        ##"{"embeddings":{"values":[\##(value)],"statistics":{"token_count":3}}}"##
    }

    @Test func openAIToVertex() async throws {
        let path = "/v1/projects/{project}/locations/{region}/publishers/google/models/text-embedding-005:predict"
        let reply = "{\"predictions\":[\(Self.prediction("1.50")),\(Self.prediction("2"))]}"
        try await withGateway(settings(.vertex, path, reply)) { gateway async throws in
            let request = Self.openAI.replacing("mock/m", with: "mock/text-embedding-005")
            let answer = try await gateway.post(request, path: "/v1/embeddings")
            #expect(answer.status == 200)
            let body = try object(answer.text)
            let data = try #require(body["data"] as? [[String: Any]])
            #expect(data.map { $0["embedding"] as? [Double] } == [[1.5], [2]])
            #expect((body["usage"] as? [String: Any])?["prompt_tokens"] as? Int == 6)
            #expect(!answer.head.fields.contains("x-martlet-estimated"))
            #expect(
                gateway.recorder.requests.map { String(buffer: $0.body) }
                    == [##"{"instances":[{"content":"a"},{"content":"b"}]}"##]
            )
        }
    }

    /// Models of Gemini take one text at a time there, in one of two forms.
    @Test(arguments: [
        ("gemini-embedding-001:predict", "{\"predictions\":[\(prediction("1.50"))]}", "instances"),
        (
            "gemini-embedding-2:embedContent",
            ##"{"embedding":{"values":[1.50]},"usageMetadata":{"promptTokenCount":3}}"##, "content"
        ),
    ])
    func geminiToVertex(_ operation: String, _ reply: String, _ member: String) async throws {
        let path = "/v1/projects/{project}/locations/{region}/publishers/google/models/\(operation)"
        let model = String(operation.prefix { $0 != ":" })
        try await withGateway(settings(.vertex, path, reply)) { gateway async throws in
            let single = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/mock/\(model):embedContent")
            #expect(single.text == ##"{"embedding":{"values":[1.50]}}"##)
            let batch = "{\"requests\":[\(Self.gemini),\(Self.gemini)]}"
            let both = try await gateway.post(batch, path: "/genai/v1beta/models/mock/\(model):batchEmbedContents")
            #expect(both.text == ##"{"embeddings":[{"values":[1.50]},{"values":[1.50]}]}"##)
            #expect(gateway.recorder.requests.count == 3)
            for request in gateway.recorder.requests {
                #expect(try object(String(buffer: request.body)).keys.contains(member))
            }
            let lines = try await gateway.logLines().map(object)
            #expect(lines.map { $0["input_tokens"] as? Int } == [3, 6])
        }
    }

    @Test func refusals() async throws {
        try await withGateway(settings(.anthropic, "/x", "{}")) { gateway async throws in
            let answer = try await gateway.post(Self.openAI, path: "/v1/embeddings")
            #expect(answer.status == 404)
            #expect(try answer.error().message.contains("embeddings"))
            let gemini = try await gateway.post(Self.gemini, path: "/genai/v1beta/models/mock/m:embedContent")
            #expect((try object(gemini.text)["error"] as? [String: Any])?["status"] as? String == "NOT_FOUND")
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(arguments: ["{}", ##"{"embeddings":[{"values":[1]}]}"##])
    func answersThatDoNotFit(_ reply: String) async throws {
        let settings = settings(.gemini, "/models/m:batchEmbedContents", reply)
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(Self.openAI, path: "/v1/embeddings")
            #expect(answer.status == 502)
            #expect(try answer.error().code == "bad_provider_answer")
        }
    }
}
