import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Lists of models", .timeLimit(.minutes(2)))
struct ModelListTests {
    private static let claude =
        ##"{"type":"model","id":"claude","display_name":"Claude","created_at":"2026-02-04T00:00:00Z"}"##

    private func settings(_ kind: ProviderKind, _ replies: [String: String]) -> GatewaySettings {
        GatewaySettings { settings in
            settings.script.replies = replies.mapValues { MockReply(body: ByteBuffer(string: $0)) }
            settings.provider = { provider in
                provider.kind = kind
                provider.modelsPath = kind.modelsPath
            }
        }
    }

    private func names(_ answer: WireAnswer, _ list: String = "data", _ name: String = "id") throws -> [String] {
        let entries = try #require(try object(answer.text)[list] as? [[String: Any]])
        return entries.compactMap { $0[name] as? String }
    }

    @Test func openAIShape() async throws {
        let settings = settings(
            .openAI,
            ["/v1/models": ##"{"data":[{"id":"b","created":1},{"id":"a/x","created":2}]}"##]
        )
        try await withGateway(settings) { gateway async throws in
            for path in ["/v1/models", "/openai/v1/models", "/openai/models", "/litellm/v1/models"] {
                let answer = try await gateway.get(path)
                #expect(answer.status == 200)
                #expect(answer.head.fields.contains("x-request-id"))
                #expect(try names(answer) == ["mock/b", "mock/a/x"])
            }
        }
    }

    @Test func anthropicPagesAreReadToTheEnd() async throws {
        let settings = settings(
            .anthropic,
            [
                "/v1/models?limit=1000": "{\"data\":[\(Self.claude)],\"has_more\":true,\"last_id\":\"a b\"}",
                "/v1/models?limit=1000&after_id=a%20b": ##"{"data":[{"id":"second"}],"has_more":false}"##,
            ]
        )
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.get("/anthropic/v1/models")
            #expect(try names(answer) == ["mock/claude", "mock/second"])
            let list = try object(answer.text)
            #expect(list["has_more"] as? Bool == false)
            #expect(list["first_id"] as? String == "mock/claude")
            #expect(list["last_id"] as? String == "mock/second")
            let fields = try #require(gateway.recorder.requests.first).head.fields
            #expect(fields.string("anthropic-version") == "2023-06-01")
            #expect(fields.string("x-api-key") == GatewaySettings.key)
            #expect(try names(try await gateway.get("/v1/models")) == ["mock/claude", "mock/second"])
        }
    }

    @Test func pagesWithoutAnEndAreGivenUp() async throws {
        let page = ##"{"data":[{"id":"x"}],"has_more":true,"last_id":"x"}"##
        try await withGateway(settings(.anthropic, ["/v1/models": page])) { gateway async throws in
            #expect(try names(try await gateway.get("/anthropic/v1/models")) == ["mock/x", "mock/x"])
        }
    }

    @Test func geminiPagesAreReadToTheEnd() async throws {
        let settings = settings(
            .gemini,
            [
                "/models?pageSize=1000": ##"{"models":[{"name":"models/g","displayName":"G"}],"nextPageToken":"t="}"##,
                "/models?pageSize=1000&pageToken=t%3D": ##"{"models":[{"name":"models/h"}]}"##,
            ]
        )
        try await withGateway(settings) { gateway async throws in
            for path in ["/genai/v1beta/models", "/gemini/v1beta/models", "/v1beta/models"] {
                let answer = try await gateway.get(path)
                #expect(try names(answer, "models", "name") == ["models/mock/g", "models/mock/h"])
            }
        }
    }

