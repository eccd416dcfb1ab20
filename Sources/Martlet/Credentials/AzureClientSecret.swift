/// An application that proves itself with a secret ("OAuth 2.0 client credentials flow on the Microsoft identity
/// platform").
struct AzureClientSecret: Sendable {
    private let clientID: String
    private let secret: CredentialSecret
    private let tokenAddress: String
    private let scope: String

    /// - Parameters:
    ///   - tenant: Its id or a domain of it.
    ///   - scope: What tokens are for; nil for the AI services of the authority's cloud.
    init(
        tenant: String,
        clientID: String,
        secret: CredentialSecret,
        authority: AzureAuthority,
        scope: String? = nil
    ) throws(CredentialProblem) {
        self.clientID = clientID
        self.secret = secret
        tokenAddress = try authority.tokenAddress(tenant: tenant)
        self.scope = scope ?? authority.scope
    }

    /// The request for a token.
    var request: CredentialRequest {
        .posting(
            form: [
                ("grant_type", "client_credentials"), ("client_id", clientID), ("client_secret", secret.value),
                ("scope", scope),
            ],
            to: tokenAddress
        )
    }

    /// Gets a token.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        try await surroundings.token(for: request, of: TokenService(name: "Microsoft Entra", secrets: [secret]))
    }
}
