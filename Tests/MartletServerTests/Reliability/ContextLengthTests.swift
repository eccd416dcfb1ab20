import Dialects
import Martlet
import MartletServer
import NIOCore
import Testing
import WireTestSupport

@Suite("Conversations that are too long", .timeLimit(.minutes(2)))
struct ContextLengthTests {
    struct Phrase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var format = WireFormat.openAIChat
        var status = 400
        var body: String
        /// Whether it comes as an event under status 200.
        var isEvent = false
    }

    private static func openAI(_ message: String, code: String = "null", type: String = "invalid_request_error")
        -> String
    {
        #"{"error":{"message":"\#(message)","type":"\#(type)","param":"messages","code":\#(code)}}"#
    }

    static let phrases = [
        Phrase(
            testDescription: "OpenAI",
            body: openAI("This model's maximum context length is 8192 tokens.", code: #""context_length_exceeded""#)
        ),
        Phrase(
            testDescription: "Azure, in an inner error",
            body: openAI(
                "Input tokens exceed the configured limit of 272000 tokens.",
                code: #""context_length_exceeded""#
            )
        ),
        Phrase(
            testDescription: "vLLM",
            body: #"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you "#
                + #"requested 5000 tokens in the messages.","type":"BadRequestError","param":null,"code":400}"#
        ),
        Phrase(
            testDescription: "SGLang",
            body: #"{"object":"error","message":"The input (9000 tokens) is longer than the model's context length "#
                + #"(8192 tokens).","type":"BadRequest","param":null,"code":400}"#
        ),
        Phrase(
            testDescription: "llama.cpp",
            body: #"{"error":{"code":400,"message":"the request exceeds the available context size","#
                + #""type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#
        ),
        Phrase(
            testDescription: "Groq",
            body: openAI("Please reduce the length of the messages or completion.", code: #""context_length_exceeded""#)
        ),
        Phrase(
            testDescription: "Mistral",
            body: #"{"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum "#
                + #"context length","type":"invalid_request_error","param":null,"code":"3051"}"#
        ),
        Phrase(
            testDescription: "xAI",
            body: #"{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is "#
                + #"131072 but the request contains 200000 tokens."}"#
        ),
        Phrase(
            testDescription: "OpenRouter",
            body:
                #"{"error":{"message":"This endpoint's maximum context length is 32768 tokens. However, you requested "#
                + #"about 40000 tokens.","code":400}}"#
        ),
        Phrase(
            testDescription: "Together, status 422",
            status: 422,
            body: openAI("`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens.")
        ),
        Phrase(
            testDescription: "a server's status 500",
            status: 500,
            body: openAI("The prompt is too long: 9000, model maximum context length: 4096", type: "server_error")
        ),
        Phrase(
            testDescription: "status 413",
            status: 413,
            body: openAI("Prompt is too long for the context window, which has a maximum of 8192 tokens.")
        ),
        Phrase(
            testDescription: "Anthropic",
            format: .anthropicMessages,
            body: #"{"type":"error","error":{"type":"invalid_request_error","#
                + #""message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#
        ),
        Phrase(
            testDescription: "Gemini",
            format: .gemini,
            body:
                #"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens "#
                + #"allowed (1048576).","status":"INVALID_ARGUMENT"}}"#
        ),
        Phrase(
            testDescription: "Bedrock",
            format: .bedrockConverse,
            body: #"{"message":"Input is too long for requested model."}"#
        ),
        Phrase(
            testDescription: "OpenAI's event",
            body: openAI("Your input exceeds the context window of this model.", code: #""context_length_exceeded""#),
            isEvent: true
        ),
        Phrase(
            testDescription: "vLLM's event",
            body: #"{"error":{"object":"error","message":"This model's maximum context length is 4096 tokens.","#
                + #""type":"BadRequestError","param":null,"code":400}}"#,
            isEvent: true
        ),
        Phrase(
            testDescription: "the Responses' failed response",
            format: .openAIResponses,
            body: #"{"type":"response.failed","sequence_number":2,"response":{"id":"r","status":"failed","output":[],"#
                + #""error":{"code":"context_length_exceeded","message":"Your input exceeds the context window."}}}"#,
            isEvent: true
        ),
        Phrase(
            testDescription: "Anthropic's event",
            format: .anthropicMessages,
            body: #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}}"#,
            isEvent: true
        ),
        Phrase(
            testDescription: "Gemini's event",
            format: .gemini,
            body:
                #"{"error":{"code":400,"message":"The input token count exceeds the maximum number of tokens allowed.","#
                + #""status":"INVALID_ARGUMENT"}}"#,
            isEvent: true
        ),
    ]

    @Test(arguments: phrases, [true, false])
    func goToALargerModelWhereTheConfigurationSaysSo(_ phrase: Phrase, _ isConfigured: Bool) async throws {
        let refusal: ScriptedAnswer =
            phrase.isEvent
            ? .events("data: \(phrase.body)\n\n") : .status(phrase.status, body: phrase.body)
        let small = try await ScriptedProvider.start("p1") { _ in refusal }
        let large = try await ScriptedProvider.start("p2") { _ in phrase.isEvent ? .chatStream : .chat }
        try await withGateway(to: [small, large]) {
            $0.provider = { provider in
                if provider.name == "p1" {
                    FormatPair(caller: .openAIChat, provider: phrase.format).configure(&provider)
                }
                provider.retries.maximumRetryCount = 2
            }
            if isConfigured { $0.gateway = { $0.reliability.fallbacks.configured = [.contextLength] } }
        } _: { gateway async throws in
            let answer = try await gateway.post(chat("any", isStreamed: phrase.isEvent))
            #expect(isConfigured ? answer.status == 200 : answer.status >= 400)
            #expect(small.visits.count == 1)
            #expect(large.visits.count == (isConfigured ? 1 : 0))
        }
    }

    /// Limits of a rate speak of tokens, too, but pass by waiting.
    @Test func limitsOfARateAreNone() async throws {
        let body = Self.openAI("Request too large: Limit 30000, Requested 40000 tokens per minute (TPM).")
        let limited = try await ScriptedProvider.start("p1") { _ in .status(429, body: body) }
        let other = try await ScriptedProvider.start("p2") { _ in .chat }
        try await withGateway(to: [limited, other]) { _ in
        } _: { gateway async throws in
            #expect(try await gateway.post(chat("any")).status == 200)
            #expect(other.visits.count == 1)
        }
    }
}
