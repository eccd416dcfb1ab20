import JSON
import Testing

@testable import Dialects

/// What providers say when a conversation is too long for the model, or a filter refuses it.
@Suite("Wording of failures")
struct FailureWordingTests {
    private func kind(_ format: WireFormat, _ status: Int, _ body: String) -> ProviderFailure.Kind {
        format.dialect.failure(ofBody: Array(body.utf8).span, status: status).kind
    }

    /// A body of the format with this message and no word for programs.
    private func body(_ format: WireFormat, _ message: String) -> String {
        var error: JSONObject = ["message": .string(message)]
        if format == .bedrockConverse || format == .cohereChat { return text(.object(error)) }
        if format == .anthropicMessages { error.append("type", "invalid_request_error") }
        return text(["error": .object(error)])
    }

    private func text(_ value: JSONValue) -> String { String(decoding: JSONWriter().write(value), as: UTF8.self) }

    private static let tooLong = [
        // OpenAI, Azure, DeepSeek
        "This model's maximum context length is 4097 tokens. However, your messages resulted in 4301 tokens. "
            + "Please reduce the length of the messages.",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 281541 tokens. "
            + "Please reduce the length of the messages.",
        "Invalid 'messages[1].content': string too long. Expected a string with maximum length 1048576, but got a "
            + "string with length 1540820 instead.",
        // Anthropic
        "prompt is too long: 205668 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648, decrease input length or "
            + "`max_tokens` and try again",
        // Gemini and Vertex AI
        "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
        "Unable to submit request because the input token count is 1077126 but the model only supports up to 1048576.",
        // Bedrock
        "Input is too long for requested model.",
        "The model returned the following errors: prompt is too long: 204311 tokens > 200000 maximum",
        "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
        "Too many input tokens. Max input tokens: 128000, request input token count: 141031",
        // Mistral
        "Prompt contains 40021 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
        // Cohere
        "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 6354. Try using a "
            + "shorter prompt.",
        // Groq, Cerebras
        "Please reduce the length of the messages or completion. Current length is 8716 while limit is 8192",
        // Together
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9074 `inputs` tokens and "
            + "512 `max_new_tokens`",
        // Fireworks
        "The prompt is too long: 32971, model maximum context length: 32767",
        // xAI
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        // OpenRouter
        "This endpoint's maximum context length is 32768 tokens. However, you requested about 42832 tokens (42832 of "
            + "text input). Please reduce the length of either one, or use the \"middle-out\" transform.",
        // Moonshot
        "Invalid request: Your request exceeded model token limit: 8192",
        // vLLM, SGLang, llama.cpp, Ollama, LM Studio
        "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in the "
            + "messages, 10000 in the completion). Please reduce the length of the messages or completion.",
        "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
        "the request exceeds the available context size, try increasing it",
        "request (9021 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "the input length exceeds the context length",
        // Copilot, Alibaba, SiliconFlow
        "prompt token count of 93854 exceeds the limit of 90000",
        "Range of input length should be [1, 30720]",
        "length of prompt_tokens (163280) must be less than max_seq_len (32768).",
    ]

    @Test(arguments: WireFormat.providerFormats, tooLong)
    func contextLength(format: WireFormat, message: String) {
        #expect(kind(format, 400, body(format, message)) == .contextLength)
        #expect(kind(format, 413, body(format, message)) == .contextLength)
    }

    private static let refused = [
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please "
            + "modify your prompt and retry.",
        "Your request was rejected as a result of our safety system.",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
        "Output blocked by content filtering policy",
        "This request has been blocked by our content filters. Our filters automatically flagged this prompt because "
            + "it may conflict with our AUP or AWS Responsible AI Policy.",
        "Content Exists Risk",
        "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.",
        "The request was rejected because it was considered high risk",
    ]

    @Test(arguments: WireFormat.providerFormats, refused)
    func contentPolicy(format: WireFormat, message: String) {
        #expect(kind(format, 400, body(format, message)) == .contentPolicy)
    }

