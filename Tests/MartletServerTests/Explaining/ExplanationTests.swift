import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Explanations", .timeLimit(.minutes(2)))
struct ExplanationTests {
    private static let plain = MockReply(
        body: ByteBuffer(string: #"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}"#)
    )

    /// Models that fail and one that does not, behind a virtual one.
    private static var settings: GatewaySettings {
        GatewaySettings {
            $0.script.replies = ["good": plain]
            $0.logs = true
            $0.gateway = {
                $0.routing.virtualModels = [
                    VirtualModel(
                        name: "chat",
                        strategy: .ordered,
                        targets: ["mock/mock-500", "mock/good"].map { RoutingTarget(model: $0) }
                    )
                ]
                var blind = ModelFacts(name: "mock/blind")
                blind.takesImages = false
                $0.routing.models = [blind]
            }
        }
    }

    private func explanation(_ answer: WireAnswer) throws -> JSONValue {
        let field = try #require(answer.head.fields.string("x-martlet-explanation"))
        #expect(field.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        return try JSONValue(parsing: Array(field.utf8).span)
    }

    @Test(arguments: [false, true])
    func anAnswerTellsHowItCameAbout(isStreamed: Bool) async throws {
        var settings = Self.settings
        if isStreamed { settings.script.replies["good"] = SampleStream.reply(SampleStream.whole) }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(
                chat("chat", isStreamed: isStreamed),
                fields: "x-martlet-explain: true\r\n"
            )
            #expect(answer.status == 200)
            let explanation = try explanation(answer)
            #expect(explanation["candidates"]?.array?.count == 2)
            #expect(explanation["decisions"]?[0]?["virtual_model"] == "chat")
            let attempts = try #require(explanation["attempts"]?.array)
            #expect(attempts.map { $0["outcome"] } == ["server_error", "ok"])
            #expect(attempts.map { $0["status"] } == [500, 200])
            #expect(attempts.map { $0["model"] } == ["mock-500", "good"])
            #expect(attempts[0]["then"] == "next target")
            #expect(attempts.allSatisfy { $0["key"] == "main" && $0["key_reason"] == "only" })
            let line = try JSONValue(parsing: Array(try #require(try await gateway.logLines().first).utf8).span)
            #expect(line["trail"]?["attempts"]?.array?.count == 2)
            #expect(line["attempts"] == 2)
            #expect(line["model"] == "good")
        }
    }

    @Test func aFailureTellsToo() async throws {
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(chat("mock/mock-400"), fields: "x-martlet-explain: true\r\n")
            #expect(answer.status == 400)
            #expect(try explanation(answer)["attempts"]?[0]?["outcome"] == "caller_error")
        }
    }

    @Test func nobodyWhoDidNotAskIsTold() async throws {
        try await withGateway(Self.settings) { gateway async throws in
            #expect(try await gateway.post(chat("chat")).head.fields.string("x-martlet-explanation") == nil)
            #expect(try await gateway.post(chat("good")).head.fields.string("x-martlet-explanation") == nil)
            let lines = try await gateway.logLines()
            #expect(lines[0].contains("\"trail\""))
            // One attempt at the named model: the line itself is all of it.
            #expect(!lines[1].contains("\"trail\""))
            #expect(lines[1].contains(#""key":"main""#))
            #expect(lines[1].contains(#""key_reason":"only","breaker":"closed""#))
        }
    }

    @Test func longOnesAreShortened() async throws {
        var settings = Self.settings
        settings.gateway = {
            $0.routing.virtualModels = [
                VirtualModel(
                    name: "chat",
                    strategy: .ordered,
                    targets: (0..<16).map { RoutingTarget(model: "mock/\($0)\(String(repeating: "ü", count: 199))") }
                )
            ]
        }
        try await withGateway(settings) { gateway async throws in
            let answer = try await gateway.post(chat("chat"), fields: "x-martlet-explain: true\r\n")
            #expect(try explanation(answer)["shortened"] == true)
        }
    }

    @Test func aPlanIsToldWithoutSending() async throws {
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(chat("chat"), path: "/v1/explain")
            #expect(answer.status == 200)
            let plan = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
            let candidates = try #require(plan["candidates"]?.array)
            #expect(candidates.map { $0["model"] } == ["mock/mock-500", "mock/good"])
            #expect(candidates[0]["keys"]?[0]?["name"] == "main")
            #expect(candidates[0]["keys"]?[0]?["state"] == "ready")
            #expect(candidates[0]["keys"]?[0]?["breaker"] == "closed")
            #expect(candidates[0]["passes_unchanged"] == true)
            #expect(gateway.recorder.requests.isEmpty)
            #expect(!answer.text.contains(GatewaySettings.key))
        }
    }

    @Test func aPlanNamesWhatATranslationLoses() async throws {
        let body = #"{"model":"mock/gpt","max_tokens":9,"top_k":5,"messages":[{"role":"user","content":"a"}]}"#
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(body, path: "/v1/explain?format=anthropic-messages")
            let plan = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
            #expect(plan["candidates"]?[0]?["provider_format"] == "openai-chat")
            #expect(plan["candidates"]?[0]?["losses"]?[0]?["path"] == "top_k")
        }
    }

    @Test func aPlanTellsWhatIsSkipped() async throws {
        let body =
            #"{"model":"mock/blind","messages":[{"role":"user","content":["#
            + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#
        try await withGateway(Self.settings) { gateway async throws in
            let answer = try await gateway.post(body, path: "/v1/explain")
            let plan = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
            #expect(plan["candidates"] == [])
            #expect(plan["skipped"]?[0]?["reason"] == "images")
            let refused = try await gateway.post(body)
            #expect(refused.status == 404)
            #expect(try refused.error().message.contains("does not take images"))
        }
    }

    @Test(arguments: ["{", "[]", #"{"messages":[]}"#])
    func aPlanOfNonsenseIsAnError(_ body: String) async throws {
        try await withGateway(Self.settings) { gateway async throws in
            #expect(try await gateway.post(body, path: "/v1/explain").status == 400)
        }
    }
}
