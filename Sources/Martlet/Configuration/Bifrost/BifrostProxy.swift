/// Reads the `proxy_config` of a provider.
enum BifrostProxy {
    private static let members = ConfigurationMembers(
        applied: ["type", "url", "username", "password", "ca_cert_pem"],
        hints: ["address": "url", "user": "username", "host": "url"]
    )
    private static let types = ["none", "http", "https", "socks5", "environment"]

    /// - Parameter address: The provider's address, which the variables of the environment are applied to; nil where
    ///   it is wrong itself.
    static func read(
        _ node: ConfigurationNode?,
        for address: BaseURL?,
        _ reading: inout ConfigurationReading
    ) -> ProxyConfiguration? {
        guard let node, let object = reading.object(node) else { return nil }
        reading.check(object, against: members)
        let type = reading.string(object["type"])
        guard let type else {
            if !node.isVoid, object["type"] == nil {
                reading.error(node.place, "has no type", fix: "use one of \(types.joined(separator: ", "))")
            }
            return nil
        }
        switch type.text {
        case "none": return nil
        case "environment": return fromEnvironment(object, for: address, &reading)
        case "http", "https", "socks5":
            return explicit(object, ProxyConfiguration.Scheme(rawValue: type.text) ?? .http, &reading)
        default:
            let nearest = NameSuggestion.nearest(to: type.text, in: types)
            let fix = nearest.map { "did you mean \"\($0)\"?" } ?? "use one of \(types.joined(separator: ", "))"
            reading.error(object["type"]?.place ?? node.place, "\(type.shown()) is no type of proxy", fix: fix)
            return nil
        }
    }

    private static func fromEnvironment(
        _ object: ConfigurationObject,
        for address: BaseURL?,
        _ reading: inout ConfigurationReading
    ) -> ProxyConfiguration? {
        guard let address else { return nil }
        switch ProxyEnvironment(reading.environment).choice(for: address) {
        case .direct:
            return nil
        case .proxy(var proxy):
            proxy.certificateAuthorityPEM = reading.certificates(object["ca_cert_pem"])
            return proxy
        case .invalid(let variable):
            reading.error(
                object["type"]?.place ?? object.place,
                "the environment variable \(variable) holds no address of a proxy",
                fix: "write it like http://proxy.example.com:3128"
            )
            return nil
        }
    }

    private static func explicit(
        _ object: ConfigurationObject,
        _ scheme: ProxyConfiguration.Scheme,
        _ reading: inout ConfigurationReading
    ) -> ProxyConfiguration? {
        let example = "\"\(scheme.rawValue)://proxy.example.com:\(scheme == .socks5 ? 1080 : 3128)\""
        let countBefore = reading.problemCount
        let username = reading.string(object["username"])
        let password = reading.string(object["password"])
        let certificates = reading.certificates(object["ca_cert_pem"])
        guard let node = object["url"], let url = reading.string(node) else {
            if reading.problemCount == countBefore {
                reading.error(object["url"]?.place ?? object.place, "has no url", fix: "add one like \(example)")
            }
            return nil
        }
        guard var proxy = ProxyConfiguration(address: url.text, defaultScheme: scheme) else {
            let message = "\(url.shown(ShownText.address)) is not the address of a proxy"
            reading.error(node.place, message, fix: "write it like \(example)")
            return nil
        }
        if (proxy.scheme == .socks5) != (scheme == .socks5) {
            let message = "\(url.shown(ShownText.address)) does not fit the type \"\(scheme.rawValue)\""
            reading.error(node.place, message, fix: "use the type \"\(proxy.scheme.rawValue)\"")
        }
        if let username { proxy.username = username.text }
        if let password { proxy.password = password.text }
        if proxy.password != nil, (proxy.username ?? "").isEmpty {
            reading.error(object.place, "has a password without a username", fix: "add the username")
        }
        proxy.certificateAuthorityPEM = certificates
        return proxy
    }
}
