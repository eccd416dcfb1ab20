import JSON
import Testing

@testable import Martlet

@Suite("Google's impersonation and federation")
struct GoogleFederationTests {
    private static let answer = #"{"access_token":"source-token","expires_in":3599}"#
    private static let account =
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.example.com:generateAccessToken"

    private func credential(_ members: JSONObject) throws -> GoogleCredential {
        try GoogleCredential(parsing: JSONWriter().write(.object(members)), name: "The file")
    }

    private let impersonation: JSONObject = [
        "type": "impersonated_service_account", "service_account_impersonation_url": .string(account),
        "quota_project_id": "paying",
        "source_credentials": [
            "type": "authorized_user", "client_id": "c", "client_secret": "secret-1", "refresh_token": "refresh-1",
        ],
    ]

    private func external(_ source: JSONValue, _ more: JSONObject = [:]) -> JSONObject {
        let members: JSONObject = [
            "type": "external_account", "audience": "//iam.googleapis.com/projects/1/pool",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": source,
        ]
        return JSONObject(members.members + more.members)
    }

    private func token(_ members: JSONObject, _ exchange: ScriptedExchange, files: [String: String] = [:]) async throws
        -> ExpiringCredential<CredentialSecret>
    {
        try await credential(members).token(CredentialSurroundings(exchange, files: files))
    }

    @Test func anImpersonationAsksWithTheSourcesToken() async throws {
        let exchange = ScriptedExchange(
            (200, Self.answer),
            (200, #"{"accessToken":"target-token","expireTime":"1970-01-12T14:46:40Z"}"#)
        )
        let token = try await token(impersonation, exchange)
        #expect(token.value.value == "target-token")
        #expect(token.expiry == 1_003_600)
        let requests = exchange.requests
        #expect(requests.map(\.url) == ["https://oauth2.googleapis.com/token", Self.account])
        #expect(requests.last?.method == "POST")
        #expect(requests.last?.field("Authorization") == "Bearer source-token")
        #expect(requests.last?.field("Content-Type") == "application/json")
        #expect(
            requests.last?.bodyText
                == #"{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"3600s"}"#
        )
        #expect(try credential(impersonation).quotaProjectID == "paying")
    }

