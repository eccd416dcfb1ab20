/// The role of an ECS task or of a pod of EKS, handed out beside the container (AWS: "Container credential provider").
struct AWSContainerCredentials: AWSCredentialSource {
    private static let service = AWSMetadataService(name: "The container's credential service")

    /// Where it is asked.
    let url: String
    private let environment: AWSEnvironment

    /// - Returns: Nil when the environment names no such service.
    /// - Throws: When it names one to which no credentials' token may be sent.
    init?(_ environment: AWSEnvironment) throws(CredentialProblem) {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/"), AWSText.isVisible(path) else {
                throw Self.malformed("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "no path")
            }
            url = "http://169.254.170.2\(path)"
        } else if let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            try Self.check(url)
            self.url = url
        } else {
            return nil
        }
        self.environment = environment
    }

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        var headers = [(name: "Accept", value: "application/json")]
        if let authorization = try authorization() { headers.append(("Authorization", authorization)) }
        let request = CredentialRequest(method: "GET", url: url, headers: headers, body: [], timeout: 2)
        let response = try await Self.service.answer(to: request, over: exchange)
        return try Self.service.checked(try Self.service.credentials(in: response), now: now)
    }

    /// Read anew each time: the file's token is replaced while the container runs.
    private func authorization() throws(CredentialProblem) -> String? {
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            return try environment.token(inFile: path)
        }
        guard let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] else { return nil }
        // A scheme and a token have a space between them.
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw Self.malformed("AWS_CONTAINER_AUTHORIZATION_TOKEN", "no value for a header field")
        }
        return token
    }

    /// Whoever can set the address shall not be able to send the token around in the clear: without TLS only the host
    /// itself and the services of ECS and EKS are asked.
    private static func check(_ url: String) throws(CredentialProblem) {
        let name = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        let address = String(url.prefix { $0 != "?" })
        guard AWSText.isVisible(url), !url.utf8.contains(UInt8(ascii: "#")), let base = BaseURL(address) else {
            throw malformed(name, "no http or https address")
        }
        if base.isSecure || base.host.lowercased() == "localhost" { return }
        if let address = IPAddress(base.host), address.isLoopback || allowed.contains(address) { return }
        throw malformed(name, "an address without TLS that is neither of this host nor of ECS or EKS")
    }

    private static let allowed = Set(["169.254.170.2", "169.254.170.23", "fd00:ec2::23"].compactMap { IPAddress($0) })

    private static func malformed(_ variable: String, _ what: String) -> CredentialProblem {
        CredentialProblem(message: "\(variable) is \(what).")
    }
}
