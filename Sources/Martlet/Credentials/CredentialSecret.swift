/// A text that no message, description or dump shows.
struct CredentialSecret: Sendable, Hashable {
    /// The secret itself.
    let value: String

    init(_ value: String) {
        self.value = value
    }
}

extension CredentialSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension CredentialRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method and address; fields, body and query may hold secrets.
    var description: String { "\(method) \(ShownText.address(url))" }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension CredentialResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The status; the body may hold a secret.
    var description: String { "status \(status)" }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}
