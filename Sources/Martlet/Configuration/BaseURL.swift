/// An absolute `http` or `https` address without query and fragment (RFC 3986).
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is `https`.
    public let isSecure: Bool
    /// Name or address; an IPv6 address without its brackets.
    public let host: String
    /// TCP port, the scheme's own where none is written.
    public let port: Int
    /// The path without a slash at its end; empty for none.
    public let path: String

    /// - Returns: Nil for anything but an absolute `http` or `https` address: also for one with credentials, a query,
    ///   a fragment, white space or control characters.
    public init?(_ text: String) {
        let lowered = text.lowercased()
        let schemeCount: Int
        if lowered.hasPrefix("https://") {
            isSecure = true
            schemeCount = 8
        } else if lowered.hasPrefix("http://") {
            isSecure = false
            schemeCount = 7
        } else {
            return nil
        }
        let rest = text.dropFirst(schemeCount)
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !rest.contains(where: { "?#@\\".contains($0) }) else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" {
            path = path.dropLast()
        }
        self.path = String(path)
        guard let (host, port) = Self.split(authority, defaultPort: isSecure ? 443 : 80) else { return nil }
        self.host = host
        self.port = port
    }

    /// The host, without brackets, and the port of `host[:port]`; nil where it is neither.
    static func split(_ authority: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        let host: Substring
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.first == ":" else { return nil }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            host = parts[0]
            port = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (String(host), defaultPort) }
        guard port.allSatisfy(\.isNumber), let number = Int(port), (1...65535).contains(number) else { return nil }
        return (String(host), number)
    }

    /// The address as it would be written.
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let suffix = port == (isSecure ? 443 : 80) ? "" : ":\(port)"
        return "\(isSecure ? "https" : "http")://\(name)\(suffix)\(path)"
    }
}
