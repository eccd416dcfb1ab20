/// A request for a credential, to a token or metadata service.
struct CredentialRequest: Sendable {
    /// `GET`, `POST` or `PUT`.
    var method: String
    /// The absolute address, with its query.
    var url: String
    /// Header fields in order, without `Host` and `Content-Length`.
    var headers: [(name: String, value: String)]
    /// The content; empty for none.
    var body: [UInt8]
    /// When the request is given up, in seconds.
    var timeout: Double
}

/// What a token or metadata service answered.
struct CredentialResponse: Sendable {
    /// The HTTP status.
    var status: Int
    /// The content.
    var body: [UInt8]

    /// Whether the service could not decide, and has refused nothing. Azure's Instance Metadata Service says 410 while
    /// it is updated.
    var isServiceFailure: Bool { [408, 410, 429].contains(status) || status >= 500 }
}

/// Whoever can carry a request for a credential.
protocol CredentialExchange: Sendable {
    /// Carries the request, follows no redirection, and throws when there is no answer.
    func send(_ request: CredentialRequest) async throws -> CredentialResponse
}

/// A credential with an end.
struct ExpiringCredential<Value: Sendable>: Sendable {
    /// The credential.
    var value: Value
    /// When it ends, in seconds since 1970-01-01T00:00:00Z; nil when it does not.
    var expiry: Int64?
}

/// Why there is no credential.
struct CredentialProblem: Error {
    /// What happened, for a person; never holds a secret.
    var message: String
    /// Whether it says nothing of the key: the service that hands credentials out was not reached, or could not decide.
    var isTemporary = false
}