    @Test func namesOfKeysNeedNoQuestion() async throws {
        var settings = GatewaySettings()
        settings.provider = { $0.keys[0].models = ["gpt"] }
        try await withGateway(settings) { gateway async throws in
            #expect(try names(try await gateway.get("/v1/models")) == ["mock/gpt"])
            #expect(try await gateway.get("/v1/models/mock/gpt").status == 200)
            #expect(try await gateway.get("/v1/models/mock/other").status == 404)
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test(arguments: [("/v1/models/", "id", "mock/claude"), ("/anthropic/v1/models/", "id", "mock/claude")])
    func oneModel(_ path: String, _ member: String, _ name: String) async throws {
        let settings = settings(.anthropic, ["/v1/models": "{\"data\":[\(Self.claude)]}"])
        try await withGateway(settings) { gateway async throws in
            for model in ["mock/claude", "claude", "mock%2Fclaude"] {
                let answer = try await gateway.get(path + model)
                #expect(answer.status == 200)
                #expect(try object(answer.text)[member] as? String == name)
            }
        }
    }

    @Test func oneModelOfGemini() async throws {
        let settings = settings(.gemini, ["/models": ##"{"models":[{"name":"models/g:8b"}]}"##])
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.get("/genai/v1beta/models/mock/g:8b")
            #expect(answer.status == 200)
            #expect(try object(answer.text)["name"] as? String == "models/mock/g:8b")
        }
    }

    @Test func unknownModels() async throws {
        var settings = settings(.openAI, ["/v1/models": ##"{"data":[]}"##])
        settings.logs = true
        try await withGateway(settings) { gateway async throws in
            #expect(try await gateway.get("/v1/models/mock/x").error().code == "model_not_found")
            let anthropic = try await gateway.get("/anthropic/v1/models/x")
            #expect(anthropic.status == 404)
            #expect(try object(anthropic.text)["type"] as? String == "error")
            let gemini = try await gateway.get("/genai/v1beta/models/x")
            #expect(gemini.status == 404)
            let error = try #require(try object(gemini.text)["error"] as? [String: Any])
            #expect(error["status"] as? String == "NOT_FOUND")
            #expect(try await gateway.get("/genai/v1beta/models/x:predict", method: "POST").status == 404)
            let lines = try await gateway.logLines().map(object)
            #expect(lines.count == 4)
            #expect(lines.first?["route"] as? String == "/v1/models/{model}")
        }
    }

    @Test func vertexIsAskedByPublisher() async throws {
        let google = "/v1beta1/publishers/google/models?pageSize=100"
        let anthropic = "/v1beta1/publishers/anthropic/models?pageSize=100"
        func model(_ publisher: String, _ name: String) -> String {
            ##"{"name":"publishers/\##(publisher)/models/\##(name)","versionId":"1"}"##
        }
        var replies = [
            google: "{\"publisherModels\":[\(model("google", "g"))],\"nextPageToken\":\"t\"}",
            google + "&pageToken=t": "{\"publisherModels\":[\(model("google", "h"))]}",
            anthropic: "{\"publisherModels\":[\(model("anthropic", "claude"))]}",
        ]
        try await withGateway(settings(.vertex, replies)) { gateway async throws in
            #expect(try names(try await gateway.get("/v1/models")) == ["mock/g", "mock/h", "mock/claude@1"])
        }
        // What one publisher's list lacks takes nothing from the other's.
        replies[google] = "[]"
        try await withGateway(settings(.vertex, replies)) { gateway async throws in
            #expect(try names(try await gateway.get("/v1/models")) == ["mock/claude@1"])
        }
    }

    /// Each of the two answers only after both were asked, the second one first.
    @Test func providersAreAskedAtTheSameTime() async throws {
        let first = try await ScriptedProvider.start("p1") { _ in .silence }
        let second = try await ScriptedProvider.start("p2") { _ in .silence }
        try await withGateway(to: [first, second]) { _ in
        } _: { gateway async throws in
            async let answer = gateway.get("/v1/models")
            let visits = (try await first.nextVisit(), try await second.nextVisit())
            try await visits.1.send(.status(200, body: ##"{"data":[{"id":"b"}]}"##))
            try await visits.0.send(.status(200, body: ##"{"data":[{"id":"a"}]}"##))
            #expect(try names(try await answer).filter { $0.hasPrefix("p") } == ["p1/a", "p2/b"])
        }
    }

    @Test func aProviderThatDoesNotSay() async throws {
        var settings = GatewaySettings()
        settings.script.replies = ["/v1/models": MockReply(status: 500, body: ByteBuffer(string: "{}"))]
        try await withGateway(settings) { gateway async throws in
            #expect(try names(try await gateway.get("/v1/models")).isEmpty)
            #expect(try await gateway.get("/v1/models/mock/x").status == 502)
        }
    }
}
