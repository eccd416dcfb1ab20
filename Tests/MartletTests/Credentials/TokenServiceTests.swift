import Testing

@testable import Martlet

@Suite("Answers of token services")
struct TokenServiceTests {
    private static let now: Int64 = 1_000_000
    private let service = TokenService(
        name: "The service",
        secrets: [CredentialSecret("sent-secret-0123456789"), CredentialSecret("short")]
    )

    private func token(_ body: String, status: Int = 200) throws -> ExpiringCredential<CredentialSecret> {
        try service.token(in: CredentialResponse(status: status, body: Array(body.utf8)), at: Self.now)
    }

    private func message(_ body: String, status: Int = 200) async -> String? {
        await problem { _ = try token(body, status: status) }
    }

    @Test(
        "A token ends when the answer says so",
        arguments: [
            (#""expires_in":3599"#, 3599), (#""expires_in":"3599""#, 3599), (#""expires_in":3599.9"#, 3599),
            (#""expires_in":3.599e3"#, 3599), (#""expires_in":"3599.5""#, 3599), (#""expires_in":1"#, 1),
            (#""expires_on":1003600"#, 3600), (#""expires_on":"1003600""#, 3600),
            (#""expires_on":"1970-01-12T13:46:41Z""#, 1), (#""expires_on":"1970-01-12T15:46:41.25+02:00""#, 1),
            (#""expires_in":10,"expires_on":1003600"#, 10), (#""expires_in":null,"expires_on":1003600"#, 3600),
            (#""expires_in":"soon","expires_on":1003600"#, 3600), (#""expires_in":null"#, 300), (#""x":1"#, 300),
            // What no service means is cut to a week.
            (#""expires_in":9223372036854775807"#, 604_800), (#""expires_in":99999999999999999999999"#, 604_800),
            (#""expires_in":"99999999999999999999999""#, 604_800), (#""expires_in":1e300"#, 604_800),
            (#""expires_on":9223372036854775807"#, 604_800), (#""expires_on":"99999999999999999999""#, 604_800),
        ]
    )
    func expiry(_ member: String, _ life: Int64) throws {
        let token = try token(#"{"access_token":"abc",\#(member)}"#)
        #expect(token.value.value == "abc")
        #expect(token.expiry == Self.now + life)
    }

    @Test(
        "An end that is malformed or over is refused",
        arguments: [
            (#""expires_in":"soon""#, "a token whose end is malformed"),
            (#""expires_in":"""#, "a token whose end is malformed"),
            (#""expires_in":"0x10""#, "a token whose end is malformed"),
            (#""expires_in":"nan""#, "a token whose end is malformed"),
            (#""expires_in":"-5""#, "a token whose end is malformed"),
            (#""expires_in":1e400"#, "a token whose end is malformed"),
            (#""expires_in":true"#, "a token whose end is malformed"),
            (#""expires_in":[3599]"#, "a token whose end is malformed"),
            (#""expires_on":"tomorrow""#, "a token whose end is malformed"),
            (#""expires_in":0"#, "a token that has expired; compare the clocks"),
            (#""expires_in":-5"#, "a token that has expired; compare the clocks"),
            (#""expires_in":-1e300"#, "a token that has expired; compare the clocks"),
            (#""expires_on":1000000"#, "a token that has expired; compare the clocks"),
            (#""expires_on":-9223372036854775808"#, "a token that has expired; compare the clocks"),
        ]
    )
    func badExpiry(_ member: String, _ explanation: String) async {
        let message = await message(#"{"access_token":"abc",\#(member)}"#)
        #expect(message == "The service answered with \(explanation).")
    }

    @Test(
        arguments: [
            "{}", #"{"access_token":null}"#, #"{"access_token":""}"#, #"{"access_token":5}"#,
            #"{"access_token":["abc"]}"#, #"{"access_token":"a b"}"#, #"{"access_token":"a\r\nX-Other: b"}"#,
            #"{"access_token":"ä"}"#, #"{"Access_Token":"abc"}"#,
        ]
    )
    func answersWithoutAToken(_ body: String) async {
        #expect(await message(body) == #"The service answered without a usable "access_token"."#)
    }

    @Test(arguments: ["", "abc", "[]", "null", #"{"access_token":"abc""#, "<html>abc</html>", "{} {}"])
    func answersThatAreNoObjects(_ body: String) async {
        #expect(await message(body) == "The service answered with something that is no JSON object.")
    }

    @Test(
        "A refusal says what the service says, without what was sent",
        arguments: [
            (
                400, #"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,
                "status 400: invalid_grant: Invalid JWT Signature."
            ),
            (
                401, #"{"error":{"code":401,"message":"No such account","status":"UNAUTHENTICATED"}}"#,
                "status 401: UNAUTHENTICATED: No such account."
            ),
            (500, #"{"statusCode":500,"message":"No identity"}"#, "status 500: No identity."),
            (
                403, #"{"error":"bad sent-secret-0123456789","error_description":"got ent-secret-01, short"}"#,
                "status 403: bad ***: got ***, ***."
            ),
            (302, "<html>sent-secret-0123456789</html>", "status 302."), (204, "", "status 204."),
            (400, #"{"error":5,"message":["x"]}"#, "status 400."),
            (400, #"{"error":"a\nb\u0000"}"#, #"status 400: a\u000Ab\u0000."#),
            (201, #"{"access_token":"abc"}"#, "status 201."),
        ]
    )
    func refusals(_ status: Int, _ body: String, _ explanation: String) async {
        #expect(await message(body, status: status) == "The service answered with \(explanation)")
    }

    @Test(
        "A service that could not decide has refused nothing",
        arguments: [
            (400, false), (401, false), (403, false), (404, false), (302, false), (204, false), (408, true),
            (410, true),
            (429, true), (500, true), (502, true), (503, true), (599, true),
        ]
    )
    func failures(_ status: Int, _ isTemporary: Bool) {
        let response = CredentialResponse(status: status, body: Array(#"{"error":"x"}"#.utf8))
        #expect(service.refusal(response).isTemporary == isTemporary)
        #expect(AWSMetadataService(name: "The service").refusal(response).isTemporary == isTemporary)
    }

    @Test func whatCannotBeUsedIsNoFailureOfTheService() {
        #expect(throws: CredentialProblem.self) { try token("{}") }
        let problem = #expect(throws: CredentialProblem.self) { try token("no JSON") }
        #expect(problem?.isTemporary == false)
    }

    @Test func aLongRefusalIsShortened() async throws {
        let message = await message(#"{"error":"\#(String(repeating: "x", count: 100_000))"}"#, status: 400)
        #expect(try #require(message).count < 200)
    }
}
