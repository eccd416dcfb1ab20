import JSON
import Testing

@testable import Martlet

@Suite("Google's credentials")
struct GoogleCredentialTests {
    private static let answer = #"{"access_token":"ya29.token","expires_in":3599,"token_type":"Bearer"}"#

    private func credential(_ members: JSONObject) throws -> GoogleCredential {
        try GoogleCredential(parsing: JSONWriter().write(.object(members)), name: "The file")
    }

    private let serviceAccount: JSONObject = [
        "type": "service_account", "project_id": "a-project", "private_key_id": "key-1",
        "private_key": .string(GoogleAssertionVectors.keys[0]), "client_email": "tester@example.com",
        "token_uri": "https://token.example.com/token",
    ]

    private let user: JSONObject = [
        "type": "authorized_user", "client_id": "client-1", "client_secret": "client/secret+1 &=",
        "refresh_token": "1//refresh-token", "quota_project_id": "paying",
    ]

    @Test func aServiceAccountAsserts() async throws {
        let credential = try credential(serviceAccount)
        #expect(credential.projectID == "a-project")
        let exchange = ScriptedExchange((200, Self.answer))
        let token = try await credential.token(CredentialSurroundings(exchange))
        #expect(token.value.value == "ya29.token")
        #expect(token.expiry == 1_003_599)
        let request = try #require(exchange.requests.first)
        #expect("\(request)" == #"POST "https://token.example.com/token""#)
        #expect(request.field("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
        #expect(request.form["assertion"]?.split(separator: ".").count == 3)
        #expect(request.form.count == 2)
    }

    @Test func theUsualAddressIsTheDefault() async throws {
        for members in [serviceAccount, user] {
            var members = members
            members["token_uri"] = nil
            let exchange = ScriptedExchange((200, Self.answer))
            _ = try await credential(members).token(CredentialSurroundings(exchange))
            #expect(exchange.requests.map(\.url) == ["https://oauth2.googleapis.com/token"])
        }
    }

    @Test func aUserHasARefreshToken() async throws {
        let credential = try credential(user)
        #expect(credential.quotaProjectID == "paying")
        #expect(credential.projectID == nil)
        let exchange = ScriptedExchange((200, Self.answer))
        #expect(try await credential.token(CredentialSurroundings(exchange)).expiry == 1_003_599)
        #expect(
            exchange.requests.map(\.bodyText) == [
                "grant_type=refresh_token&client_id=client-1&client_secret=client%2Fsecret%2B1%20%26%3D"
                    + "&refresh_token=1%2F%2Frefresh-token"
            ]
        )
    }

    @Test func theMetadataServerKnowsTheHostsAccount() async throws {
        let exchange = ScriptedExchange((200, Self.answer))
        let server = GoogleCredential.metadataServer(try GoogleMetadataServer())
        #expect(try await server.token(CredentialSurroundings(exchange)).value.value == "ya29.token")
        let request = try #require(exchange.requests.first)
        #expect(request.method == "GET")
        #expect(
            request.url == "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
                + "?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform"
        )
        #expect(request.field("Metadata-Flavor") == "Google")
        #expect(request.body.isEmpty)
    }

    @Test(arguments: ["", "a/b", "a b", "a?b", "user@host", "h:0"])
    func metadataServersHaveHosts(_ host: String) {
        #expect(throws: CredentialProblem.self) { try GoogleMetadataServer(host: host) }
    }

    @Test(
        "A file says what it lacks",
        arguments: [
            ("service_account", "client_email"), ("service_account", "private_key"), ("authorized_user", "client_id"),
            ("authorized_user", "client_secret"), ("authorized_user", "refresh_token"), ("authorized_user", "type"),
        ]
    )
    func missingMembers(_ type: String, _ member: String) async {
        for value: JSONValue? in [nil, .null, "", 5, ["hidden"]] {
            var members = type == "service_account" ? serviceAccount : user
            members[member] = value
            let fault = value == 5 || value == ["hidden"] ? "is no text" : "is missing"
            #expect(await problem { _ = try credential(members) } == #"The file: "\#(member)" \#(fault)."#)
        }
    }

    @Test(
        arguments: [
            ("", "is no JSON: the text ends too early."), ("[1]", "is no JSON object."),
            (
                "{\"type\":\"gdch_service_account\"}",
                #": "type" is "gdch_service_account", but only service_account, authorized_user, "#
                    + "impersonated_service_account and external_account are supported."
            ),
            (
                "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"hidden\"}",
                #": "private_key" is no RSA key of 2048 bits or more in PEM."#
            ),
        ]
    )
    func otherFiles(_ text: String, _ explanation: String) async {
        let message = await problem { _ = try GoogleCredential(parsing: Array(text.utf8), name: "The file") }
        let expected = explanation.hasPrefix(":") ? "The file\(explanation)" : "The file \(explanation)"
        #expect(message == expected)
    }

    @Test func secretsDoNotGoUnencrypted() async {
        for members in [serviceAccount, user] {
            var members = members
            members["token_uri"] = "http://oauth2.googleapis.com/token"
            #expect(
                await problem { _ = try credential(members) }
                    == #"The file: "token_uri" is "http://oauth2.googleapis.com/token", "#
                    + "but secrets are sent by https only."
            )
        }
    }

    @Test func refusalsRepeatNoSecret() async throws {
        let echo = #"{"error":"invalid_grant","error_description":"bad 1//refresh-token of client/secret+1 &="}"#
        let credential = try credential(user)
        let message = await problem {
            _ = try await credential.token(CredentialSurroundings(ScriptedExchange((400, echo))))
        }
        #expect(message == "Google's token service answered with status 400: invalid_grant: bad *** of ***.")
    }

    @Test func anAssertionIsASecretToo() async throws {
        let first = ScriptedExchange((200, Self.answer))
        let credential = try credential(serviceAccount)
        _ = try await credential.token(CredentialSurroundings(first))
        let assertion = try #require(first.requests.first?.form["assertion"])
        let echo = ScriptedExchange((400, #"{"error":"\#(assertion.suffix(60))"}"#))
        let message = await problem { _ = try await credential.token(CredentialSurroundings(echo)) }
        #expect(message == "Google's token service answered with status 400: ***.")
    }

    @Test func anUnreachableServiceIsNamedWithoutDetails() async throws {
        let credential = try credential(user)
        let talkative = ScriptedExchange([.failure(TalkativeError(description: "1//refresh-token"))])
        #expect(
            await problem { _ = try await credential.token(CredentialSurroundings(talkative)) }
                == "Google's token service cannot be reached."
        )
        let explaining = ScriptedExchange([.failure(CredentialProblem(message: "The connection was refused."))])
        #expect(
            await problem { _ = try await credential.token(CredentialSurroundings(explaining)) }
                == "Google's token service cannot be reached: The connection was refused."
        )
        let cancelled = ScriptedExchange([.failure(CancellationError())])
        await #expect(throws: CancellationError.self) {
            try await credential.token(CredentialSurroundings(cancelled))
        }
    }
}
