import JSON
import Testing

@testable import Dialects

@Suite("Errors of chats")
struct ChatFailureTests {
    @Test(arguments: [
        (
            400, #"{"error":{"message":"m","type":"invalid_request_error","param":"p","code":null}}"#,
            ProviderFailure.Kind.invalidRequest
        ),
        (400, #"{"error":{"message":"m","code":"context_length_exceeded"}}"#, .contextLength),
        (400, #"{"error":{"message":"This model's maximum context length is 5 tokens."}}"#, .contextLength),
        (
            400,
            #"{"error":{"message":"m","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            .contentPolicy
        ),
        (401, #"{"error":{"message":"m","code":"invalid_api_key"}}"#, .authentication),
        (404, #"{"error":{"code":"DeploymentNotFound","message":"m"}}"#, .notFound),
        (429, #"{"error":{"message":"m","type":"tokens","code":"rate_limit_exceeded"}}"#, .rateLimit),
        (429, #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#, .billing),
        (402, #"{"error":{"message":"m","code":402}}"#, .billing),
        (400, #"[{"error":{"code":400,"message":"m"}}]"#, .invalidRequest),
        (422, #"{"detail":[{"loc":["body"],"msg":"m"}]}"#, .invalidRequest), (500, "<html>", .server),
        (503, "", .overloaded),
        (529, #"{"error":null}"#, .overloaded), (504, "[]", .timeout), (413, "{}", .requestTooLarge),
        (400, #"{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}"#, .invalidRequest),
    ])
    func kinds(_ status: Int, _ body: String, _ kind: ProviderFailure.Kind) {
        let failure = OpenAIChat.failure(ofBody: bytes(body).span, status: status)
        #expect(failure.kind == kind)
        #expect(failure.status == status)
        #expect(!failure.message.isEmpty)
    }

    @Test func details() {
        let failure = OpenAIChat.failure(
            ofBody: bytes(#"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#).span,
            status: 400
        )
        #expect(failure == ProviderFailure(.invalidRequest, "m", status: 400, type: "t", code: "c", parameter: "p"))
    }

    @Test(arguments: ProviderFailure.Kind.allCases)
    func bodiesReadAsTheSameKind(_ kind: ProviderFailure.Kind) throws {
        let body = OpenAIChat.errorBody(ProviderFailure(kind, "m", parameter: "p"), requestID: "r")
        let value = try JSONValue(parsing: body.span)
        #expect(value["request_id"] == "r")
        #expect(value["error"]?["message"] == "m")
        #expect(value["error"]?["param"] == "p")
        let status = kind == .invalidRequest ? 400 : 500
        #expect(OpenAIChat.failure(ofBody: body.span, status: status).kind == kind)
    }

    @Test func inAStream() throws {
        let failure = ProviderFailure(.overloaded, "busy")
        let output = stream(
            of: [.start(AnswerStart()), .partStart(choice: 0, .text), .delta(choice: 0, "a"), .failure(failure)],
            OpenAIChatStreamEncoder(chatContext())
        )
        #expect(!text(output).contains("[DONE]"))
        #expect(try chunks(output).last?["error"]?["message"] == "busy")
        #expect(try chunks(output).last?["request_id"] == "req1")
        let read = events(of: output, OpenAIChatStreamDecoder())
        guard case .failure(let again) = read.last else {
            Issue.record("no failure")
            return
        }
        #expect(again.kind == .overloaded)
        #expect(again.message == "busy")
    }
}
