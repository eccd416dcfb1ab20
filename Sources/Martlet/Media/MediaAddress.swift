/// An absolute `http` or `https` address that a caller, or a server by redirection, named (RFC 3986).
///
/// It is read more strictly than browsers do: what two programs could read differently is refused.
struct MediaAddress: Equatable {
    /// Whether it is `https`.
    let isSecure: Bool
    /// A name in lower case, or an address; an IPv6 address without its brackets.
    let host: String
    /// TCP port.
    let port: Int
    /// Path and query as they go into the request line.
    let target: String

    init(_ text: String) throws(MediaFetchProblem) {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { throw .notHTTP }
        let behind = text.dropFirst(scheme.count)
        guard behind.hasPrefix("://") else { throw .malformedAddress }
        try self.init(isSecure: scheme == "https", behind.dropFirst(3))
    }

    /// - Parameter rest: What stands behind the scheme and `://`.
    private init(isSecure: Bool, _ rest: Substring) throws(MediaFetchProblem) {
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw .malformedAddress
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { throw .credentials }
        guard let (host, port) = BaseURL.split(authority, defaultPort: isSecure ? 443 : 80) else {
            throw .malformedAddress
        }
        self.isSecure = isSecure
        self.port = port
        self.host = host.lowercased()
        guard Self.isHost(self.host, isBracketed: authority.first == "[") else { throw .malformedAddress }
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        self.target = target.first == "/" ? String(target) : "/\(target)"
    }

    private init(_ base: MediaAddress, target: String) {
        isSecure = base.isSecure
        host = base.host
        port = base.port
        self.target = target
    }

    /// The address that `location` means as an answer to this one (RFC 3986, 5.2).
    func following(_ location: String) throws(MediaFetchProblem) -> MediaAddress {
        let reference = location.prefix { $0 != "#" }
        guard reference.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw .malformedAddress
        }
        if reference.prefix(while: { !"/?".contains($0) }).contains(":") { return try MediaAddress(String(reference)) }
        if reference.hasPrefix("//") { return try MediaAddress(isSecure: isSecure, reference.dropFirst(2)) }
        let path = target.prefix { $0 != "?" }
        if reference.isEmpty { return self }
        if reference.first == "?" { return MediaAddress(self, target: "\(path)\(reference)") }
        let newPath = reference.prefix { $0 != "?" }
        let query = reference.dropFirst(newPath.count)
        let folder = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
        let whole = newPath.first == "/" ? String(newPath) : "\(folder)\(newPath)"
        return MediaAddress(self, target: Self.withoutDots(whole) + query)
    }

    /// The address that the host is written as; nil for a name.
    var literal: IPAddress? { IPAddress(host) }

    /// Whether the host's name is one of this host, its network or its cloud, whatever it resolves to.
    var isLocalName: Bool {
        let labels = host.split(separator: ".")
        return ["localhost", "local", "localdomain", "internal", "intranet", "lan"].contains(labels.last)
            || labels.suffix(2) == ["home", "arpa"]
    }

    /// Resolves `.` and `..` (RFC 3986, 5.2.4).
    private static func withoutDots(_ path: String) -> String {
        var segments: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in zip(1..., parts) {
            if part == ".." { _ = segments.popLast() }
            let isDots = part == "." || part == ".."
            if !isDots {
                segments.append(part)
            } else if index == parts.count {
                segments.append("")
            }
        }
        return "/" + segments.joined(separator: "/")
    }

    /// A name of letters, digits, hyphens and underscores, or an address in its one usual spelling. Numbers in other
    /// spellings, as `127.1`, `0x7f.1` and `017700000001`, are IPv4 addresses to some programs and names to others.
    private static func isHost(_ host: String, isBracketed: Bool) -> Bool {
        if isBracketed { return host.contains(":") && IPAddress(host) != nil }
        guard host.utf8.count <= 253 else { return false }
        var labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let endsWithDot = labels.count > 1 && labels.last == ""
        if endsWithDot { labels.removeLast() }
        guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && $0.utf8.allSatisfy(isNameByte) }) else {
            return false
        }
        guard let last = labels.last, isNumber(last) else { return true }
        return !endsWithDot && IPAddress(host) != nil && labels.allSatisfy { $0 == "0" || $0.first != "0" }
    }

    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            || label.hasPrefix("0x") && label.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
