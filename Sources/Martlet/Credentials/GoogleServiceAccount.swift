import JSON

/// The key of a service account, as Google Cloud's console hands it out, and the grant of RFC 7523 with it ("Using
/// OAuth 2.0 for Server to Server Applications").
struct GoogleServiceAccount: Sendable {
    /// Where the tokens of all service accounts come from, and what assertions name as their audience, whatever address
    /// a key file has for the service.
    static let tokenAddress = "https://oauth2.googleapis.com/token"
    /// How long an assertion is valid, in seconds; the service takes no longer ones.
    static let assertionLife: Int64 = 3600

    /// Who asserts.
    let email: String
    /// The project of the account.
    let projectID: String?
    private let keyID: String?
    private let key: GoogleSigningKey
    private let tokenAddress: String

    init(_ file: CredentialFile) throws(CredentialProblem) {
        email = try file.text("client_email")
        projectID = try file.optionalText("project_id")
        keyID = try file.optionalText("private_key_id")
        guard let key = GoogleSigningKey(pem: try file.text("private_key")) else {
            throw file.problem("private_key", "is no RSA key of 2048 bits or more in PEM")
        }
        self.key = key
        tokenAddress = try CredentialAddress.secured(
            try file.optionalText("token_uri") ?? Self.tokenAddress,
            origin: "\(file.name): \"token_uri\""
        )
    }

    /// The request for a token.
    ///
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    func request(now: Int64) throws(CredentialProblem) -> (request: CredentialRequest, assertion: CredentialSecret) {
        let assertion = try key.assertion(
            [
                "iat": .number(Int(now)),
                "exp": .number(Int(now + Self.assertionLife)),
                "iss": .string(email),
                "aud": .string(Self.tokenAddress),
                "scope": .string(GoogleCredential.scope),
            ],
            keyID: keyID
        )
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.value),
        ]
        return (.posting(form: fields, to: tokenAddress), assertion)
    }

    /// Gets a token.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let (request, assertion) = try request(now: surroundings.now())
        let service = TokenService(name: "Google's token service", secrets: [assertion, key.pem])
        return try await surroundings.token(for: request, of: service)
    }
}
