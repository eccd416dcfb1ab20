import Testing

@testable import Martlet

@Suite("How credentials are shown")
struct CredentialDisplayTests {
    private func dumped(_ value: Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }

    @Test func requestsShowNoSecret() {
        let request = CredentialRequest(
            method: "POST",
            url: "https://name:hidden@example.com/token?key=hidden",
            headers: [("Authorization", "hidden")],
            body: Array("hidden".utf8),
            timeout: 5
        )
        #expect("\(request)" == #"POST "https://***@example.com/token?***""#)
        #expect(!dumped(request).contains("hidden"))
        #expect(!dumped([request as Any]).contains("\(Array("hidden".utf8))"))
    }

    @Test func answersShowNoSecret() {
        let response = CredentialResponse(status: 200, body: [104, 105])
        #expect("\(response)" == "status 200")
        #expect(!dumped(response).contains("104"))
    }

    @Test func credentialsShowNoSecret() throws {
        let secret = CredentialSecret("hidden")
        let pem = GoogleAssertionVectors.keys[0]
        let key = try #require(GoogleSigningKey(pem: pem))
        let authority = try AzureAuthority()
        let client = try AzureClientSecret(tenant: "t", clientID: "c", secret: secret, authority: authority)
        let identity = try AzureManagedIdentity(
            .appService(address: "http://127.0.0.1/", header: secret),
            scope: authority.scope
        )
        let user = try GoogleCredential(
            parsing: Array(
                #"{"type":"authorized_user","client_id":"c","client_secret":"hidden","refresh_token":"hidden"}"#.utf8
            ),
            name: "It"
        )
        let external = try GoogleCredential(
            parsing: Array(
                #"""
                {"type":"external_account","audience":"a","subject_token_type":"t","client_secret":"hidden",
                "credential_source":{"url":"http://127.0.0.1/?key=hidden","headers":{"Key":"hidden"}}}
                """#.utf8
            ),
            name: "It"
        )
        let all: [Any] = [
            secret, ExpiringCredential(value: secret, expiry: 5), TokenService(name: "It", secrets: [secret]), client,
            AzureCredential.clientSecret(client), identity, user,
            external, key,
        ]
        for value in all {
            let text = dumped(value)
            #expect(!text.contains("hidden") && !text.contains("PRIVATE") && text.contains("***"))
        }
    }
}
