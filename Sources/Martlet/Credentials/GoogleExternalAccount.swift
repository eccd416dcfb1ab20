import Dialects
import JSON

/// An identity of another cloud or cluster whose token is exchanged for one of Google ("Workload Identity Federation";
/// RFC 8693).
struct GoogleExternalAccount: Sendable {
    /// The project that pays for requests.
    let quotaProjectID: String?
    private let audience: String
    private let subjectTokenType: String
    private let subject: GoogleSubjectToken
    private let tokenAddress: String
    private let clientID: String?
    private let clientSecret: CredentialSecret
    private let workforceProject: String?
    private let target: GoogleImpersonationTarget?

    init(_ file: CredentialFile) throws(CredentialProblem) {
        quotaProjectID = try file.optionalText("quota_project_id")
        audience = try file.text("audience")
        subjectTokenType = try file.text("subject_token_type")
        subject = try GoogleSubjectToken(try file.object("credential_source"))
        tokenAddress = try CredentialAddress.secured(
            try file.optionalText("token_url") ?? "https://sts.googleapis.com/v1/token",
            origin: "\(file.name): \"token_url\""
        )
        clientID = try file.optionalText("client_id")
        clientSecret = CredentialSecret(try file.optionalText("client_secret") ?? "")
        workforceProject = try file.optionalText("workforce_pool_user_project")
        target = try file.optionalText("service_account_impersonation_url").map { address throws(CredentialProblem) in
            let options = try file.optionalObject("service_account_impersonation")
            let life = try options?.optionalCount("token_lifetime_seconds")
            return try GoogleImpersonationTarget(address: address, delegates: [], life: life, file: file)
        }
    }

    /// The request that exchanges a token.
    func request(for subjectToken: CredentialSecret) -> CredentialRequest {
        var fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", audience),
            ("scope", GoogleCredential.scope),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token", subjectToken.value), ("subject_token_type", subjectTokenType),
        ]
        var headers: [(name: String, value: String)] = []
        if let clientID {
            headers.append(("Authorization", "Basic \(Base64.encoded("\(clientID):\(clientSecret.value)"))"))
        } else if let workforceProject {
            // The service wants this one member escaped twice.
            let options = JSONWriter().write(["userProject": .string(workforceProject)])
            fields.append(("options", CredentialRequest.escaped(String(decoding: options, as: UTF8.self))))
        }
        return .posting(form: fields, to: tokenAddress, headers: headers)
    }

    /// Gets the subject's token, exchanges it, and where a service account is named gets one of that.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        let subjectToken = try await subject.token(surroundings)
        let service = TokenService(name: "Google's token exchange", secrets: [subjectToken, clientSecret])
        let token = try await surroundings.token(for: request(for: subjectToken), of: service)
        guard let target else { return token }
        return try await target.token(with: token.value, surroundings)
    }
}
