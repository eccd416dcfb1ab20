extension ProviderKey {
    /// What is wrong with a value that is not acceptable.
    static let unacceptableMessage = "holds white space or characters that a header field cannot carry"

    /// Whether a value can be sent as a bearer token: visible ASCII alone. White space would be a slip of the copying
    /// hand, a line end would even end the header field.
    package static func isAcceptable(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
