extension ProxyConfiguration {
    /// Reads `[scheme://][user[:password]@]host[:port]` as it stands in proxy settings; credentials are
    /// percent-encoded (RFC 3986, 3.2.1).
    ///
    /// - Parameter defaultScheme: The scheme of an address that names none.
    /// - Returns: Nil for anything else, also for other schemes and for an address with a path or a query.
    init?(address: String, defaultScheme: Scheme) {
        guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var rest = address[...]
        var scheme = defaultScheme
        if let end = Self.endOfScheme(in: address) {
            switch address[..<end].lowercased() {
            case "http": scheme = .http
            case "https": scheme = .https
            case "socks5", "socks5h": scheme = .socks5
            default: return nil
            }
            rest = address[end...].dropFirst(3)
        }
        var credentials: Substring?
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[at...].dropFirst()
        }
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.contains(where: { "/?#\\".contains($0) }) else { return nil }
        guard let (host, port) = BaseURL.split(rest, defaultPort: Self.defaultPort(of: scheme)) else { return nil }
        self.init(scheme: scheme, host: host, port: port)
        guard let credentials, !credentials.isEmpty else { return }
        let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let username = Self.decoded(name) else { return nil }
        self.username = username
        guard parts.count == 2 else { return }
        guard let password = Self.decoded(parts[1]) else { return nil }
        self.password = password
    }

    private static func endOfScheme(in address: String) -> String.Index? {
        guard let colon = address.firstIndex(of: ":"), address[colon...].hasPrefix("://") else { return nil }
        return colon
    }

    private static func defaultPort(of scheme: Scheme) -> Int {
        switch scheme {
        case .http: 80
        case .https: 443
        case .socks5: 1080
        }
    }

    /// Undoes percent-encoding; nil where it is broken or not UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.flatMap { UInt8(exactly: $0) }
    }
}
