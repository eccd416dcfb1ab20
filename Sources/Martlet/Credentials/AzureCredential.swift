/// A way to access tokens for Azure's AI services.
enum AzureCredential: Sendable {
    /// An application by its secret.
    case clientSecret(AzureClientSecret)
    /// An application by a token of the cluster that it runs in.
    case workloadIdentity(AzureWorkloadIdentity)
    /// The identity of the virtual machine or App Service.
    case managedIdentity(AzureManagedIdentity)

    /// Gets a token.
    ///
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        switch self {
        case .clientSecret(let credential): try await credential.token(surroundings)
        case .workloadIdentity(let credential): try await credential.token(surroundings)
        case .managedIdentity(let credential): try await credential.token(surroundings)
        }
    }
}
