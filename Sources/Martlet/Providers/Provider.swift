import NIOCore
package import Transport

/// A configured provider, ready for requests. Shared by all event loops.
package final class Provider: Sendable {
    /// A key and the head of the requests that carry it.
    struct Key: Sendable {
        let configuration: ProviderKey
        /// Request line and fields of a chat completion, up to those that differ from request to request.
        let chatHead: ByteBuffer
        /// The same of a request for the list of models.
        let modelsHead: ByteBuffer
    }

    /// What it was made from.
    package let configuration: ProviderConfiguration
    /// Where its requests go.
    package let upstream: Upstream
    /// Lets its requests in; nil without a limit.
    let gate: ConcurrencyGate?
    /// One at least: a provider without keys has an empty one.
    let keys: [Key]

    package var name: String { configuration.name }

    init(_ configuration: ProviderConfiguration, dropsExcess: Bool, tls: inout ClientTLSContexts) throws {
        self.configuration = configuration
        let base = configuration.baseURL
        let settings = ClientTLSSettings(
            additionalTrustPEM: configuration.tls.certificateAuthorityPEM,
            skipsVerification: configuration.tls.skipsVerification
        )
        var limits = Upstream.PoolLimits()
        if let maximum = configuration.maximumConnectionCount {
            limits.maximumConnectionCount = maximum
        }
        let upstream = Upstream(
            host: base.host,
            port: base.port,
            tls: base.isSecure ? try tls.context(for: settings) : nil,
            proxy: try configuration.proxy.map { try Self.proxy($0, &tls) },
            timeouts: Upstream.Timeouts(configuration.timeouts),
            poolLimits: limits
        )
        self.upstream = upstream
        gate = configuration.concurrency.map { ConcurrencyGate($0, dropsExcess: dropsExcess) }
        let keys = configuration.isKeyless ? [ProviderKey(name: "", value: "")] : configuration.keys
        self.keys = keys.map { key in
            Key(
                configuration: key,
                chatHead: Self.head(.post, configuration.chatCompletionsPath, key, configuration, upstream),
                modelsHead: Self.head(.get, configuration.modelsPath, key, configuration, upstream)
            )
        }
    }

    /// Draws one of the keys that serve `model`.
    ///
    /// - Returns: Nil when none does.
    func key(for model: String, using random: inout RandomSource) -> Key? {
        if keys.count == 1 {
            return keys[0].configuration.serves(model) ? keys[0] : nil
        }
        let candidates = keys.filter { $0.configuration.serves(model) }
        return KeyChoice.draw(weights: candidates.map(\.configuration.weight), random.unit()).map { candidates[$0] }
    }

    private static func head(
        _ method: HTTPMethod,
        _ path: String,
        _ key: ProviderKey,
        _ configuration: ProviderConfiguration,
        _ upstream: Upstream
    ) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeRequestLine(method, target: configuration.baseURL.path + path)
        head.writeField("Host", upstream.authority)
        if !key.value.isEmpty {
            head.writeField("Authorization", "Bearer \(key.value)")
        }
        head.writeField("User-Agent", "martlet/\(MartletVersion.current)")
        if method == .post {
            head.writeField("Content-Type", "application/json")
        }
        for field in configuration.extraHeaders {
            let name = Array(field.name.utf8)
            let value = Array(field.value.utf8)
            head.writeField(name.span, value.span)
        }
        return head
    }

    private static func proxy(_ proxy: ProxyConfiguration, _ tls: inout ClientTLSContexts) throws -> Proxy {
        let settings = ClientTLSSettings(additionalTrustPEM: proxy.certificateAuthorityPEM)
        let scheme: Proxy.Scheme =
            switch proxy.scheme {
            case .http: .http
            case .https: .https
            case .socks5: .socks5
            }
        return Proxy(
            scheme: scheme,
            host: proxy.host,
            port: proxy.port,
            credentials: proxy.username.map { .init(username: $0, password: proxy.password ?? "") },
            tls: scheme == .https ? try tls.context(for: settings) : nil
        )
    }
}

extension Upstream.Timeouts {
    init(_ configuration: TimeoutConfiguration) {
        self.init()
        connect = TimeAmount(seconds: configuration.connect)
        firstByte = TimeAmount(seconds: configuration.firstByte)
        idle = TimeAmount(seconds: configuration.idle)
        total = configuration.total.map { TimeAmount(seconds: $0) }
    }
}

extension TimeAmount {
    /// Seconds with a fraction; more than a year counts as a year, less than a millisecond as one.
    init(seconds: Double) {
        let milliseconds = seconds.isFinite ? min(max(seconds * 1000, 1), 31_536_000_000) : 31_536_000_000
        self = .milliseconds(Int64(milliseconds))
    }
}
