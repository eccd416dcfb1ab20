/// What opens a provider, where that is not among the prepared fields of a request.
enum KeyAuthentication: Sendable {
    /// It is among them.
    case prepared
    /// Tokens of a cloud.
    case token(RefreshingCredential<AccessToken>)
    /// Signatures with a key that lasts.
    case signature(AWSCredentials, AWSSigningPlace)
    /// Signatures with keys that are fetched.
    case refreshedSignature(RefreshingCredential<AWSCredentials>, AWSSigningPlace)
    /// Nothing: what was configured cannot work.
    case broken(CredentialProblem)

    /// What makes one request an authentic one.
    enum Grant: Sendable {
        /// Nothing more.
        case prepared
        /// A token.
        case token(AccessToken)
        /// A signature.
        case signature(AWSCredentials, AWSSigningPlace)
    }

    /// The grant where there is one without waiting, and none has to be fetched soon.
    func grant(now: Int64) -> Grant? {
        switch self {
        case .prepared: return .prepared
        case .signature(let credentials, let place): return .signature(credentials, place)
        case .token(let credential):
            guard case (let token?, false) = credential.current(now: now) else { return nil }
            return .token(token)
        case .refreshedSignature(let credential, let place):
            guard case (let credentials?, false) = credential.current(now: now) else { return nil }
            return .signature(credentials, place)
        case .broken: return nil
        }
    }

    /// The grant: at once while a credential lives, else when it was fetched.
    ///
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    func fetchedGrant(now: Int64) async throws -> Grant {
        switch self {
        case .prepared: .prepared
        case .signature(let credentials, let place): .signature(credentials, place)
        case .token(let credential): .token(try await credential.value(now: now))
        case .refreshedSignature(let credential, let place):
            .signature(try await credential.value(now: now), place)
        case .broken(let problem): throw problem
        }
    }

    /// Drops a grant that the provider refused, where that may help.
    ///
    /// - Returns: Whether another attempt would have another grant.
    func drop(_ grant: Grant, status: Int, now: Int64) -> Bool {
        switch (self, grant) {
        case (.token(let credential), .token(let token)) where status == 401:
            credential.drop(now: now) { $0 == token }
        // AWS answers 403 also to keys that have ended.
        case (.refreshedSignature(let credential, _), .signature(let credentials, _)) where [401, 403].contains(status):
            credential.drop(now: now) { $0 == credentials }
        default: false
        }
    }
}

/// What requests with one key are signed for: the same for all of them.
final class AWSSigningPlace: Sendable {
    /// The region as it stands in the endpoint's name.
    let region: String
    /// The signed fields of a request with content.
    let fields: AWSSignedFields
    /// Those of a request for the list of models.
    let listFields: AWSSignedFields

    /// - Parameters:
    ///   - host: The value of `Host`.
    ///   - listHost: That of requests for the list of models.
    ///   - extraHeaders: Fields that are sent with each request.
    init(region: String, host: String, listHost: String, extraHeaders: [HeaderField]) {
        self.region = region
        let extra = extraHeaders.map { ($0.name, $0.value) }.filter { $0.0.lowercased().hasPrefix("x-amz-") }
        fields = AWSSignedFields(host: host, [("Content-Type", "application/json")] + extra)
        listFields = AWSSignedFields(host: listHost, extra)
    }
}

/// The signers of one event loop, which keep what they have computed for a day.
final class AWSSigners {
    private var signers: [ObjectIdentifier: AWSSigner] = [:]

    /// Signs a request to Bedrock.
    ///
    /// - Parameters:
    ///   - content: What is sent; nil for a request for the list of models.
    ///   - second: Now, in seconds since 1970-01-01T00:00:00Z.
    func sign(
        target: String,
        content: Span<UInt8>?,
        _ credentials: AWSCredentials,
        _ place: AWSSigningPlace,
        at second: Int64
    ) -> AWSSignature {
        let id = ObjectIdentifier(place)
        // Out of its place while it works, so that it is not copied.
        var signer = signers.removeValue(forKey: id) ?? AWSSigner(credentials, region: place.region, service: "bedrock")
        signer.credentials = credentials
        let signature =
            if let content {
                signer.sign(
                    "POST",
                    target: target,
                    fields: place.fields,
                    payload: AWSPayloadHash(of: content),
                    at: second
                )
            } else {
                signer.sign("GET", target: target, fields: place.listFields, payload: .empty, at: second)
            }
        signers[id] = signer
        return signature
    }
}
