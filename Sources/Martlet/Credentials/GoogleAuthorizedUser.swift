/// A person who signed in with `gcloud auth application-default login`, by a refresh token (RFC 6749, section 6).
struct GoogleAuthorizedUser: Sendable {
    /// The project that pays for requests.
    let quotaProjectID: String?
    private let clientID: String
    private let clientSecret: CredentialSecret
    private let refreshToken: CredentialSecret
    private let tokenAddress: String

    init(_ file: CredentialFile) throws(CredentialProblem) {
        clientID = try file.text("client_id")
        clientSecret = CredentialSecret(try file.text("client_secret"))
        refreshToken = CredentialSecret(try file.text("refresh_token"))
        quotaProjectID = try file.optionalText("quota_project_id")
        tokenAddress = try CredentialAddress.secured(
            try file.optionalText("token_uri") ?? GoogleServiceAccount.tokenAddress,
            origin: "\(file.name): \"token_uri\""
        )
    }

    /// The request for a token. It names no scopes: the token has those that the person agreed to.
    var request: CredentialRequest {
        .posting(
            form: [
                ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret.value),
                ("refresh_token", refreshToken.value),
            ],
            to: tokenAddress
        )
    }

    /// Gets a token.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let service = TokenService(name: "Google's token service", secrets: [clientSecret, refreshToken])
        return try await surroundings.token(for: request, of: service)
    }
}
