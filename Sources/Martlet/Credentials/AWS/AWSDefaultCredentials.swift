/// Whatever credentials there are where the process runs, in the order in which AWS's SDKs look (AWS: "Understand the
/// credential provider chain").
///
/// The first source that is configured is used. When it fails, that is the answer, and no other is tried: a gateway that
/// silently went on as somebody else would be hard to understand.
struct AWSDefaultCredentials: AWSCredentialSource {
    let environment: AWSEnvironment
    /// Whose Security Token Service is asked where nothing else names a region.
    var region: String?

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        if let source = try configuredSource() {
            return try await source.credentials(over: exchange, now: now)
        }
        let nothing = "There is no key for AWS in the environment or in AWS's shared files, and no role"
        guard let instance = try AWSInstanceCredentials(environment) else {
            throw CredentialProblem(message: "\(nothing).")
        }
        do {
            return try await instance.credentials(over: exchange, now: now)
        } catch let problem as CredentialProblem {
            throw CredentialProblem(nothing, problem)
        }
    }

    /// The source that somebody configured: a key in the environment, a web identity, a profile or a container's
    /// service; nil when none is.
    ///
    /// - Throws: When the one that is configured cannot be used.
    func configuredSource() throws(CredentialProblem) -> (any AWSCredentialSource)? {
        if let key = try environment.credentials() { return AWSFixedCredentials(value: key) }
        if let role = try webIdentity() { return role }
        if let profile = try profile() { return profile }
        return try AWSContainerCredentials(environment)
    }

    private func webIdentity() throws(CredentialProblem) -> AWSWebIdentityRole? {
        guard let tokenFile = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
        guard let arn = environment["AWS_ROLE_ARN"] else {
            throw CredentialProblem(message: "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not.")
        }
        return AWSWebIdentityRole(
            role: AWSRole(name: arn, sessionName: environment["AWS_ROLE_SESSION_NAME"]),
            tokenFile: tokenFile,
            environment: environment,
            service: try AWSTokenService(
                region: environment.region ?? region,
                endpoint: environment["AWS_ENDPOINT_URL_STS"]
            )
        )
    }

    private func profile() throws(CredentialProblem) -> (any AWSCredentialSource)? {
        let named = environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
        let profile = AWSProfileCredentials(name: named ?? "default", environment: environment, region: region)
        // A profile that was asked for by its name has to be there.
        if let source = try profile.source() { return source }
        return named == nil ? nil : profile
    }
}
