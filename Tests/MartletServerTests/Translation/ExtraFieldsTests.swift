import Dialects
import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

@Suite("Extra fields of the gateway's own routes", .timeLimit(.minutes(2)))
struct ExtraFieldsTests {
    private func settings(_ pair: FormatPair, _ reply: MockReply, isStreamed: Bool = false) -> GatewaySettings {
        GatewaySettings { settings in
            settings.script.replies = [pair.providerPath(isStreamed: isStreamed): reply]
            settings.provider = pair.configure
        }
    }

    private static let native: [(WireFormat, String)] = [
        (.openAIChat, "/v1/chat/completions"), (.openAIResponses, "/v1/responses"),
        (.anthropicMessages, "/v1/messages"),
    ]

    @Test(arguments: native, WireFormat.commonFormats)
    func wholeAnswers(route: (WireFormat, String), provider: WireFormat) async throws {
        let pair = FormatPair(caller: route.0, provider: provider)
        try await withGateway(settings(pair, pair.wholeReply)) { gateway in
            let answer = try await gateway.post(
                pair.body(isStreamed: false),
                path: route.1,
                fields: "x-bf-send-back-raw-response: true\r\n"
            )
            let body = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
            let fields = try #require(body["extra_fields"])
            #expect(fields["provider"] == "mock")
            #expect(fields["model_requested"] == "mock/gpt")
            #expect(fields["resolved_model_used"] == "gpt")
            #expect(fields["latency"]?.integer != nil)
            let raw = pair.wholeReply.pieces[0]
            #expect(fields["raw_response"] == (try JSONValue(parsing: raw.readableBytesUInt8Span)))
        }
    }

    @Test func rawAnswersAreOnDemand() async throws {
        let pair = FormatPair(caller: .openAIChat, provider: .openAIChat)
        try await withGateway(settings(pair, pair.wholeReply)) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: false), path: "/v1/chat/completions")
            let body = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
            #expect(body["extra_fields"]?.object?["raw_response"] == .null)
        }
    }

    @Test(arguments: native, WireFormat.commonFormats)
    func chunksAreCounted(route: (WireFormat, String), provider: WireFormat) async throws {
        let pair = FormatPair(caller: route.0, provider: provider)
        try await withGateway(settings(pair, pair.streamReply(), isStreamed: true)) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: true), path: route.1)
            let chunks = try answer.text.split(separator: "\n").filter { $0.hasPrefix("data: {") }
                .map { try JSONValue(parsing: Array($0.utf8.dropFirst(6)).span) }
            #expect(chunks.count > 3)
            let fields = chunks.compactMap { $0["extra_fields"] }
            #expect(fields.map { $0["chunk_index"]?.integer } == chunks.indices.map { $0 })
            let type: JSONValue = route.0 == .openAIResponses ? "responses_stream" : "chat_completion_stream"
            #expect(fields.allSatisfy { $0["request_type"] == type && $0["provider"] == "mock" })
            #expect(pair.readStream(answer.body).last == .end)
        }
    }

    @Test(arguments: FormatPair.all)
    func otherRoutesStayPure(pair: FormatPair) async throws {
        try await withGateway(settings(pair, pair.wholeReply)) { gateway in
            let answer = try await gateway.post(pair.body(isStreamed: false), path: pair.path(isStreamed: false))
            #expect(!answer.text.contains("extra_fields"))
        }
    }
}
