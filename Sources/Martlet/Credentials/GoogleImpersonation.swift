import JSON

/// A service account whose tokens another credential asks for (IAM Service Account Credentials API,
/// `generateAccessToken`).
struct GoogleImpersonation: Sendable {
    /// The project that pays for requests.
    let quotaProjectID: String?
    private let source: GoogleCredential
    private let target: GoogleImpersonationTarget

    init(_ file: CredentialFile) throws(CredentialProblem) {
        quotaProjectID = try file.optionalText("quota_project_id")
        let source = try GoogleCredential(try file.object("source_credentials"))
        if case .impersonation = source {
            throw file.problem("source_credentials", "is an impersonation itself; use \"delegates\"")
        }
        self.source = source
        target = try GoogleImpersonationTarget(
            address: try file.text("service_account_impersonation_url"),
            delegates: try file.texts("delegates"),
            life: nil,
            file: file
        )
    }

    /// Gets a token of the source, and one of the account with it.
    func token(_ surroundings: CredentialSurroundings) async throws -> ExpiringCredential<CredentialSecret> {
        try await target.token(with: try await source.token(surroundings).value, surroundings)
    }
}

/// Where the tokens of an impersonated service account come from.
struct GoogleImpersonationTarget: Sendable {
    private let address: String
    private let delegates: [String]
    /// How long tokens live, in seconds.
    private let life: Int

    /// - Parameters:
    ///   - delegates: Accounts each of which may impersonate the next, and the last of which the target.
    ///   - life: How long tokens live, in seconds; nil for an hour.
    init(address: String, delegates: [String], life: Int?, file: CredentialFile) throws(CredentialProblem) {
        let member = "service_account_impersonation_url"
        self.address = try CredentialAddress.secured(address, origin: "\(file.name): \"\(member)\"")
        self.delegates = delegates
        self.life = life ?? 3600
    }

    /// The request for a token.
    func request(with token: CredentialSecret) -> CredentialRequest {
        var content: JSONObject = [
            "scope": [.string(GoogleCredential.scope)], "lifetime": .string("\(life)s"),
        ]
        if !delegates.isEmpty { content.append("delegates", .array(delegates.map(JSONValue.string))) }
        return CredentialRequest(
            method: "POST",
            url: address,
            headers: [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("Authorization", "Bearer \(token.value)"),
            ],
            body: JSONWriter().write(.object(content)),
            timeout: CredentialRequest.serviceTimeout
        )
    }

    /// Gets a token with one of the credential that may ask for it.
    func token(
        with sourceToken: CredentialSecret,
        _ surroundings: CredentialSurroundings
    ) async throws -> ExpiringCredential<CredentialSecret> {
        let service = TokenService(name: "Google's service for impersonation", secrets: [sourceToken])
        let response = try await surroundings.answer(to: request(with: sourceToken), of: service)
        return try Self.token(in: response, of: service, at: surroundings.now())
    }

    /// The token in an answer. Its members are not those of RFC 6749.
    static func token(
        in response: CredentialResponse,
        of service: TokenService,
        at now: Int64
    ) throws(CredentialProblem) -> ExpiringCredential<CredentialSecret> {
        let answer = try service.object(in: response)
        let token = try service.secret("accessToken", in: answer)
        guard let end = answer["expireTime"]?.string.flatMap(Timestamp.seconds) else {
            throw CredentialProblem(message: "\(service.name) answered without a usable \"expireTime\".")
        }
        return ExpiringCredential(value: token, expiry: try service.checked(expiry: end, now))
    }
}