    /// Words for programs and the status count more than what is said for a person.
    @Test(
        arguments: [
            (.bedrockConverse, 429, #"{"message":"Too many tokens, please wait before trying again."}"#, .rateLimit),
            (
                .openAIChat, 413,
                #"{"error":{"message":"Request too large for model `m` on tokens per minute (TPM): Limit 6000, "#
                    + #"Requested 7004","type":"tokens","code":"rate_limit_exceeded"}}"#,
                .rateLimit
            ),
            (.openAIChat, 400, #"{"error":{"message":"too many tokens per minute"}}"#, .invalidRequest),
            (
                .openAIChat, 400,
                #"{"error":{"message":"max_tokens is too large: 100000. This model supports at most 16384 completion "#
                    + #"tokens.","code":"invalid_value"}}"#,
                .invalidRequest
            ),
            (
                .openAIChat, 400,
                #"{"error":{"message":"Invalid 'messages[2].tool_calls[0].id': string too long. Expected a string "#
                    + #"with maximum length 40.","code":"string_above_max_length"}}"#,
                .invalidRequest
            ),
            (
                .anthropicMessages, 400,
                #"{"error":{"type":"invalid_request_error","message":"messages.0.content.0.image.source.base64: "#
                    + #"image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes"}}"#,
                .invalidRequest
            ),
            (
                .anthropicMessages, 413,
                #"{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#,
                .requestTooLarge
            ),
            (
                .anthropicMessages, 400,
                #"{"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#, .billing
            ),
            (.gemini, 429, #"{"error":{"status":"RESOURCE_EXHAUSTED","message":"too many tokens"}}"#, .rateLimit),
            (
                .openAIChat, 403,
                #"{"code":"The caller does not have permission to execute the specified operation","error":"Content "#
                    + #"violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}"#,
                .contentPolicy
            ),
            (
                .openAIChat, 403,
                #"{"error":{"code":403,"message":"m requires moderation. Your input was flagged for \"sexual\"."}}"#,
                .contentPolicy
            ),
            (.openAIChat, 403, #"{"error":{"message":"No access to the context window of 1M"}}"#, .permission),
            (
                .openAIChat, 400,
                #"{"error":{"code":400,"message":"too long","type":"exceed_context_size_error","n_ctx":4096}}"#,
                .contextLength
            ),
            (.openAIChat, 500, #"{"error":{"message":"Context size has been exceeded."}}"#, .contextLength),
            (
                .openAIResponses, 400,
                #"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
                .contextLength
            ),
        ] as [(WireFormat, Int, String, ProviderFailure.Kind)]
    )
    func order(_ format: WireFormat, _ status: Int, _ body: String, _ expected: ProviderFailure.Kind) {
        #expect(kind(format, status, body) == expected)
    }

    /// Some errors come under status 200, whole or in a stream, so that there is no status to tell anything.
    @Test(arguments: [
        (WireFormat.openAIChat, #"{"error":{"message":"the request exceeds the available context size"}}"#),
        (.openAIChat, #"{"error":{"message":"prompt is too long: 9 tokens > 5 maximum","code":400}}"#),
        (.openAIResponses, #"{"type":"error","message":"Your input exceeds the context window of this model."}"#),
        (
            .openAIResponses,
            #"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","#
                + #""message":"Your input exceeds the context window of this model."}}}"#
        ),
        (.anthropicMessages, #"{"type":"error","error":{"type":"api_error","message":"prompt is too long"}}"#),
        (.gemini, #"{"error":{"message":"The input token count exceeds the maximum number of tokens allowed 5."}}"#),
    ])
    func inAStream(format: WireFormat, data: String) {
        var reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        var found: ProviderFailure.Kind?
        let name = format == .anthropicMessages ? "event: error\n" : ""
        reader.receive(Array("\(name)data: \(data)\n\n".utf8).span) { event in
            if case .failure(let failure) = event { found = failure.kind }
        }
        #expect(found == .contextLength)
    }

    @Test func inAnExceptionOfAStream() {
        let payload = Array(#"{"message":"Input is too long for requested model."}"#.utf8)
        let failure = BedrockException.failure(ofPayload: payload.span, name: "validationException")
        #expect(failure.kind == .contextLength)
        let model = Array(#"{"message":"prompt is too long","originalStatusCode":400}"#.utf8)
        #expect(BedrockException.failure(ofPayload: model.span, name: "x").kind == .contextLength)
    }

    @Test func inAWholeAnswer() throws {
        let body = try JSONValue(parsing: #"{"error":{"message":"prompt is too long","code":400}}"#.utf8.span)
        guard case .failure(let failure)? = try OpenAIChat.events(ofAnswer: body).first else {
            Issue.record("no failure")
            return
        }
        #expect(failure.kind == .contextLength)
    }
}
