import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: answers and errors")
struct AnthropicAnswerTests {
    private static let context = AnswerContext(requestID: "r1", model: "asked", created: 1)

    @Test(
        arguments: [
            #"{"content":null,"stop_reason":null}"#, #"{"content":[],"usage":null}"#, #"{"content":"text"}"#,
            #"{"content":[1,null,{},{"type":null},{"type":"text","text":5},{"type":"tool_use"}],"usage":[]}"#,
            #"{"stop_reason":"max_tokens"}"#,
        ]
    )
    func readingIsLenient(_ text: String) throws {
        let events = try AnthropicMessages.events(ofAnswer: json(anthropic: text))
        #expect(events.last == .end)
        _ = try folded(events)
    }

    @Test(arguments: ["[]", "5", "{}", #"{"id":"x"}"#]) func whatIsNoAnswer(_ text: String) throws {
        let body = try json(anthropic: text)
        #expect(throws: FormatProblem.self) { try AnthropicMessages.events(ofAnswer: body) }
    }

    @Test func anErrorIsAFailure() throws {
        let body = try json(anthropic: #"{"type":"error","error":{"type":"api_error","message":"x"}}"#)
        let failure = ProviderFailure(.server, "x", type: "api_error")
        #expect(try AnthropicMessages.events(ofAnswer: body) == [.failure(failure)])
    }

    @Test func anAnswerOfAnotherProvider() {
        var choice = Answer.Choice()
        let signature = ReasoningSignature(origin: .gemini, value: "g")
        choice.parts = [
            .reasoning(Reasoning("t", signature: signature)), .reasoning(Reasoning("u")), .text(""), .text("a"),
            .lookCall("", "f", ""), .lookCall("1", "g", "{\"a\""),
        ].map { Part($0) }
        choice.finish = .toolCalls
        let usage = TokenUsage(input: 10, output: 5, cachedInput: 3, cacheWrite: 2, reasoning: 4)
        let answer = Answer(start: AnswerStart(id: "chatcmpl-1"), choices: [choice, Answer.Choice()], usage: usage)
        let encoded = AnthropicMessages.answer(answer, Self.context)
        let expected: JSONValue = [
            "id": "chatcmpl-1", "type": "message", "role": "assistant", "model": "asked",
            "content": [
                ["type": "thinking", "thinking": "t", "signature": .string(signature.text(for: .anthropicMessages))],
                ["type": "thinking", "thinking": "u", "signature": ""],
                ["type": "text", "text": "a"],
                ["type": "tool_use", "id": "toolu_r1_4", "name": "f", "input": [:]],
                ["type": "tool_use", "id": "1", "name": "g", "input": ["arguments": "{\"a\""]],
            ],
            "stop_reason": "tool_use", "stop_sequence": nil,
            "usage": [
                "input_tokens": 5, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 3, "output_tokens": 5,
                "output_tokens_details": ["thinking_tokens": 4],
            ],
        ]
        #expect(encoded.body == expected)
        #expect(encoded.losses.map(\.element) == [.furtherChoices, .toolArguments])
    }

    @Test(
        arguments: [
            ("invalid_request_error", "x", 400, ProviderFailure.Kind.invalidRequest),
            ("invalid_request_error", "prompt is too long: 5 tokens > 3 maximum", 400, .contextLength),
            ("invalid_request_error", "input length and `max_tokens` exceed context limit", 400, .contextLength),
            ("invalid_request_error", "Your credit balance is too low", 400, .billing),
            ("invalid_request_error", "Output blocked by content filtering policy", 400, .contentPolicy),
            ("authentication_error", "x", 401, .authentication), ("billing_error", "x", 402, .billing),
            ("permission_error", "x", 403, .permission), ("not_found_error", "x", 404, .notFound),
            ("request_too_large", "x", 413, .requestTooLarge), ("rate_limit_error", "x", 429, .rateLimit),
            ("api_error", "x", 500, .server), ("timeout_error", "x", 504, .timeout),
            ("overloaded_error", "x", 529, .overloaded), ("new_error", "x", 429, .rateLimit),
        ]
    )
    func failures(_ type: String, _ message: String, _ status: Int, _ kind: ProviderFailure.Kind) {
        let body = bytes(#"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"},"request_id":"q"}"#)
        let failure = AnthropicMessages.failure(ofBody: body.span, status: status)
        #expect(failure == ProviderFailure(kind, message, status: status, type: type))
    }

    @Test(arguments: ["", "<html>502</html>", "null", "[]", #"{"error":null}"#, "upstream gone", #"{"message":"m"}"#])
    func strangeBodies(_ body: String) {
        let failure = AnthropicMessages.failure(ofBody: bytes(body).span, status: 503)
        #expect(failure.kind == .overloaded)
        #expect(!failure.message.isEmpty)
        #expect(!failure.message.contains("<"))
    }

    @Test(arguments: ProviderFailure.Kind.allCases) func errorsForCallers(_ kind: ProviderFailure.Kind) throws {
        let body = AnthropicMessages.errorBody(ProviderFailure(kind, "why", status: 418), requestID: "req")
        let value = try JSONValue(parsing: body.span)
        #expect(value["type"] == "error")
        #expect(value["error"]?["message"] == "why")
        #expect(value["request_id"] == "req")
        let again = AnthropicMessages.failure(ofBody: body.span, status: 418).kind
        let same: [ProviderFailure.Kind] = [.contextLength, .contentPolicy]
        #expect(again == (same.contains(kind) ? .invalidRequest : kind))
    }

    @Test(
        arguments: [
            ("claude-2.1", "none"), ("claude-3-opus-20240229", "none"), ("claude-3-5-sonnet-latest", "none"),
            ("claude-3-7-sonnet-20250219", "budget"), ("claude-sonnet-4-20250514", "budget"),
            ("claude-opus-4-1-20250805", "budget"), ("anthropic/claude-sonnet-4.5", "budget"),
            ("claude-haiku-4-5@20251001", "budget"), ("claude-opus-4-6", "budgetOrAdaptive"),
            ("us.anthropic.claude-sonnet-4-6-v1:0", "budgetOrAdaptive"), ("claude-mythos-preview", "budgetOrAdaptive"),
            ("claude-opus-4-8", "adaptive"), ("claude-sonnet-5", "adaptive"), ("claude-opus-latest", "adaptive"),
            ("glm-5", "budget"),
        ]
    )
    func models(_ name: String, _ thinking: String) {
        #expect("\(AnthropicModel(name).thinking)" == thinking)
    }
}
