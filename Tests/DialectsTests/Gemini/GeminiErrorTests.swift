import JSON
import Testing

@testable import Dialects

@Suite struct GeminiErrorTests {
    @Test(
        arguments: [
            (400, "INVALID_ARGUMENT", "odd", nil, .invalidRequest),
            (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", nil, .authentication),
            (400, "INVALID_ARGUMENT", "x", "API_KEY_INVALID", .authentication),
            (403, "PERMISSION_DENIED", "x", "API_KEY_SERVICE_BLOCKED", .permission),
            (
                400, "INVALID_ARGUMENT",
                "The input token count (1250074) exceeds the maximum number of tokens allowed (1048576).", nil,
                .contextLength
            ),
            (400, "INVALID_ARGUMENT", "Request payload size exceeds the limit", nil, .requestTooLarge),
            (400, "FAILED_PRECONDITION", "Please enable billing on your project", nil, .billing),
            (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", nil, .permission),
            (401, "UNAUTHENTICATED", "x", nil, .authentication), (403, "PERMISSION_DENIED", "x", nil, .permission),
            (404, "NOT_FOUND", "x", nil, .notFound), (429, "RESOURCE_EXHAUSTED", "quota", nil, .rateLimit),
            (499, "CANCELLED", "x", nil, .server), (500, "INTERNAL", "x", nil, .server),
            (503, "UNAVAILABLE", "x", nil, .overloaded), (504, "DEADLINE_EXCEEDED", "x", nil, .timeout),
            (503, "NEW_WORD", "x", nil, .overloaded),
        ] as [(Int, String, String, String?, ProviderFailure.Kind)]
    )
    func readsErrors(status: Int, word: String, message: String, reason: String?, kind: ProviderFailure.Kind) {
        var error: JSONObject = ["code": .number(status), "message": .string(message), "status": .string(word)]
        if let reason { error.append("details", [["@type": "x"], ["reason": .string(reason)]]) }
        for value in [JSONValue.object(["error": .object(error)]), [.object(["error": .object(error)])]] {
            let failure = Gemini.failure(ofBody: JSONWriter().write(value).span, status: status)
            #expect(failure.kind == kind)
            #expect(failure.message == message)
            #expect(failure.type == word)
            #expect(failure.code == reason)
            #expect(failure.status == status)
        }
    }

    @Test(
        arguments: [
            "", "<html>oops</html>", "{}", "[]", "null", #"{"error":null}"#, #"{"error":[]}"#, "\u{0}",
            #"{"error":{"code":"x","message":1,"details":{}}}"#,
        ]
    )
    func readsAnything(body: String) {
        let failure = Gemini.failure(ofBody: body.utf8.span, status: 502)
        #expect(failure.kind == .server)
        #expect(failure.status == 502)
        #expect(!failure.message.isEmpty)
    }

    @Test func readsTheFaultyField() {
        let body =
            #"{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"@type":"a"},"#
            + #"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents[0]"}]}]}}"#
        #expect(Gemini.failure(ofBody: body.utf8.span, status: 400).parameter == "contents[0]")
    }

    @Test(arguments: ProviderFailure.Kind.allCases)
    func writesErrorsThatItReads(kind: ProviderFailure.Kind) throws {
        let body = Gemini.errorBody(ProviderFailure(kind, "why", parameter: "contents"), requestID: "req-1")
        let value = try JSONValue(parsing: body.span)
        #expect(value["error"]?["message"]?.string == "why")
        #expect(value["error"]?["details"]?[0]?["requestId"]?.string == "req-1")
        let code = try #require(value["error"]?["code"]?.integer)
        let again = Gemini.failure(ofBody: body.span, status: code)
        let plain: [ProviderFailure.Kind] = [.contextLength, .contentPolicy, .requestTooLarge]
        #expect(again.kind == (plain.contains(kind) ? .invalidRequest : kind))
        #expect(again.parameter == "contents")
    }

    @Test func keepsTheStatus() throws {
        let body = Gemini.errorBody(ProviderFailure(.server, "m", status: 502), requestID: nil)
        #expect(text(body) == #"{"error":{"code":502,"message":"m","status":"INTERNAL","type":"internal"}}"#)
    }
}
