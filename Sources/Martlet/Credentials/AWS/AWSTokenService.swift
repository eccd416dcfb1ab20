/// AWS's Security Token Service (AWS: "Security Token Service API Reference", version 2011-06-15).
struct AWSTokenService: Sendable {
    private static let service = AWSMetadataService(name: "AWS's Security Token Service")
    private static let version = "2011-06-15"
    private static let timeout = 10.0

    private let base: BaseURL
    private let region: String

    /// - Parameters:
    ///   - region: Whose endpoint is asked; nil for the one of all regions, which is far away for most.
    ///   - endpoint: An address that is asked instead.
    /// - Throws: When one of them is malformed.
    init(region: String?, endpoint: String? = nil) throws(CredentialProblem) {
        self.region = region ?? "us-east-1"
        if let region, !AWSRegion.isName(region) {
            throw CredentialProblem(message: "\(ShownText.quoted(region)) is no region of AWS.")
        }
        let usual = region.map { "https://\(AWSRegion.host(of: "sts", in: $0))" } ?? "https://sts.amazonaws.com"
        guard let base = BaseURL(endpoint ?? usual) else {
            let shown = ShownText.address(endpoint ?? usual)
            throw CredentialProblem(message: "The Security Token Service's address \(shown) is malformed.")
        }
        self.base = base
    }

    /// Exchanges a role for its credentials.
    ///
    /// - Parameters:
    ///   - parameters: What the action takes, without its name.
    ///   - signer: Who asks; nil for actions whose parameters say it.
    func credentials(
        _ action: String,
        _ parameters: [(name: String, value: String)],
        for role: AWSRole,
        signedWith signer: AWSCredentials? = nil,
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        let form = [("Action", action), ("Version", Self.version)] + role.parameters(now: now) + parameters
        let request = request(form, signedWith: signer, now: now)
        let response = try await Self.service.answer(to: request, over: exchange)
        guard response.status == 200 else {
            let code = AWSTokenAnswer(response.body)?.text(of: "Code", in: "Error")
            let problem = Self.service.refusal(response, code: code)
            throw CredentialProblem("The role \(ShownText.quoted(role.name)) cannot be assumed", problem)
        }
        guard let answer = AWSTokenAnswer(response.body),
            let expiration = answer.text(of: "Expiration", in: "Credentials"),
            let token = answer.text(of: "SessionToken", in: "Credentials")
        else {
            throw CredentialProblem(message: "\(Self.service.name) answered without usable credentials.")
        }
        let credential = try Self.service.credentials(
            accessKeyID: answer.text(of: "AccessKeyId", in: "Credentials"),
            secretAccessKey: answer.text(of: "SecretAccessKey", in: "Credentials"),
            sessionToken: token,
            expiration: expiration
        )
        return try Self.service.checked(credential, now: now)
    }

    private func request(
        _ form: [(name: String, value: String)],
        signedWith credentials: AWSCredentials?,
        now: Int64
    ) -> CredentialRequest {
        var body: [UInt8] = []
        for (name, value) in form {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            body += AWSPercentEncoding.encoded(name)
            body.append(UInt8(ascii: "="))
            body += AWSPercentEncoding.encoded(value)
        }
        var headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")]
        if let credentials {
            var signer = AWSSigner(credentials, region: region, service: "sts")
            let signature = signer.sign(
                "POST",
                target: "\(base.path)/",
                fields: AWSSignedFields(host: base.authority, headers),
                payload: AWSPayloadHash(of: body.span),
                at: now
            )
            headers += signature.fields
        }
        return CredentialRequest(method: "POST", url: "\(base)/", headers: headers, body: body, timeout: Self.timeout)
    }
}

extension BaseURL {
    /// What `Host` says: the host and, where it is not the scheme's own, the port.
    fileprivate var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}
