/// What opens a provider, where that is not among the prepared fields of a request.
enum KeyAuthentication: Sendable {
    /// It is among them.
    case prepared
}

/// Where the gateway's keys get their credentials from.
struct CredentialSources {
    func authentication(of key: ProviderKey, _ kind: ProviderKind) -> KeyAuthentication { .prepared }
}
