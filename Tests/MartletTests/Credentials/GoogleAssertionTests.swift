import JSON
import Testing

@testable import Martlet

@Suite("Assertions of Google's service accounts")
struct GoogleAssertionTests {
    private static let vectors = GoogleAssertionVectors.tokens.indices

    @Test(arguments: vectors)
    func tokensAreThoseOfGooglesLibrary(_ index: Int) throws {
        let vector = GoogleAssertionVectors.tokens[index]
        let key = try #require(GoogleSigningKey(pem: GoogleAssertionVectors.keys[vector.key]))
        let token = try key.token(header: Array(vector.header.utf8), claims: Array(vector.claims.utf8))
        #expect(token.value == vector.token)
    }

    @Test(arguments: GoogleAssertionVectors.assertions.indices)
    func whatAServiceAccountAssertsIsWhatGooglesLibraryDoes(_ index: Int) throws {
        let vector = GoogleAssertionVectors.assertions[index]
        let members: JSONObject = [
            "type": "service_account", "client_email": .string(vector.email), "private_key_id": .string(vector.keyID),
            "private_key": .string(GoogleAssertionVectors.keys[vector.key]),
        ]
        let text = JSONWriter().write(.object(members))
        let account = try GoogleServiceAccount(try CredentialFile(parsing: text, name: "The key"))
        let request = try account.request(now: vector.time)
        #expect(request.assertion.value == vector.token)
        #expect(request.request.form["assertion"] == vector.token)
    }

    @Test func keysMayHaveGoneThroughAnEnvironmentVariable() throws {
        for pem in GoogleAssertionVectors.keys {
            let escaped = pem.split(separator: "\n").joined(separator: "\\n") + "\\n"
            let key = try #require(GoogleSigningKey(pem: escaped))
            #expect(key.pem.value == pem)
        }
    }

    @Test(
        arguments: [
            "", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            String(GoogleAssertionVectors.keys[0].dropLast(300)),
            GoogleAssertionVectors.keys[0].replacing("PRIVATE KEY", with: "CERTIFICATE"),
            GoogleAssertionVectors.keys[0].replacing("PRIVATE KEY", with: "PUBLIC KEY"),
        ]
    )
    func otherTextsAreNoKeys(_ text: String) {
        #expect(GoogleSigningKey(pem: text) == nil)
    }
}