    @Test func delegatesAreNamed() async throws {
        var members = impersonation
        members["delegates"] = ["d1@example.com", "d2@example.com"]
        let exchange = ScriptedExchange(
            (200, Self.answer),
            (200, #"{"accessToken":"t","expireTime":"1970-01-12T14:46:40Z"}"#)
        )
        _ = try await token(members, exchange)
        #expect(
            exchange.requests.last?.bodyText.hasSuffix(#","delegates":["d1@example.com","d2@example.com"]}"#) == true
        )
    }

    @Test(
        arguments: [
            (200, "{}", #"answered without a usable "accessToken"."#),
            (200, #"{"accessToken":"t"}"#, #"answered without a usable "expireTime"."#),
            (200, #"{"accessToken":"t","expireTime":3600}"#, #"answered without a usable "expireTime"."#),
            (
                200, #"{"accessToken":"t","expireTime":"1970-01-12T13:46:40Z"}"#,
                "answered with a token that has expired; compare the clocks."
            ),
            (
                403, #"{"error":{"code":403,"message":"source-token may not","status":"PERMISSION_DENIED"}}"#,
                "answered with status 403: PERMISSION_DENIED: *** may not."
            ),
        ]
    )
    func badAnswersOfImpersonation(_ status: Int, _ body: String, _ explanation: String) async {
        let exchange = ScriptedExchange((200, Self.answer), (status, body))
        let message = await problem { _ = try await token(impersonation, exchange) }
        #expect(message == "Google's service for impersonation \(explanation)")
    }

    @Test func aFailedSourceIsNotImpersonatedWith() async {
        let exchange = ScriptedExchange((400, #"{"error":"invalid_grant"}"#))
        let message = await problem { _ = try await token(impersonation, exchange) }
        #expect(message == "Google's token service answered with status 400: invalid_grant.")
        #expect(exchange.requests.count == 1)
    }

    @Test(
        arguments: [
            ("source_credentials", nil, "\"source_credentials\" is missing."),
            ("source_credentials", "x", "\"source_credentials\" is no object."),
            ("source_credentials", ["type": "authorized_user"], "\"source_credentials.client_id\" is missing."),
            ("service_account_impersonation_url", nil, "\"service_account_impersonation_url\" is missing."),
            ("delegates", "x", "\"delegates\" is no list of texts."),
            ("delegates", [5], "\"delegates\" is no list of texts."),
        ] as [(String, JSONValue?, String)]
    )
    func badImpersonations(_ member: String, _ value: JSONValue?, _ explanation: String) async {
        var members = impersonation
        members[member] = value
        #expect(await problem { _ = try credential(members) } == "The file: \(explanation)")
    }

    @Test func impersonationsDoNotNest() async {
        var members = impersonation
        members["source_credentials"] = .object(impersonation)
        #expect(await problem { _ = try credential(members) }?.contains("is an impersonation itself") == true)
        for _ in 0..<100 {
            var outer = impersonation
            outer["source_credentials"] = .object(members)
            members = outer
        }
        #expect(await problem { _ = try credential(members) }?.contains("nested too deeply") == true)
    }

    @Test func aTokenOfAFileIsExchanged() async throws {
        let exchange = ScriptedExchange((200, Self.answer))
        let token = try await token(external(["file": "/token"]), exchange, files: ["/token": " subject-token\n"])
        #expect(token.value.value == "source-token")
        let request = try #require(exchange.requests.first)
        #expect(request.url == "https://sts.googleapis.com/v1/token")
        #expect(
            request.form == [
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "audience": "//iam.googleapis.com/projects/1/pool",
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
                "subject_token": "subject-token", "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            ]
        )
        #expect(request.field("Authorization") == nil)
    }

    @Test func aTokenOfAnAddressIsExchanged() async throws {
        let exchange = ScriptedExchange((200, #"{"id":"subject-token"}"#), (200, Self.answer))
        let source: JSONValue = [
            "url": "http://169.254.169.254/token?a=b", "headers": ["Metadata": "True"],
            "format": ["type": "json", "subject_token_field_name": "id"],
        ]
        _ = try await token(external(source), exchange)
        #expect(exchange.requests.map(\.method) == ["GET", "POST"])
        #expect(exchange.requests.first?.url == "http://169.254.169.254/token?a=b")
        #expect(exchange.requests.first?.field("Metadata") == "True")
        #expect(exchange.requests.last?.form["subject_token"] == "subject-token")
    }

    @Test func clientsAndWorkforcesAreNamed() async throws {
        let files = ["/token": "subject-token"]
        let client = ScriptedExchange((200, Self.answer))
        let named: JSONObject = ["client_id": "cid", "client_secret": "cs", "workforce_pool_user_project": "12345"]
        _ = try await token(external(["file": "/token"], named), client, files: files)
        #expect(client.requests.first?.field("Authorization") == "Basic Y2lkOmNz")
        #expect(client.requests.first?.form["options"] == nil)
        let workforce = ScriptedExchange((200, Self.answer))
        let project: JSONObject = ["workforce_pool_user_project": "12345"]
        _ = try await token(external(["file": "/token"], project), workforce, files: files)
        #expect(workforce.requests.first?.form["options"] == "%7B%22userProject%22%3A%2212345%22%7D")
    }

    @Test func aServiceAccountMayBeBehindAFederation() async throws {
        let exchange = ScriptedExchange(
            (200, Self.answer),
            (200, #"{"accessToken":"target-token","expireTime":"1970-01-12T14:46:40Z"}"#)
        )
        let more: JSONObject = [
            "service_account_impersonation_url": .string(Self.account),
            "service_account_impersonation": ["token_lifetime_seconds": 2800],
        ]
        let token = try await token(external(["file": "/token"], more), exchange, files: ["/token": "subject"])
        #expect(token.value.value == "target-token")
        #expect(exchange.requests.last?.field("Authorization") == "Bearer source-token")
        #expect(exchange.requests.last?.bodyText.contains(#""lifetime":"2800s""#) == true)
    }

    @Test(
        "A source that is not supported is named",
        arguments: [
            (["environment_id": "aws1"], "\"credential_source.environment_id\" is not supported"),
            (["executable": ["command": "x"]], "\"credential_source.executable\" is not supported"),
            (["certificate": [:]], "\"credential_source.certificate\" is not supported"),
            ([:], "\"credential_source.file\" and \"url\" are missing"),
            (["file": "/a", "url": "http://b"], "\"credential_source.file\" and \"url\" exclude each other"),
            (["file": "/a", "format": ["type": "xml"]], "\"credential_source.format.type\" is \"xml\""),
            (
                ["file": "/a", "format": ["type": "json"]],
                "\"credential_source.format.subject_token_field_name\" is missing"
            ),
            (["url": "file:///etc/passwd"], "\"credential_source.url\" is \"file:///etc/passwd\""),
            (["url": "http://b", "headers": ["a": 5]], "\"credential_source.headers.a\" is no text"),
            (
                ["url": "http://b", "headers": ["a": "b\r\nc: d"]],
                "\"credential_source.headers\" holds what cannot stand"
            ),
            (["url": "http://b", "headers": ["a b": "c"]], "\"credential_source.headers\" holds what cannot stand"),
            ("x", "\"credential_source\" is no object"),
        ] as [(JSONValue, String)]
    )
    func badSources(_ source: JSONValue, _ explanation: String) async {
        let message = await problem { _ = try credential(external(source)) }
        #expect(message?.hasPrefix("The file: \(explanation)") == true, "\(message ?? "no problem")")
    }

    @Test(
        arguments: [
            (nil, #"There is no token file "/token"."#), ("", #"The token file "/token" holds no token."#),
            (" \n", #"The token file "/token" holds no token."#),
        ] as [(String?, String)]
    )
    func badTokenFiles(_ text: String?, _ explanation: String) async {
        let exchange = ScriptedExchange()
        let message = await problem {
            _ = try await token(external(["file": "/token"]), exchange, files: text.map { ["/token": $0] } ?? [:])
        }
        #expect(message == explanation)
        #expect(exchange.requests.isEmpty)
    }

    @Test(
        arguments: [
            (200, "hidden", "is no JSON: a value is expected here."), (200, "{}", #": "id" is missing."#),
            (404, #"{"error":"no-such-thing hidden-field"}"#, "answered with status 404: no-such-thing ***."),
        ]
    )
    func badSubjectTokens(_ status: Int, _ body: String, _ explanation: String) async {
        let source: JSONValue = [
            "url": "http://127.0.0.1/token?key=hidden", "headers": ["Key": "hidden-field"],
            "format": ["type": "json", "subject_token_field_name": "id"],
        ]
        let exchange = ScriptedExchange((status, body))
        let message = await problem { _ = try await token(external(source), exchange) }
        #expect(message?.hasPrefix(#"The service of the token at "http://127.0.0.1/token?***""#) == true)
        #expect(message?.hasSuffix(explanation) == true)
        #expect(message?.contains("hidden") == false)
    }
}
