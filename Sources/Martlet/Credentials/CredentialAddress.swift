/// Where credentials are asked for, as configuration and credential files name it.
///
/// Whoever writes these holds the secrets that would go there, so any host is taken; but secrets leave this host
/// encrypted only.
enum CredentialAddress {
    /// An address for secrets: `https`, or `http` to this host itself.
    ///
    /// - Parameter origin: What names the address, for messages.
    static func secured(_ text: String, origin: String) throws(CredentialProblem) -> String {
        guard let address = server(text, allowsQuery: false) else { throw malformed(text, origin) }
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
        guard server(text, allowsQuery: true) != nil else { throw malformed(text, origin) }
        return text
    }

    /// The address without path and query; nil when any part is malformed. ``BaseURL`` takes no `@`, which stands in
    /// the paths of service accounts.
    private static func server(_ text: String, allowsQuery: Bool) -> BaseURL? {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let isPlain = text[authority.endIndex...].utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "#"), UInt8(ascii: "\\"): false
            case UInt8(ascii: "?"): allowsQuery
            default: byte > 0x20 && byte < 0x7F
            }
        }
        return isPlain ? BaseURL(String(text[..<authority.endIndex])) : nil
    }

    private static func malformed(_ text: String, _ origin: String) -> CredentialProblem {
        CredentialProblem(message: "\(origin) is \(ShownText.address(text)), which is no http or https address.")
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "127.0.0.1" || host == "::1" || host.lowercased() == "localhost"
    }
}
