import JSON
import Testing

@testable import Dialects

/// Whole answers and errors.
struct BedrockAnswerTests {
    @Test(arguments: [
        ("end_turn", FinishReason.stop), ("tool_use", .toolCalls), ("max_tokens", .length),
        ("stop_sequence", .stopSequence(nil)), ("guardrail_intervened", .contentFilter),
        ("content_filtered", .contentFilter), ("malformed_tool_use", .malformedToolCall),
        ("malformed_model_output", .other("malformed_model_output")), ("model_context_window_exceeded", .contextWindow),
        ("new", .other("new")),
    ])
    func stopReasonsAreRead(_ name: String, _ reason: FinishReason) throws {
        let body: JSONValue = ["output": ["message": ["content": []]], "stopReason": .string(name)]
        #expect(try folded(BedrockConverse.events(ofAnswer: body)).choices[0].finish == reason)
        let (written, _) = BedrockStopReason.name(reason)
        #expect(BedrockStopReason.names.contains(written))
    }

    @Test
    func answersAreWrittenWhole() throws {
        var answer = Answer()
        let foreign = ReasoningSignature(origin: .anthropicMessages, value: "c2ln")
        let source = Annotation(url: "https://a.b/c", title: "t", citedText: "q", value: 1, format: .openAIResponses)
        answer.choices[0].parts = [
            Part(.reasoning(Reasoning("hm", signature: foreign))),
            Part(.text(TextContent("so", annotations: [source]))),
            Part(.text("")), Part(.refusal("no")), Part(.toolCall(ToolCall(id: "", name: "f", arguments: ""))),
        ]
        answer.choices[0].finish = .toolCalls
        let encoded = BedrockConverse.answer(answer, Bedrock.context)
        let content = try #require(encoded.body["output"]?["message"]?["content"]?.array)
        #expect(content.count == 4)
        let citation = content[1]["citationsContent"]?["citations"]?[0]
        #expect(citation?["location"]?["web"] == ["url": "https://a.b/c", "domain": "a.b"])
        #expect(content[3]["toolUse"] == ["toolUseId": "tooluse_req-1_4", "name": "f", "input": [:]])
        #expect(encoded.body["stopReason"] == "tool_use")
        #expect(encoded.losses.isEmpty)
        let signature = try #require(content[0]["reasoningContent"]?["reasoningText"]?["signature"]?.string)
        #expect(ReasoningSignature(received: signature, in: .bedrockConverse) == foreign)
    }

    @Test(arguments: ["[]", "{}", #"{"output":null}"#])
    func whatIsNoAnswerIsRefused(_ json: String) throws {
        let body = try Bedrock.value(json)
        #expect(throws: FormatProblem.self) { try BedrockConverse.events(ofAnswer: body) }
    }

    @Test(arguments: [
        (
            #"{"message":"The security token included in the request is invalid."}"#, 403,
            ProviderFailure.Kind.authentication
        ),
        (#"{"Message":"no","__type":"com.amazon.coral#AccessDeniedException:http://x"}"#, 400, .permission),
        (#"{"message":"Input is too long for requested model."}"#, 400, .contextLength),
        (#"{"message":"Too many tokens, wait","code":"ThrottlingException"}"#, 400, .rateLimit),
        (#"{"message":"x"}"#, 408, .timeout), (#"{"message":"x"}"#, 424, .server),
        (#"{"message":"x"}"#, 429, .rateLimit),
        ("<html>", 503, .overloaded), ("", 500, .server),
        (#"{"message":"m","__type":"ValidationException"}"#, 500, .invalidRequest),
    ])
    func errorsAreRead(_ body: String, _ status: Int, _ kind: ProviderFailure.Kind) {
        let failure = BedrockConverse.failure(ofBody: body.utf8.span, status: status)
        #expect(failure.kind == kind)
        #expect(failure.status == status)
        #expect(!failure.message.isEmpty)
    }

    @Test
    func errorsComeBack() {
        for kind in ProviderFailure.Kind.allCases {
            let body = BedrockConverse.errorBody(ProviderFailure(kind, "why"), requestID: "r")
            let exception = BedrockException(kind)
            let read = BedrockException.failure(ofBody: body.span, status: exception.status, name: exception.name)
            #expect(read.message == "why")
            #expect(BedrockException(read.kind) == exception)
            #expect(text(body) == #"{"message":"why","requestId":"r"}"#)
        }
    }

    @Test
    func everyLossHasAReason() {
        for (element, rule) in BedrockConverse.lossRules {
            #expect(rule.reason.hasSuffix("."), "\(element)")
        }
        #expect(BedrockConverse.lossRules[.serverTool]?.effect == .refused)
    }
}
