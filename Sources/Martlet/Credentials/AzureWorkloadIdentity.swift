/// An application that proves itself with a token which its Kubernetes cluster keeps in a file ("Microsoft Entra
/// Workload ID"; RFC 7523, section 2.2).
struct AzureWorkloadIdentity: Sendable {
    private let clientID: String
    private let tokenFile: String
    private let tokenAddress: String
    private let scope: String

    /// - Parameters:
    ///   - tenant: Its id or a domain of it.
    ///   - tokenFile: The path of the cluster's token, which is read for each request, because it changes.
    ///   - scope: What tokens are for; nil for the AI services of the authority's cloud.
    init(
        tenant: String,
        clientID: String,
        tokenFile: String,
        authority: AzureAuthority,
        scope: String? = nil
    ) throws(CredentialProblem) {
        self.clientID = clientID
        self.tokenFile = tokenFile
        tokenAddress = try authority.tokenAddress(tenant: tenant)
        self.scope = scope ?? authority.scope
    }

    /// The request for a token.
    func request(assertion: CredentialSecret) -> CredentialRequest {
        .posting(
            form: [
                ("grant_type", "client_credentials"), ("client_id", clientID),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion.value), ("scope", scope),
            ],
            to: tokenAddress
        )
    }

    /// Reads the cluster's token and gets one for it.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let text = try surroundings.tokenFile(tokenFile)
        guard !text.isEmpty else {
            throw CredentialProblem(message: "The token file \(ShownText.quoted(tokenFile)) is empty.")
        }
        let assertion = CredentialSecret(text)
        let service = TokenService(name: "Microsoft Entra", secrets: [assertion])
        return try await surroundings.token(for: request(assertion: assertion), of: service)
    }
}
