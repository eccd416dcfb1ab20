/// The parts of a credential service's address (RFC 3986).
///
/// ``BaseURL`` is for addresses that paths are appended to; these have queries, and an `@` in the paths of accounts.
struct CredentialLocation: Equatable {
    /// Whether it is `https`.
    let isSecure: Bool
    /// Name or address; an IPv6 address without its brackets.
    let host: String
    /// TCP port.
    let port: Int
    /// Path and query as they go into the request line.
    let target: String

    /// - Returns: Nil for anything but an absolute `http` or `https` address without user, fragment, white space and
    ///   control characters.
    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        switch url[..<mark.lowerBound].lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
        default: return nil
        }
        let rest = url[mark.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"),
            let (host, port) = BaseURL.split(authority, defaultPort: isSecure ? 443 : 80)
        else { return nil }
        self.host = host
        self.port = port
        let target = rest[authority.endIndex...]
        self.target = target.first == "/" ? String(target) : "/\(target)"
    }

    /// Whether a proxy is of no use: services of the host itself, which alone are asked without encryption.
    var isOfHost: Bool { !isSecure || host == "127.0.0.1" || host == "::1" || host.lowercased() == "localhost" }
}
