import Dialects
import NIOCore
package import Transport

/// A configured provider, ready for requests. Shared by all event loops.
package final class Provider: Sendable {
    /// A key and the heads of the requests that carry it.
    struct Key: Sendable {
        let configuration: ProviderKey
        /// Request line and fields of a request to each endpoint whose path is always the same, up to those that differ
        /// from request to request; nil for the others.
        fileprivate let heads: [ByteBuffer?]
        /// The fields alone.
        fileprivate let fields: ByteBuffer
    }

    /// What it was made from.
    package let configuration: ProviderConfiguration
    /// Where its requests go.
    package let upstream: Upstream
    /// Lets its requests in; nil without a limit.
    let gate: ConcurrencyGate?
    /// One at least: a provider without keys has an empty one.
    let keys: [Key]
    /// What it is asked, the format that it is best spoken to in first.
    let endpoints: [ProviderEndpoint]

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
        let endpoints = configuration.endpoints
        self.endpoints = endpoints
        let keys = configuration.isKeyless ? [ProviderKey(name: "", value: "")] : configuration.keys
        self.keys = keys.map { key in
            let fields = Self.fields(key, configuration, upstream)
            return Key(
                configuration: key,
                heads: endpoints.map { $0.isFixed ? Self.head(.post, $0.path, configuration, fields) : nil },
                fields: fields
            )
        }
    }

    /// The endpoint for a request in `format`: the same format where the provider speaks it, else the one that it is
    /// best spoken to in.
    ///
    /// - Returns: Nil when the provider cannot be asked at all.
    func endpointIndex(for format: WireFormat, _ operation: InferenceOperation = .generation) -> Int? {
        endpoints.firstIndex { $0.operation == operation && $0.format == format }
            ?? endpoints.firstIndex { $0.operation == operation }
    }

    /// Whether pictures and documents at an address must be fetched for it.
    var takesMediaAsBytes: Bool { endpoints.contains { $0.format.takesMediaAsBytes } }

    /// Request line and fields of a request, up to those that differ from request to request.
    func head(of endpoint: Int, key: Key, model: String, isStream: Bool) -> ByteBuffer {
        if let head = key.heads[endpoint] { return head }
        let path = endpoints[endpoint].path(model: model, isStream: isStream)
        return Self.head(.post, path, configuration, key.fields)
    }

    /// Request line and fields of a request for the list of models.
    func modelsHead(key: Key, query: String?) -> ByteBuffer {
        let path = configuration.modelsPath
        let target = query.map { path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + $0 } ?? path
        return Self.head(.get, target, configuration, key.fields)
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
        _ configuration: ProviderConfiguration,
        _ fields: ByteBuffer
    ) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeRequestLine(method, target: configuration.baseURL.path + path)
        head.writeImmutableBuffer(fields)
        if method == .post {
            head.writeField("Content-Type", "application/json")
        }
        return head
    }

    private static func fields(
        _ key: ProviderKey,
        _ configuration: ProviderConfiguration,
        _ upstream: Upstream
    ) -> ByteBuffer {
        var fields = ByteBuffer()
        fields.writeField("Host", upstream.authority)
        if !key.value.isEmpty {
            fields.writeField(configuration.kind.keyField, "\(configuration.kind.keyPrefix)\(key.value)")
        }
        fields.writeField("User-Agent", "martlet/\(MartletVersion.current)")
        for field in configuration.extraHeaders {
            let name = Array(field.name.utf8)
            let value = Array(field.value.utf8)
            fields.writeField(name.span, value.span)
        }
        return fields
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
