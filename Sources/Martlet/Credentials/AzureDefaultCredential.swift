/// The credential that an environment offers, in the order of Azure's own libraries ("Credential chains in the Azure
/// Identity library"): an application's secret, the identity of a cluster's workload, the managed identity.
///
/// Workloads come before virtual machines: where a cluster has given an identity, the machine's is there too, and is
/// another one.
enum AzureDefaultCredential {
    /// Finds the credential. Nothing is asked over the network.
    ///
    /// - Parameters:
    ///   - authorityHost: As in ``AzureAuthority``; nil for what `AZURE_AUTHORITY_HOST` says.
    ///   - scope: What tokens are for; nil for the AI services of the authority's cloud.
    static func find(
        authorityHost: String? = nil,
        scope: String? = nil,
        _ surroundings: CredentialSurroundings
    ) throws(CredentialProblem) -> AzureCredential {
        let authority = try AzureAuthority(host: authorityHost ?? surroundings.variable("AZURE_AUTHORITY_HOST"))
        let clientID = surroundings.variable("AZURE_CLIENT_ID")
        if let tenant = surroundings.variable("AZURE_TENANT_ID"), let clientID {
            if let secret = surroundings.variable("AZURE_CLIENT_SECRET") {
                return .clientSecret(
                    try AzureClientSecret(
                        tenant: tenant,
                        clientID: clientID,
                        secret: CredentialSecret(secret),
                        authority: authority,
                        scope: scope
                    )
                )
            }
            if surroundings.variable("AZURE_CLIENT_CERTIFICATE_PATH") != nil {
                throw CredentialProblem(
                    message: "AZURE_CLIENT_CERTIFICATE_PATH is set, but client certificates are not supported."
                )
            }
            if let file = surroundings.variable("AZURE_FEDERATED_TOKEN_FILE") {
                return .workloadIdentity(
                    try AzureWorkloadIdentity(
                        tenant: tenant,
                        clientID: clientID,
                        tokenFile: file,
                        authority: authority,
                        scope: scope
                    )
                )
            }
        }
        let service = try managedIdentity(surroundings)
        return .managedIdentity(
            try AzureManagedIdentity(service, clientID: clientID, scope: scope ?? authority.scope)
        )
    }

    /// Finds the credential and gets a token.
    ///
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    static func token(
        authorityHost: String? = nil,
        scope: String? = nil,
        _ surroundings: CredentialSurroundings
    ) async throws -> ExpiringCredential<CredentialSecret> {
        let credential = try find(authorityHost: authorityHost, scope: scope, surroundings)
        do {
            return try await credential.token(surroundings)
        } catch let problem as CredentialProblem {
            guard case .managedIdentity = credential else { throw problem }
            throw CredentialProblem(
                message: "AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or token file are not all set, so the managed "
                    + "identity was asked for. \(problem.message)",
                isTemporary: problem.isTemporary
            )
        }
    }

    /// The service whose variables are set.
    private static func managedIdentity(
        _ surroundings: CredentialSurroundings
    ) throws(CredentialProblem) -> AzureManagedIdentity.Service {
        let address = surroundings.variable("IDENTITY_ENDPOINT")
        let header = surroundings.variable("IDENTITY_HEADER")
        let unsupported: String? =
            if address != nil, surroundings.variable("IDENTITY_SERVER_THUMBPRINT") != nil {
                "Service Fabric"
            } else if address != nil, surroundings.variable("IMDS_ENDPOINT") != nil {
                "Azure Arc"
            } else if address == nil, surroundings.variable("MSI_ENDPOINT") != nil {
                "Cloud Shell and Azure Machine Learning"
            } else {
                nil
            }
        if let unsupported {
            throw CredentialProblem(message: "Managed identities of \(unsupported) are not supported.")
        }
        guard let address, let header else { return .virtualMachine }
        return .appService(address: address, header: CredentialSecret(header))
    }
}
