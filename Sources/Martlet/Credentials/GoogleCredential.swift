/// A way to access tokens for Google's APIs (Google Cloud, "Authentication methods at Google").
enum GoogleCredential: Sendable {
    /// What the tokens are for: all of Google Cloud, limited by what the account may do.
    static let scope = "https://www.googleapis.com/auth/cloud-platform"

    /// A service account by its private key.
    case serviceAccount(GoogleServiceAccount)
    /// A person who signed in with gcloud.
    case authorizedUser(GoogleAuthorizedUser)
    /// A service account on behalf of which another credential asks.
    indirect case impersonation(GoogleImpersonation)
    /// An identity of another cloud or cluster.
    case externalAccount(GoogleExternalAccount)
    /// The account of the virtual machine or container.
    case metadataServer(GoogleMetadataServer)

    /// Reads a key or configuration of any type that is supported.
    ///
    /// - Parameter name: What the text is called at the beginning of a sentence.
    init(parsing json: [UInt8], name: String) throws(CredentialProblem) {
        try self.init(CredentialFile(parsing: json, name: name))
    }

    init(_ file: CredentialFile) throws(CredentialProblem) {
        if let domain = try file.optionalText("universe_domain"), domain != "googleapis.com" {
            throw file.problem(
                "universe_domain",
                "is \(ShownText.quoted(domain)), but only googleapis.com is supported"
            )
        }
        switch try file.text("type") {
        case "service_account": self = .serviceAccount(try GoogleServiceAccount(file))
        case "authorized_user": self = .authorizedUser(try GoogleAuthorizedUser(file))
        case "impersonated_service_account": self = .impersonation(try GoogleImpersonation(file))
        case "external_account": self = .externalAccount(try GoogleExternalAccount(file))
        case let type:
            let supported =
                "service_account, authorized_user, impersonated_service_account and external_account are supported"
            throw file.problem("type", "is \(ShownText.quoted(type)), but only \(supported)")
        }
    }

    /// The project that the credential belongs to, where it names one.
    var projectID: String? {
        if case .serviceAccount(let account) = self { account.projectID } else { nil }
    }

    /// The project that pays for requests, for the field `x-goog-user-project`, where the credential names one.
    var quotaProjectID: String? {
        switch self {
        case .serviceAccount, .metadataServer: nil
        case .authorizedUser(let user): user.quotaProjectID
        case .impersonation(let impersonation): impersonation.quotaProjectID
        case .externalAccount(let account): account.quotaProjectID
        }
    }

    /// Gets a token.
    ///
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        switch self {
        case .serviceAccount(let account): try await account.token(surroundings)
        case .authorizedUser(let user): try await user.token(surroundings)
        case .impersonation(let impersonation): try await impersonation.token(surroundings)
        case .externalAccount(let account): try await account.token(surroundings)
        case .metadataServer(let server): try await server.token(surroundings)
        }
    }
}
