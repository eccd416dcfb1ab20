/// Where credentials are asked for, as configuration and credential files name it.
///
/// Whoever writes these holds the secrets that would go there, so any host is taken; but secrets leave this host
/// encrypted only.
enum CredentialAddress {
    /// An address for secrets: `https`, or `http` to this host itself.
    ///
    /// - Parameter origin: What names the address, for messages.
    static func secured(_ text: String, origin: String) throws(CredentialProblem) -> String {
        guard let address = BaseURL(text) else { throw malformed(text, origin) }
        guard address.isSecure || isLoopback(address.host) else {
            throw CredentialProblem(
                message: "\(origin) is \(ShownText.address(text)), but secrets are sent by https only."
            )
        }
        return text
    }

    /// An address from which a token is read that the host's surroundings hold ready: `http` or `https`, with or
    /// without a query.
    static func local(_ text: String, origin: String) throws(CredentialProblem) -> String {
        let path = text.prefix { $0 != "?" }
        let query = text.dropFirst(path.count)
        let isPlain = query.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        guard isPlain, BaseURL(String(path)) != nil else { throw malformed(text, origin) }
        return text
    }

    private static func malformed(_ text: String, _ origin: String) -> CredentialProblem {
        CredentialProblem(message: "\(origin) is \(ShownText.address(text)), which is no http or https address.")
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "127.0.0.1" || host == "::1" || host.lowercased() == "localhost"
    }
}
