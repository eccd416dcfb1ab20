/// A token of a cloud, and what goes with it in each request.
struct AccessToken: Sendable, Equatable {
    /// What stands behind `Bearer`.
    var secret: CredentialSecret
    /// The project that pays for requests, for the field `x-goog-user-project`; nil for none.
    var quotaProjectID: String?
}

extension ExpiringCredential {
    /// The same end with another value.
    func map<Other: Sendable>(_ transform: (Value) -> Other) -> ExpiringCredential<Other> {
        ExpiringCredential<Other>(value: transform(value), expiry: expiry)
    }
}
