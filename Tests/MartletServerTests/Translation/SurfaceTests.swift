import Dialects
import JSON
import Martlet
import MartletMock
import NIOCore
import Testing
import Transport
import WireTestSupport

/// The addresses that software kits and people write, for callers of every format.
@Suite("Interfaces", .timeLimit(.minutes(2)))
struct SurfaceTests {
    private static let chat = #"{"model":"mock/gpt","messages":[{"role":"user","content":"hello"}]}"#
    private static let responses = #"{"model":"mock/gpt","input":"hello"}"#
    private static let messages = #"{"model":"mock/gpt","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#
    private static let gemini = #"{"contents":[{"role":"user","parts":[{"text":"hello"}]}]}"#
    private static let converse = #"{"messages":[{"role":"user","content":[{"text":"hello"}]}]}"#

    private func settings(_ format: WireFormat, isStreamed: Bool = false) -> GatewaySettings {
        let pair = FormatPair(caller: .openAIChat, provider: format)
        return GatewaySettings { settings in
            settings.script.replies = [
                pair.providerPath(isStreamed: isStreamed): isStreamed ? pair.streamReply() : pair.wholeReply
            ]
            settings.provider = pair.configure
        }
    }

    @Test(
        arguments: [
            ("/v1/chat/completions", chat, .openAIChat), ("/openai/v1/chat/completions", chat, .openAIChat),
            ("/openai/chat/completions", chat, .openAIChat), ("/litellm/chat/completions", chat, .openAIChat),
            ("/langchain/v1/chat/completions", chat, .openAIChat),
            ("/openai/deployments/mock%2Fgpt/chat/completions?api-version=2024-10-21", chat, .openAIChat),
            ("/v1/responses", responses, .openAIResponses), ("/openai/v1/responses", responses, .openAIResponses),
            ("/v1/messages", messages, .anthropicMessages), ("/anthropic/v1/messages", messages, .anthropicMessages),
            ("/pydanticai/v1/messages", messages, .anthropicMessages),
            ("/v1beta/models/mock/gpt:generateContent", gemini, .gemini),
            ("/gemini/v1/models/mock/gpt:generateContent", gemini, .gemini),
            ("/gemini/v1beta/models/mock%2Fgpt:generateContent", gemini, .gemini),
            ("/genai/v1beta/models/mock/gpt:generateContent", gemini, .gemini),
            ("/bedrock/model/mock%2Fgpt/converse", converse, .bedrockConverse),
            ("/litellm/model/mock/gpt/converse", converse, .bedrockConverse),
        ] as [(String, String, WireFormat)]
    )
    func addresses(_ path: String, _ body: String, _ format: WireFormat) async throws {
        let pair = FormatPair(caller: format, provider: .openAIChat)
        try await withGateway(settings(.openAIChat)) { gateway in
            let answer = try await gateway.post(body, path: path)
            #expect(answer.status == 200)
            #expect(try pair.read(answer.body).choices.first?.finish == .toolCalls)
            #expect(gateway.recorder.requests.first?.head.path == ByteBuffer(string: "/v1/chat/completions"))
        }
    }

    /// `alt=sse` asks for events; without it a stream is one JSON array.
    @Test(arguments: [("alt=sse", "text/event-stream; charset=utf-8"), ("", "application/json")])
    func streamsOfGemini(_ query: String, _ contentType: String) async throws {
        try await withGateway(settings(.openAIChat, isStreamed: true)) { gateway in
            let path = "/gemini/v1beta/models/mock/gpt:streamGenerateContent?\(query)"
            let answer = try await gateway.post(Self.gemini, path: path)
            #expect(answer.status == 200)
            #expect(answer.head.fields.string("content-type") == contentType)
            if query.isEmpty {
                let chunks = try #require(try JSONValue(parsing: answer.body.readableBytesUInt8Span).array)
                #expect(chunks.count > 1)
                #expect(chunks.last?["candidates"]?[0]?["finishReason"]?.string == "STOP")
            } else {
                let pair = FormatPair(caller: .gemini, provider: .openAIChat)
                #expect(pair.readStream(answer.body).last == .end)
            }
        }
    }

    /// Gemini's address says whether to stream, but a member of the body does too.
    @Test func streamsByAMemberOfTheBody() async throws {
        try await withGateway(settings(.openAIChat, isStreamed: true)) { gateway in
            let body = Self.gemini.dropLast() + #","stream":true}"#
            let answer = try await gateway.post(String(body), path: "/gemini/v1/models/mock/gpt:generateContent")
            #expect(answer.status == 200)
            let sent = try #require(gateway.recorder.requests.first)
            #expect(try JSONValue(parsing: sent.body.readableBytesUInt8Span)["stream"] == true)
        }
    }

