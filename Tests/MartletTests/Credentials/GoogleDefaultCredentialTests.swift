import Testing

@testable import Martlet

@Suite("Google's default credentials")
struct GoogleDefaultCredentialTests {
    private static let user =
        #"{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"from-%"}"#

    private func user(_ name: String) -> String { Self.user.replacing("%", with: name) }

    /// What finds the refresh token; the name of the metadata server's host else.
    private func found(environment: [String: String], files: [String: String]) throws -> String? {
        let surroundings = CredentialSurroundings(ScriptedExchange(), files: files, environment: environment)
        switch try GoogleDefaultCredential.find(surroundings) {
        case .authorizedUser(let user): return user.request.form["refresh_token"]
        case .metadataServer(let server): return server.host
        default: return nil
        }
    }

    @Test func theOrder() throws {
        let gcloud = "/home/me/.config/gcloud/application_default_credentials.json"
        let files = [
            "/named": user("named"), gcloud: user("gcloud"), "/c/application_default_credentials.json": user("c"),
        ]
        let home = ["HOME": "/home/me"]
        let named = home.merging(["GOOGLE_APPLICATION_CREDENTIALS": "/named"]) { $1 }
        #expect(try found(environment: named, files: files) == "from-named")
        #expect(try found(environment: home, files: files) == "from-gcloud")
        #expect(try found(environment: home.merging(["CLOUDSDK_CONFIG": "/c"]) { $1 }, files: files) == "from-c")
        #expect(try found(environment: home.merging(["CLOUDSDK_CONFIG": ""]) { $1 }, files: files) == "from-gcloud")
        #expect(
            try found(environment: ["GOOGLE_APPLICATION_CREDENTIALS": ""], files: files) == "metadata.google.internal"
        )
        #expect(try found(environment: home, files: [:]) == "metadata.google.internal")
        #expect(try found(environment: ["GCE_METADATA_HOST": "169.254.169.254:80"], files: [:]) == "169.254.169.254:80")
    }

    @Test func aNamedFileIsNotPassedOver() async {
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": "/named"]
        let name = #"The file "/named" that GOOGLE_APPLICATION_CREDENTIALS names"#
        #expect(await problem { _ = try found(environment: environment, files: [:]) } == "\(name) does not exist.")
        #expect(
            await problem { _ = try found(environment: environment, files: ["/named": "secret"]) }
                == "\(name) is no JSON: a value is expected here."
        )
        let unreadable = CredentialSurroundings(ScriptedExchange(), unreadable: ["/named"], environment: environment)
        #expect(
            await problem { _ = try GoogleDefaultCredential.find(unreadable) } == #"The file "/named" cannot be read."#
        )
    }

    @Test func nothingAtAllIsExplained() async {
        let surroundings = CredentialSurroundings(ScriptedExchange([.failure(TalkativeError(description: "no"))]))
        let problem = await #expect(throws: CredentialProblem.self) {
            _ = try await GoogleDefaultCredential.token(surroundings)
        }
        #expect(problem?.isTemporary == true)
        #expect(
            problem?.message
                == "GOOGLE_APPLICATION_CREDENTIALS is not set and gcloud has left no file, so the metadata server was "
                + "asked. Google's metadata server cannot be reached."
        )
    }

    @Test func aTokenIsFetched() async throws {
        let exchange = ScriptedExchange((200, #"{"access_token":"t","expires_in":"10"}"#))
        let token = try await GoogleDefaultCredential.token(CredentialSurroundings(exchange))
        #expect(token.value.value == "t")
        #expect(token.expiry == 1_000_010)
    }
}
