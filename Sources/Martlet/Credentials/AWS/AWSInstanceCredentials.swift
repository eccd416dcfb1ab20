/// The role of an EC2 instance, handed out by its metadata service in version 2 (AWS: "Use the Instance Metadata
/// Service to access instance metadata"). Version 1, which answers whoever can make the host send a request, is not
/// asked.
struct AWSInstanceCredentials: AWSCredentialSource {
    private static let service = AWSMetadataService(name: "The instance metadata service")
    private static let rolesPath = "/latest/meta-data/iam/security-credentials/"
    /// How long expired credentials are used before the service is asked again, in seconds.
    private static let grace: Int64 = 600

    private let base: BaseURL

    /// - Returns: Nil when the environment forbids to ask the service.
    /// - Throws: When the environment names an address that is none.
    init?(_ environment: AWSEnvironment) throws(CredentialProblem) {
        guard !environment.isTrue("AWS_EC2_METADATA_DISABLED") else { return nil }
        let isVersion6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let usual = isVersion6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        guard let base = BaseURL(environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? usual) else {
            throw CredentialProblem(message: "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https address.")
        }
        self.base = base
    }

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        let session = try await session(over: exchange)
        let role = try await role(session, over: exchange)
        let response = try await Self.service.answer(to: get(Self.rolesPath + role, session), over: exchange)
        var credential = try Self.service.credentials(in: response)
        // AWS lets instances go on with what they have while it cannot make new credentials, and says so by handing out
        // old ones.
        if let expiry = credential.expiry, expiry <= now {
            credential.expiry = now.addingReportingOverflow(Self.grace).partialValue
        }
        return credential
    }

    /// A token for the questions that follow.
    private func session(over exchange: any CredentialExchange) async throws -> String {
        let request = CredentialRequest(
            method: "PUT",
            url: "\(base)/latest/api/token",
            headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")],
            body: [],
            timeout: 1
        )
        let response = try await Self.service.answer(to: request, over: exchange)
        guard response.status == 200 else { throw Self.service.refusal(response) }
        let token = AWSText.trimmed(String(decoding: response.body, as: UTF8.self))
        guard !token.isEmpty, AWSText.isVisible(token) else {
            throw CredentialProblem(message: "\(Self.service.name) answered without a usable token.")
        }
        return token
    }

    /// The name of the instance's role.
    private func role(_ session: String, over exchange: any CredentialExchange) async throws -> String {
        let response = try await Self.service.answer(to: get(Self.rolesPath, session), over: exchange)
        if response.status == 404 { throw CredentialProblem(message: "The instance has no role.") }
        guard response.status == 200 else { throw Self.service.refusal(response) }
        let lines = response.body.split(separator: UInt8(ascii: "\n"))
        let name = AWSText.trimmed(String(decoding: lines.first ?? [], as: UTF8.self))
        guard !name.isEmpty else { throw CredentialProblem(message: "The instance has no role.") }
        // These are the characters of roles' names, and none of them changes the path but dots alone.
        guard AWSText.isWord(name, and: "_+=,.@-"), !name.allSatisfy({ $0 == "." }) else {
            throw CredentialProblem(message: "\(Self.service.name) answered with something that is no role's name.")
        }
        return name
    }

    private func get(_ path: String, _ session: String) -> CredentialRequest {
        CredentialRequest(
            method: "GET",
            url: "\(base)\(path)",
            headers: [("X-aws-ec2-metadata-token", session)],
            body: [],
            timeout: 1
        )
    }
}
