/// What signs requests to AWS.
struct AWSCredentials: Sendable, Equatable, HidesSecrets {
    /// Names the key; no secret.
    let accessKeyID: String
    /// Signs; never sent.
    let secretAccessKey: String
    /// Goes along with a temporary key; nil for a lasting one.
    let sessionToken: String?

    /// White space at the ends is dropped, since values come from files and variables; an empty session token is none.
    ///
    /// - Throws: When the key or its secret is missing, or when one of them could not stand in a header field.
    init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) throws(CredentialProblem) {
        self.accessKeyID = try Self.checked(accessKeyID, "access key id")
        self.secretAccessKey = try Self.checked(secretAccessKey, "secret access key")
        let token = sessionToken.map(AWSText.trimmed) ?? ""
        self.sessionToken = token.isEmpty ? nil : try Self.checked(token, "session token")
    }

    private static func checked(_ text: String, _ name: String) throws(CredentialProblem) -> String {
        let text = AWSText.trimmed(text)
        guard !text.isEmpty else { throw CredentialProblem(message: "The \(name) is missing.") }
        guard AWSText.isVisible(text) else {
            throw CredentialProblem(message: "The \(name) holds characters that no key has.")
        }
        return text
    }

    /// The name of the key, and nothing else.
    var description: String { "AWSCredentials(\(accessKeyID), ***)" }
}
