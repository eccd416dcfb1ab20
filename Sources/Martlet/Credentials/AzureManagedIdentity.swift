/// The identity that Azure gives a virtual machine or an App Service ("How managed identities for Azure resources work
/// with Azure virtual machines", "How to use managed identities for App Service and Azure Functions").
struct AzureManagedIdentity: Sendable {
    /// Who hands out the tokens.
    enum Service: Sendable {
        /// The Instance Metadata Service of virtual machines.
        case virtualMachine
        /// The one of App Service, Functions and Container Apps, with what it wants in the field `X-IDENTITY-HEADER`.
        case appService(address: String, header: CredentialSecret)
    }

    private let service: Service
    private let clientID: String?
    private let resource: String

    /// - Parameters:
    ///   - clientID: Which of the identities, by the id of its application; nil for the system's own.
    ///   - scope: What tokens are for.
    init(_ service: Service, clientID: String? = nil, scope: String) throws(CredentialProblem) {
        if case .appService(let address, let header) = service {
            _ = try CredentialAddress.local(address, origin: "The variable IDENTITY_ENDPOINT")
            guard TokenService.isToken(header.value) else {
                throw CredentialProblem(message: "The variable IDENTITY_HEADER cannot stand in a header field.")
            }
        }
        self.service = service
        self.clientID = clientID
        // These services speak of resources as version 1 of the platform did.
        let suffix = "/.default"
        resource = scope.hasSuffix(suffix) ? String(scope.dropLast(suffix.count)) : scope
    }

    /// The request for a token.
    var request: CredentialRequest {
        var query = [("resource", resource)]
        if let clientID { query.append(("client_id", clientID)) }
        return switch service {
        case .virtualMachine:
            .getting(
                "http://169.254.169.254/metadata/identity/oauth2/token",
                query: [("api-version", "2018-02-01")] + query,
                headers: [("Metadata", "true")]
            )
        case .appService(let address, let header):
            .getting(
                address,
                query: [("api-version", "2019-08-01")] + query,
                headers: [("X-IDENTITY-HEADER", header.value)]
            )
        }
    }

    /// Gets a token.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let tokenService =
            switch service {
            case .virtualMachine: TokenService(name: "Azure's Instance Metadata Service")
            case .appService(_, let header): TokenService(name: "App Service's identity endpoint", secrets: [header])
            }
        return try await surroundings.token(for: request, of: tokenService)
    }
}
