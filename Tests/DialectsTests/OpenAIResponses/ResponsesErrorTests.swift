import JSON
import Testing

@testable import Dialects

@Suite("OpenAI Responses: errors")
struct ResponsesErrorTests {
    @Test(
        "Errors are read by their words first and their status second",
        arguments: [
            (
                #"{"error":{"message":"m","type":"invalid_request_error","code":"context_length_exceeded"}}"#, 400,
                .contextLength
            ),
            (#"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#, 429, .billing),
            (#"{"error":{"message":"m","type":"tokens","code":"rate_limit_exceeded"}}"#, 429, .rateLimit),
            (
                #"{"error":{"message":"m","type":"invalid_request_error","code":"invalid_api_key"}}"#, 401,
                .authentication
            ),
            (#"{"error":{"message":"m","type":"invalid_request_error","code":"model_not_found"}}"#, 404, .notFound),
            (
                #"{"error":{"message":"m","type":"invalid_request_error","code":"content_policy_violation"}}"#, 400,
                .contentPolicy
            ),
            (#"{"error":{"message":"m","type":"server_error","code":"server_is_overloaded"}}"#, 503, .overloaded),
            (
                #"{"error":{"message":"m","type":"invalid_request_error","code":null,"param":"input"}}"#, 400,
                .invalidRequest
            ),
            (#"{"error":{"message":"m","type":"invalid_request_error"}}"#, 403, .permission),
            (#"{"error":{"message":"m","type":"server_error"}}"#, 500, .server),
            (#"{"error":{"message":"m","code":429}}"#, 429, .rateLimit),
            (#"{"error":"m"}"#, 402, .billing), (#"{"detail":"m"}"#, 404, .notFound),
            (#"{"message":"m"}"#, 413, .requestTooLarge),
            ("<html>", 502, .server), ("", 504, .timeout), ("[]", 400, .invalidRequest), ("null", 418, .invalidRequest),
        ] as [(String, Int, ProviderFailure.Kind)]
    )
    func bodies(body: String, status: Int, kind: ProviderFailure.Kind) {
        let failure = OpenAIResponses.failure(ofBody: bytes(body).span, status: status)
        #expect(failure.kind == kind && failure.status == status)
        #expect(failure.message == "m" || !body.contains("m\""))
        #expect(!failure.message.isEmpty)
    }

    @Test("Every kind is read as it was written", arguments: ProviderFailure.Kind.allCases)
    func kinds(kind: ProviderFailure.Kind) throws {
        let failure = ProviderFailure(kind, "m \"q\"", parameter: "input")
        let body = OpenAIResponses.errorBody(failure, requestID: "req-1")
        let value = try JSONValue(parsing: body.span)
        #expect(value["request_id"] == "req-1" && value["error"]?["param"] == "input")
        #expect(value["error"]?["message"]?.string == "m \"q\"")
        let status = kind == .permission ? 403 : 400
        #expect(OpenAIResponses.failure(ofBody: body.span, status: status).kind == kind)
    }

    @Test("Every kind is read as it was written to a stream", arguments: ProviderFailure.Kind.allCases)
    func streams(kind: ProviderFailure.Kind) throws {
        for events in [[], [AnswerEvent.start(AnswerStart())]] {
            let failure = ProviderFailure(kind, "m")
            let written = stream(of: events + [.failure(failure)], OpenAIResponsesStreamEncoder(responsesContext))
            try expectLegalResponsesStream(written)
            #expect(text(written).contains(events.isEmpty ? "event: error\n" : "event: response.failed\n"))
            guard case .failure(let read)? = responsesEvents(ofStream: written).last else {
                Issue.record("no failure")
                return
            }
            #expect(read.message == "m")
            // The class of such an error has no place in a stream.
            #expect(read.kind == kind || [.invalidRequest, .permission].contains(kind))
        }
    }
}
