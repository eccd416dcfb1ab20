import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Anthropic's features in beta, by provider", .timeLimit(.minutes(1)))
struct BetaFeatureTests {
    private static let body = #"{"model":"mock/m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#

    private var settings: GatewaySettings {
        GatewaySettings {
            let answer =
                #"{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn"}"#
            $0.script.replies = ["/v1/messages": MockReply(body: ByteBuffer(string: answer))]
            $0.logs = true
            $0.provider = { provider in
                let keys = provider.keys
                provider = ProviderConfiguration(name: "mock", baseURL: provider.baseURL, kind: .anthropic)
                provider.keys = keys
                provider.betaFeatures = ["context-1m-": false]
            }
        }
    }

    private func ask(_ fields: String, _ gateway: RunningGateway) async throws -> WireAnswer {
        try await gateway.post(Self.body, path: "/anthropic/v1/messages", fields: fields)
    }

    @Test func thoseThatAreLeftOutAreTold() async throws {
        try await withGateway(settings) { gateway async throws in
            let answer = try await ask("anthropic-beta: a-1,context-1m-2025-08-07\r\n", gateway)
            #expect(answer.status == 200)
            let loss = #""anthropic-beta.context-1m-2025-08-07";effect=dropped;element="beta feature""#
            #expect(answer.head.fields.string("x-martlet-loss") == loss)
            #expect(gateway.recorder.requests.first?.head.fields.string("anthropic-beta") == "a-1")
            let line = try await gateway.logLine()
            #expect(line["losses"]?.array?.first?["path"] == "anthropic-beta.context-1m-2025-08-07")
        }
    }

    @Test func theFieldIsGoneWithItsLastFeature() async throws {
        try await withGateway(settings) { gateway async throws in
            _ = try await ask("x-bf-eh-anthropic-beta: context-1m-2025-08-07\r\n", gateway)
            let fields = try #require(gateway.recorder.requests.first).head.fields
            #expect(!fields.contains("anthropic-beta"))
            #expect(fields.contains("anthropic-version"))
        }
    }

    @Test func otherFeaturesPassAndNothingIsTold() async throws {
        try await withGateway(settings) { gateway async throws in
            let answer = try await ask("anthropic-beta: a-1, b-2\r\n", gateway)
            #expect(!answer.head.fields.contains("x-martlet-loss"))
            #expect(gateway.recorder.requests.first?.head.fields.string("anthropic-beta") == "a-1, b-2")
        }
    }

    @Test func aStrictRequestIsRefused() async throws {
        try await withGateway(settings) { gateway async throws in
            let answer = try await ask("anthropic-beta: context-1m-2\r\nx-martlet-strict: true\r\n", gateway)
            #expect(answer.status == 400)
            #expect(answer.text.contains("anthropic-beta.context-1m-2"))
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    @Test func theConfigurationsOwnFieldIsReadTheSame() async throws {
        var settings = settings
        settings.provider = { [provider = settings.provider] in
            provider(&$0)
            $0.extraHeaders = [HeaderField(name: "Anthropic-Beta", value: "a-1,context-1m-2")]
        }
        try await withGateway(settings) { gateway async throws in
            _ = try await ask("", gateway)
            #expect(gateway.recorder.requests.first?.head.fields.string("anthropic-beta") == "a-1")
        }
    }
}