    /// What is asked of an interface that has it not, or in a way that it has not, never becomes a generation.
    @Test(arguments: [
        ("/gemini/v1/models/:generateContent", 405), ("/genai/v1beta/models/mock/gpt", 405),
        ("/genai/v1beta/models/mock/gpt:somethingElse", 404), ("/bedrock/model/mock%2Fgpt/invoke", 404),
        ("/openai/v1/messages", 404), ("/anthropic/v1/chat/completions", 404), ("/anthropic/v1/embeddings", 404),
    ])
    func otherOperations(_ path: String, _ status: Int) async throws {
        try await withGateway { gateway in
            let answer = try await gateway.post(Self.gemini, path: path)
            #expect(answer.status == status)
            #expect(gateway.recorder.requests.isEmpty)
        }
    }

    private static let interfaces: [(String, WireFormat)] = [
        ("/openai", .openAIChat), ("/anthropic", .anthropicMessages), ("/genai", .gemini), ("/gemini", .gemini),
        ("/bedrock", .bedrockConverse), ("/litellm", .openAIChat), ("/langchain", .openAIChat),
        ("/pydanticai", .openAIChat), ("", .openAIChat),
    ]

    /// Errors have the shape of the interface, and name the request.
    @Test(arguments: interfaces)
    func unknownPaths(_ prefix: String, _ format: WireFormat) async throws {
        try await withGateway { gateway in
            for method in ["GET", "POST"] {
                let answer = try await gateway.get("\(prefix)/nowhere", method: method)
                #expect(answer.status == 404)
                try expectError(answer, format, "nowhere")
            }
        }
    }

    @Test(arguments: FormatPair.all.filter { $0.provider == .openAIChat })
    func otherMethods(pair: FormatPair) async throws {
        try await withGateway { gateway in
            for method in ["GET", "PUT", "OPTIONS"] {
                let answer = try await gateway.get(pair.path(isStreamed: false), method: method)
                #expect(answer.status == 405)
                #expect(answer.head.fields.string("allow") == "POST")
                try expectError(answer, pair.caller, "POST")
            }
        }
    }

    /// An id that could end a header field or a JSON string is not taken over.
    @Test(arguments: WireFormat.commonFormats, [#"a","x":"y"#, "a b", String(repeating: "x", count: 129)])
    func hostileIDs(_ format: WireFormat, _ id: String) async throws {
        let pair = FormatPair(caller: format, provider: .openAIChat)
        try await withGateway { gateway in
            let fields = "X-Request-ID: \(id)\r\n"
            let answer = try await gateway.post("{", path: pair.path(isStreamed: false), fields: fields)
            #expect(answer.status == 400)
            #expect(answer.head.fields.string("x-request-id")?.hasPrefix("req-") == true)
            #expect(!answer.text.contains(#""x":"#))
            try expectError(answer, format, "JSON")
        }
    }

    /// What lies with a provider is known to it alone, so its name must arrive as it is.
    @Test func filesOfAProviderPass() async throws {
        let pair = FormatPair(caller: .gemini, provider: .gemini)
        try await withGateway(settings(.gemini)) { gateway in
            let uri = "https://generativelanguage.googleapis.com/v1beta/files/abc"
            let part = #"{"fileData":{"mimeType":"application/pdf","fileUri":"\#(uri)"}}"#
            let body = #"{"contents":[{"role":"user","parts":[\#(part)]}]}"#
            let answer = try await gateway.post(body, path: pair.path(isStreamed: false))
            #expect(answer.status == 200)
            #expect(gateway.recorder.requests.first.map { String(buffer: $0.body) } == body)
        }
    }

    private func expectError(_ answer: WireAnswer, _ format: WireFormat, _ part: String) throws {
        let body = try JSONValue(parsing: answer.body.readableBytesUInt8Span)
        let requestID = try #require(answer.head.fields.string("x-request-id"))
        let (message, type, id) =
            switch format {
            case .openAIChat, .openAICompletions, .cohereChat, .openAIResponses:
                (body["error"]?["message"], body["error"]?["type"], body["request_id"])
            case .anthropicMessages:
                (body["error"]?["message"], body["error"]?["type"], body["request_id"])
            case .gemini:
                (body["error"]?["message"], body["error"]?["status"], body["error"]?["details"]?[0]?["requestId"])
            case .bedrockConverse:
                (
                    body["message"], answer.head.fields.string("x-amzn-errortype").map(JSONValue.string),
                    body["requestId"]
                )
            }
        #expect(message?.string?.contains(part) == true)
        #expect(type?.string?.isEmpty == false)
        #expect(id?.string == requestID)
        #expect(answer.head.fields.string("x-amzn-requestid") == (format == .bedrockConverse ? requestID : nil))
    }
}
