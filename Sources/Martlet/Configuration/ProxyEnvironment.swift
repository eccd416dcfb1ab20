/// Chooses a proxy by the environment variables that most programs understand: `HTTPS_PROXY`, `HTTP_PROXY`,
/// `ALL_PROXY` and `NO_PROXY`, each also in lower case.
struct ProxyEnvironment {
    /// What the variables say about one address.
    enum Choice: Equatable {
        /// No proxy.
        case direct
        /// This proxy.
        case proxy(ProxyConfiguration)
        /// The variable does not hold the address of a proxy.
        case invalid(variable: String)
    }

    private let environment: [String: String]

    /// Chooses by these variables.
    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The way to `address`. `HTTPS_PROXY` counts for `https`, `HTTP_PROXY` for `http`, `ALL_PROXY` where that one is
    /// missing. This host itself is never asked for through a proxy.
    func choice(for address: BaseURL) -> Choice {
        let name = address.isSecure ? "HTTPS_PROXY" : "HTTP_PROXY"
        guard let variable = [name, name.lowercased(), "ALL_PROXY", "all_proxy"].first(where: isSet),
            let value = environment[variable]
        else { return .direct }
        if isExcepted(address) { return .direct }
        guard let proxy = ProxyConfiguration(address: value, defaultScheme: .http) else {
            return .invalid(variable: variable)
        }
        return .proxy(proxy)
    }

    private func isSet(_ variable: String) -> Bool { !(environment[variable] ?? "").isEmpty }

    private func isExcepted(_ address: BaseURL) -> Bool {
        var host = address.host.lowercased()
        if host.last == "." { host.removeLast() }
        let number = IPAddress(host)
        if host == "localhost" || number?.isLoopback == true { return true }
        guard let variable = ["NO_PROXY", "no_proxy"].first(where: isSet), let list = environment[variable] else {
            return false
        }
        return list.split { $0 == "," || $0.isWhitespace }.contains { entry in
            Self.matches(entry.lowercased(), host: host, number: number, port: address.port)
        }
    }

    /// Whether an entry of `NO_PROXY` means the host: `*`, a name with the names below it, `.suffix` or `*.suffix` for
    /// only those below, an address, a network as in `10.0.0.0/8`; all but the network optionally with a port.
    private static func matches(_ entry: String, host: String, number: IPAddress?, port: Int) -> Bool {
        if entry == "*" { return true }
        if let slash = entry.firstIndex(of: "/") {
            guard let network = IPAddress(entry[..<slash]), let number else { return false }
            guard let count = Int(entry[slash...].dropFirst()), (0...network.bytes.count * 8).contains(count) else {
                return false
            }
            return number.shares(count, bitsWith: network)
        }
        if let wanted = IPAddress(entry) { return wanted == number }
        guard let (name, wantedPort) = BaseURL.split(entry[...], defaultPort: port), wantedPort == port else {
            return false
        }
        if let wanted = IPAddress(name) { return wanted == number }
        if name.hasPrefix("*.") { return host.hasSuffix(name.dropFirst()) }
        if name.hasPrefix(".") { return host.hasSuffix(name) }
        return host == name || host.hasSuffix(".\(name)")
    }
}
