import Dialects
import NIOCore
package import Transport

/// A configured provider, ready for requests. Shared by all event loops.
package final class Provider: Sendable {
    /// A key, where it leads and the heads of the requests that carry it.
    final class Key: Sendable {
        let configuration: ProviderKey
        /// Where its requests go.
        let upstream: Upstream
        /// Where requests for the list of models go.
        let listUpstream: Upstream
        /// What opens the provider, where that is not among the prepared fields.
        let authentication: KeyAuthentication
        /// The provider's endpoints as this key has them, in the same order.
        fileprivate let endpoints: [ProviderEndpoint]
        /// Request line and fields of a request to each endpoint whose path is always the same, up to those that differ
        /// from request to request; nil for the others.
        fileprivate let heads: [ByteBuffer?]
        /// The fields alone.
        fileprivate let fields: ByteBuffer
        /// The fields of requests for the list of models.
        fileprivate let listFields: ByteBuffer
        /// The paths of the lists of models.
        let modelsPaths: [String]
        /// The path in front of those of the endpoints.
        fileprivate let basePath: String

        fileprivate init(
            _ configuration: ProviderKey,
            upstream: Upstream,
            listUpstream: Upstream,
            authentication: KeyAuthentication,
            endpoints: [ProviderEndpoint],
            heads: [ByteBuffer?],
            fields: ByteBuffer,
            listFields: ByteBuffer,
            modelsPaths: [String],
            basePath: String
        ) {
            self.configuration = configuration
            self.upstream = upstream
            self.listUpstream = listUpstream
            self.authentication = authentication
            self.endpoints = endpoints
            self.heads = heads
            self.fields = fields
            self.listFields = listFields
            self.modelsPaths = modelsPaths
            self.basePath = basePath
        }

        /// What `model` is called where the key leads.
        func name(of model: String) -> String { configuration.aliases[model] ?? model }

        /// A caller's own key, which leads where this one does.
        fileprivate func replaced(by value: String, of provider: ProviderConfiguration) -> Key {
            var key = ProviderKey(name: "caller's own", value: value)
            key.aliases = configuration.aliases
            key.baseURL = configuration.baseURL
            key.pathValues = configuration.pathValues
            key.azureVersion = configuration.azureVersion
            return Key(
                key,
                upstream: upstream,
                listUpstream: listUpstream,
                authentication: .prepared,
                endpoints: endpoints,
                heads: heads.map { _ in nil },
                fields: Provider.fields(key, provider, upstream),
                listFields: Provider.fields(key, provider, listUpstream),
                modelsPaths: modelsPaths,
                basePath: basePath
            )
        }
    }

    /// What it was made from.
    package let configuration: ProviderConfiguration
    /// Where its requests go, those of keys with an address of their own aside.
    package let upstream: Upstream
    /// Lets its requests in; nil without a limit.
    let gate: ConcurrencyGate?
    /// A provider that needs none has an empty one; none where callers bring theirs.
    let keys: [Key]
    /// What is known of its keys and models.
    let health: ProviderHealth
    /// What it is asked, the format that it is best spoken to in first.
    let endpoints: [ProviderEndpoint]
    /// Where callers' own keys lead when there are no others.
    private let bareKey: Key?
    /// Which of Anthropic's features in beta it is asked for; nil for all.
    let betaFilter: AnthropicBetaFilter?
    private let hostsFamilies: Bool
    private let modelTimeouts: [(model: NamePattern, timeouts: Upstream.Timeouts)]

    package var name: String { configuration.name }

    init(
        _ configuration: ProviderConfiguration,
        dropsExcess: Bool,
        reliability: ReliabilitySettings,
        tls: inout ClientTLSContexts,
        credentials: CredentialSources
    ) throws {
        self.configuration = configuration
        let proxy = try configuration.proxy.map { try Self.proxy($0, &tls) }
        var upstreams: [BaseURL: Upstream] = [:]
        func upstream(_ base: BaseURL) throws -> Upstream {
            if let known = upstreams[base] { return known }
            let made = try Self.upstream(base, configuration, proxy, &tls)
            upstreams[base] = made
            return made
        }
        self.upstream = try upstream(configuration.baseURL)
        betaFilter = AnthropicBetaFilter(configuration.betaFeatures)
        gate = configuration.concurrency.map { ConcurrencyGate($0, dropsExcess: dropsExcess) }
        let endpoints = configuration.endpoints
        self.endpoints = endpoints
        hostsFamilies = endpoints.contains { $0.family != .any }
        modelTimeouts = configuration.modelTimeouts.map {
            (NamePattern($0.model), Upstream.Timeouts($0.timeouts))
        }
        let keys = configuration.isKeyless ? [ProviderKey(name: "", value: "")] : configuration.keys
        health = ProviderHealth(keys, reliability)
        func opened(by key: ProviderKey) throws -> Key {
            let base = key.baseURL ?? configuration.baseURL
            let listUpstream = try upstream(configuration.kind.listAddress(for: base))
            let keyUpstream = try upstream(base)
            let fields = Self.fields(key, configuration, keyUpstream)
            let endpoints = endpoints.map { $0.filled(for: key) }
            let lists = configuration.modelsPaths.map {
                base.path + ProviderEndpoint(format: configuration.kind.chatFormat, path: $0).filled(for: key).path
            }
            return Key(
                key,
                upstream: keyUpstream,
                listUpstream: listUpstream,
                authentication: try credentials.authentication(
                    of: key,
                    configuration,
                    to: keyUpstream,
                    listingFrom: listUpstream
                ) {
                    // Who hands out credentials is always checked, whatever the provider's own settings are.
                    try tls.context(
                        for: ClientTLSSettings(additionalTrustPEM: configuration.tls.certificateAuthorityPEM)
                    )
                },
                endpoints: endpoints,
                heads: endpoints.map { $0.isFixed ? Self.head(.post, base.path + $0.path, fields) : nil },
                fields: fields,
                listFields: Self.fields(key, configuration, listUpstream),
                modelsPaths: lists,
                basePath: base.path
            )
        }
        self.keys = try keys.map(opened)
        bareKey = keys.isEmpty ? try opened(by: ProviderKey(name: "", value: "")) : nil
    }

    /// The same provider, opened by a caller's own key for one request. What is learned of it is not learned of the
    /// provider: a caller with a bad key shall not close it to others.
    ///
    /// - Parameter model: The model that is asked for; what it is called, and where it is, is as with a key that serves it.
    init(_ provider: Provider, openedBy value: String, for model: String, reliability: ReliabilitySettings) {
        configuration = provider.configuration
        upstream = provider.upstream
        gate = provider.gate
        endpoints = provider.endpoints
        hostsFamilies = provider.hostsFamilies
        modelTimeouts = provider.modelTimeouts
        betaFilter = provider.betaFilter
        bareKey = nil
        let serving = provider.keys.first { $0.configuration.serves(model) }
        let template = serving ?? provider.keys.first ?? provider.bareKey
        keys = template.map { [$0.replaced(by: value, of: provider.configuration)] } ?? []
        health = ProviderHealth(keys.map(\.configuration), reliability)
    }

    /// Whether keys open it, the gateway's or its callers'.
    var takesKeys: Bool { !configuration.isKeyless }

    /// The endpoint for a request in `format`: the same format where the provider speaks it, else the one that it is
    /// best spoken to in.
    ///
    /// - Returns: Nil when the provider cannot be asked at all.
    func endpointIndex(
        for format: WireFormat,
        _ operation: InferenceOperation = .generation,
        model: String
    ) -> Int? {
        let wanted = family(of: model, operation)
        return endpoints.firstIndex { $0.operation == operation && $0.family == wanted && $0.format == format }
            ?? endpoints.firstIndex { $0.operation == operation && $0.family == wanted }
    }

    /// When requests for a model are given up.
    func timeouts(for model: String) -> Upstream.Timeouts {
        modelTimeouts.first { $0.model.matches(model) }?.timeouts ?? upstream.timeouts
    }

    /// The keys that serve `model`.
    func keys(serving model: String) -> KeySet {
        KeySet(keys.indices.lazy.filter { self.keys[$0].configuration.serves(model) })
    }

    /// The family that the model is spoken to as; names are only looked at by hosts of several.
    private func family(of model: String, _ operation: InferenceOperation) -> ModelFamily {
        guard hostsFamilies else { return .any }
        let family = ModelFamily(of: model)
        return endpoints.contains { $0.family == family && $0.operation == operation } ? family : .any
    }

    /// Whether pictures and documents at an address must be fetched for it.
    var takesMediaAsBytes: Bool { endpoints.contains { $0.format.takesMediaAsBytes } }

    /// Request line and fields of a request, up to those that differ from request to request.
    func head(of endpoint: Int, key: Key, model: String, isStream: Bool) -> ByteBuffer {
        if let head = key.heads[endpoint] { return head }
        return Self.head(.post, path(of: endpoint, key: key, model: model, isStream: isStream), key.fields)
    }

    /// The path of a request.
    func path(of endpoint: Int, key: Key, model: String, isStream: Bool) -> String {
        key.basePath + key.endpoints[endpoint].path(model: model, isStream: isStream)
    }

    /// Request line and fields of a request for a list of models.
    ///
    /// - Parameter path: One of the key's.
    /// - Returns: With the target of the request line.
    func modelsHead(key: Key, path: String, query: String?) -> (target: String, head: ByteBuffer) {
        let target = query.map { path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + $0 } ?? path
        return (target, Self.head(.get, target, key.listFields))
    }

    private static func head(_ method: HTTPMethod, _ target: String, _ fields: ByteBuffer) -> ByteBuffer {
        var head = ByteBuffer()
        head.writeRequestLine(method, target: target)
        head.writeImmutableBuffer(fields)
        if method == .post {
            head.writeField("Content-Type", "application/json")
        }
        return head
    }

    private static func upstream(
        _ base: BaseURL,
        _ configuration: ProviderConfiguration,
        _ proxy: Proxy?,
        _ tls: inout ClientTLSContexts
    ) throws -> Upstream {
        let settings = ClientTLSSettings(
            additionalTrustPEM: configuration.tls.certificateAuthorityPEM,
            skipsVerification: configuration.tls.skipsVerification
        )
        var limits = Upstream.PoolLimits()
        if let maximum = configuration.maximumConnectionCount {
            limits.maximumConnectionCount = maximum
        }
        return Upstream(
            host: base.host,
            port: base.port,
            tls: base.isSecure ? try tls.context(for: settings) : nil,
            proxy: proxy,
            timeouts: Upstream.Timeouts(configuration.timeouts),
            poolLimits: limits
        )
    }

    private static func fields(
        _ key: ProviderKey,
        _ configuration: ProviderConfiguration,
        _ upstream: Upstream
    ) -> ByteBuffer {
        var fields = ByteBuffer()
        fields.writeField("Host", upstream.authority)
        if key.credentials == .secret, !key.value.isEmpty {
            for field in configuration.kind.keyFields {
                fields.writeField(field, "\(configuration.kind.keyPrefix)\(key.value)")
            }
        }
        fields.writeField("User-Agent", "martlet/\(MartletVersion.current)")
        let betaFilter = AnthropicBetaFilter(configuration.betaFeatures)
        for field in configuration.extraHeaders {
            var value: String? = field.value
            if let betaFilter, field.name.lowercased() == AnthropicBetaFilter.field {
                // Nobody asked for it who could be told of a loss.
                var losses: [Loss] = []
                value = betaFilter.filtered(field.value, noting: &losses)
            }
            guard let value else { continue }
            fields.writeField(Array(field.name.utf8).span, Array(value.utf8).span)
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
        if let trailing = configuration.trailing { self.trailing = TimeAmount(seconds: trailing) }
    }
}

extension TimeAmount {
    /// Seconds with a fraction; more than a year counts as a year, less than a millisecond as one.
    init(seconds: Double) {
        let milliseconds = seconds.isFinite ? min(max(seconds * 1000, 1), 31_536_000_000) : 31_536_000_000
        self = .milliseconds(Int64(milliseconds))
    }
}
