import Dialects
import JSON
import NIOCore
import Testing
import Transport

@testable import Martlet

@Suite("Errors")
struct GatewayErrorTests {
    @Test(
        arguments: [
            (.invalidRequest, 400, "invalid_request_error"), (.modelNotFound, 404, "invalid_request_error"),
            (.notFound, 404, "invalid_request_error"), (.methodNotAllowed, 405, "invalid_request_error"),
            (.requestTooLarge, 413, "invalid_request_error"), (.provider, 502, "api_error"),
            (.providerStream, 502, "api_error"), (.brokenStream, 502, "api_error"), (.unreachable, 502, "api_error"),
            (.badAnswer, 502, "api_error"), (.connectTimeout, 504, "timeout_error"),
            (.firstByteTimeout, 504, "timeout_error"), (.idleTimeout, 504, "timeout_error"),
            (.totalTimeout, 504, "timeout_error"), (.overloaded, 503, "overloaded_error"),
            (.slowStream, 503, "overloaded_error"), (.cancelled, 499, "api_error"),
            (.shuttingDown, 503, "overloaded_error"),
        ] as [(GatewayError.Kind, Int, String)]
    )
    func statuses(_ kind: GatewayError.Kind, _ status: Int, _ type: String) {
        let error = GatewayError(kind, "text", parameter: "p")
        #expect(error.status == status)
        let body = error.openAIBody(requestID: "r")
        let expected = OpenAIErrorBody(message: "text", type: type, parameter: "p", code: kind.rawValue, requestID: "r")
        #expect(body == expected)
    }

    @Test func aProvidersStatusIsKept() {
        #expect(GatewayError(.provider, "", providerStatus: 429).status == 429)
    }

    @Test(
        arguments: [
            (.connectTimeout, .connectTimeout), (.firstByteTimeout, .firstByteTimeout), (.idleTimeout, .idleTimeout),
            (.totalTimeout, .totalTimeout), (.unknownHost("h"), .unreachable), (.connectFailed("x"), .unreachable),
            (.tlsFailed("x"), .unreachable), (.proxyFailed("x"), .unreachable), (.outOfDescriptors, .overloaded),
            (.closedBeforeAnswer, .unreachable), (.truncatedAnswer, .brokenStream), (.malformedAnswer("x"), .badAnswer),
            (.answerTooLarge(limit: 5), .badAnswer), (.cancelled(.callerGone), .cancelled),
            (.cancelled(.shuttingDown), .shuttingDown),
        ] as [(UpstreamError, GatewayError.Kind)]
    )
    func upstream(_ error: UpstreamError, _ kind: GatewayError.Kind) {
        let error = GatewayError(error, provider: "openai")
        #expect(error.kind == kind)
        #expect([.overloaded, .shuttingDown].contains(kind) == (error.retryAfter != nil))
        #expect(!error.message.isEmpty)
    }

    @Test(
        arguments: [
            ("{\n  \"model\": x}", "line 2, column 12", nil), ("[]", "must be a JSON object", nil),
            ("{}", "has no \"model\"", "model"), (#"{"model":1}"#, "must be a string", "model"),
            (#"{"model":"a","model":"b"}"#, "more than once", "model"),
        ] as [(String, String, String?)]
    )
    func requests(_ body: String, _ part: String, _ parameter: String?) throws {
        let bytes = Array(body.utf8)
        let problem = try #require(throws: CallerRequest.Problem.self) { try CallerRequest(bytes.span) }
        let error = GatewayError(problem, in: bytes.span)
        #expect(error.kind == .invalidRequest)
        #expect(error.message.contains(part))
        #expect(error.parameter == parameter)
    }

    @Test func excerptsAreShort() {
        #expect(Gateway.excerpt("m") == "\"m\"")
        #expect(Gateway.excerpt(String(repeating: "é", count: 5000)).utf8.count < 300)
    }
}

@Suite("Keys in a provider's error")
struct RedactionTests {
    private let key = "sk-secret-0123456789"

    private func redacted(_ body: String, key: String) -> String? {
        ByteBuffer(string: body).jsonObject(without: key).map { String(buffer: $0) }
    }

    @Test func everyOccurrenceGoes() {
        let body = #"{"error":{"message":"Wrong key \#(key), yes \#(key)\#(key)."},"k":"\#(key)"}"#
        let expected = #"{"error":{"message":"Wrong key ***, yes ******."},"k":"***"}"#
        #expect(redacted(body, key: key) == expected)
    }

    @Test func othersStayAsTheyAre() {
        let body = "{ \"error\" : \"sk-secret-012345678\" }\n"
        #expect(redacted(body, key: key) == body)
        #expect(redacted(body, key: "") == body)
    }

    @Test(arguments: ["", "<html>", "[]", "\"x\"", "null", "{", "{}x", "{\"a\":}"])
    func whatIsNoObjectIsNotPassedOn(_ body: String) {
        #expect(redacted(body, key: key) == nil)
    }

    @Test func aKeyBesideACombiningMarkGoes() {
        #expect(redacted("{\"a\":\"\(key)\u{301}\"}", key: key)?.contains("secret") == false)
    }
}
