/// The metadata server of Google's virtual machines and containers ("About VM metadata").
struct GoogleMetadataServer: Sendable {
    /// Name or address with a port where it is not 80.
    let host: String

    /// - Parameter host: Another than the usual one, from the variable `GCE_METADATA_HOST`.
    init(host: String? = nil) throws(CredentialProblem) {
        self.host = host ?? "metadata.google.internal"
        guard let address = BaseURL("http://\(self.host)"), address.path.isEmpty else {
            throw CredentialProblem(
                message: "The variable GCE_METADATA_HOST is \(ShownText.quoted(self.host)), which is no host."
            )
        }
    }

    /// The request for a token of the account that the host runs as.
    var request: CredentialRequest {
        .getting(
            "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token",
            query: [("scopes", GoogleCredential.scope)],
            headers: [("Metadata-Flavor", "Google")]
        )
    }

    /// Gets a token.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        try await surroundings.token(for: request, of: TokenService(name: "Google's metadata server"))
    }
}
