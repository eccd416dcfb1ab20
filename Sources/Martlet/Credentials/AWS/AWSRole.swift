/// A role that is assumed.
struct AWSRole: Sendable, Equatable {
    /// Its ARN.
    var name: String
    /// What the session is called in AWS's logs; nil for a name of our own.
    var sessionName: String?
    /// How long the credentials live, in seconds; nil for what AWS gives, an hour.
    var duration: Int?

    /// The parameters that all ways of assuming a role have.
    func parameters(now: Int64) -> [(name: String, value: String)] {
        var parameters = [("RoleArn", name), ("RoleSessionName", sessionName ?? "martlet-\(now)")]
        if let duration { parameters.append(("DurationSeconds", String(duration))) }
        return parameters
    }
}

/// A role that somebody who has credentials assumes (`AssumeRole`).
struct AWSAssumedRole: AWSCredentialSource {
    let role: AWSRole
    /// A secret between the role's owner and whoever assumes it; nil for none.
    var externalID: String?
    /// Whoever assumes it.
    let assumer: any AWSCredentialSource
    let service: AWSTokenService

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        let signer = try await assumer.credentials(over: exchange, now: now)
        return try await service.credentials(
            "AssumeRole",
            externalID.map { [("ExternalId", $0)] } ?? [],
            for: role,
            signedWith: signer.value,
            over: exchange,
            now: now
        )
    }
}

/// A role that is assumed with a token of somebody whom AWS trusts (`AssumeRoleWithWebIdentity`), as pods of EKS do.
struct AWSWebIdentityRole: AWSCredentialSource {
    let role: AWSRole
    /// Where the token is read anew each time, since it is replaced before it ends.
    let tokenFile: String
    let environment: AWSEnvironment
    let service: AWSTokenService

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        let token = try environment.token(inFile: tokenFile)
        return try await service.credentials(
            "AssumeRoleWithWebIdentity",
            [("WebIdentityToken", token)],
            for: role,
            over: exchange,
            now: now
        )
    }
}
