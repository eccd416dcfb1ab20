/// Where credentials for AWS come from.
protocol AWSCredentialSource: Sendable {
    /// Gets them anew; nothing is kept from one call to the next.
    ///
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    /// - Throws: ``CredentialProblem``, or `CancellationError`.
    func credentials(over exchange: any CredentialExchange, now: Int64) async throws
        -> ExpiringCredential<AWSCredentials>
}

/// The bytes of a file; nil when there is none at that path.
typealias AWSFileReader = @Sendable (_ path: String) throws -> [UInt8]?

/// Credentials that somebody wrote down, in the configuration, the environment or a profile.
struct AWSFixedCredentials: AWSCredentialSource {
    let value: AWSCredentials

    func credentials(
        over exchange: any CredentialExchange,
        now: Int64
    ) async throws -> ExpiringCredential<AWSCredentials> {
        ExpiringCredential(value: value, expiry: nil)
    }
}

extension CredentialProblem {
    /// The same with what it is about before it.
    init(_ origin: String, _ problem: CredentialProblem) {
        self.init(message: "\(origin): \(problem.message)", isTemporary: problem.isTemporary)
    }
}
