import NIOCore
package import Transport

/// The gateway: providers behind one way in. It is usable without a server.
public final class Gateway: Sendable {
    /// What it was made from.
    public let configuration: GatewayConfiguration
    /// The providers in the order of the configuration.
    package let providers: [Provider]
    package let telemetry: Telemetry

    private let providersByName: [String: Provider]
    /// Plans where requests go.
    let router: Router
    /// Remembers where prompts are cached; nil where they are not kept together.
    let affinity: PromptAffinity?
    /// The event loops that credentials are fetched on.
    private let credentialWorkers: CredentialWorkers
    /// Where keys without secrets of their own look for the credentials of the machine.
    private let environment: [String: String]
    /// TLS towards servers that media are fetched from; nil where none are.
    private let mediaTLS: ClientTLSContext?

    /// A gateway that is ready for requests.
    ///
    /// - Parameters:
    ///   - configuration: A valid configuration.
    ///   - logStyle: How the line of each request looks.
    ///   - logWriter: Where the lines go; nil for none.
    ///   - environment: Where keys without secrets of their own look for the credentials of the machine.
    /// - Throws: When a certificate of the configuration cannot be read, or its routing contradicts itself.
    public convenience init(
        _ configuration: GatewayConfiguration,
        logStyle: LogStyle = .json,
        logWriter: LogWriter? = nil,
        environment: [String: String] = [:]
    ) throws {
        try self.init(
            configuration,
            replacing: nil,
            telemetry: Telemetry(style: logStyle, writer: logWriter),
            environment: environment
        )
    }

    /// A gateway that takes the place of another one: it goes on with its log and its figures, and with those of its
    /// providers that have not changed, so that their connections, their limits and what was learned of their keys and
    /// models are kept.
    ///
    /// - Parameters:
    ///   - configuration: A valid configuration.
    ///   - predecessor: The gateway that gets no new requests any more.
    /// - Throws: When a certificate of the configuration cannot be read, or its routing contradicts itself.
    package convenience init(_ configuration: GatewayConfiguration, replacing predecessor: Gateway) throws {
        try self.init(
            configuration,
            replacing: predecessor,
            telemetry: predecessor.telemetry,
            environment: predecessor.environment
        )
    }

    private init(
        _ configuration: GatewayConfiguration,
        replacing predecessor: Gateway?,
        telemetry: Telemetry,
        environment: [String: String]
    ) throws {
        self.configuration = configuration
        self.telemetry = telemetry
        var tls = ClientTLSContexts()
        self.environment = environment
        credentialWorkers = predecessor?.credentialWorkers ?? CredentialWorkers()
        let credentials = CredentialSources(workers: credentialWorkers, environment: environment)
        providers = try configuration.providers.map { provider in
            if let known = predecessor?.provider(like: provider, in: configuration) { return known }
            return try Provider(
                provider,
                dropsExcess: configuration.dropsExcessRequests,
                reliability: configuration.reliability,
                tls: &tls,
                credentials: credentials
            )
        }
        let byName = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        providersByName = byName
        router = try Router(configuration)
        let settings = configuration.reliability.affinity
        let known = predecessor?.configuration.reliability.affinity == settings ? predecessor?.affinity : nil
        affinity = known ?? settings.map(PromptAffinity.init)
        let fetchesMedia = configuration.allowsMediaFetching && providers.contains(where: \.takesMediaAsBytes)
        mediaTLS = fetchesMedia ? try tls.context(for: ClientTLSSettings()) : nil
    }

    /// The part of the gateway that lives on one event loop.
    package func makeShare(on worker: isolated Worker) -> GatewayShare {
        credentialWorkers.add(worker)
        return GatewayShare(
            gateway: self,
            eventLoop: worker.eventLoop,
            client: worker.client,
            taskExecutor: worker.taskExecutor,
            mediaFetcher: mediaTLS.map { MediaFetcher(worker: worker, rules: configuration.mediaFetching, tls: $0) }
        )
    }

    /// Writes the last log lines. Nothing may be asked of the gateway afterwards.
    public func finish() async {
        await telemetry.finish()
    }

    /// Everywhere that its requests go, each once.
    var upstreams: [Upstream] {
        var seen: Set<ObjectIdentifier> = []
        return providers.flatMap { [$0.upstream] + $0.keys.map(\.upstream) }.filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
    }

    /// The provider of that very configuration, where everything besides that it depends on is the same, too.
    private func provider(like provider: ProviderConfiguration, in other: GatewayConfiguration) -> Provider? {
        guard configuration.dropsExcessRequests == other.dropsExcessRequests,
            configuration.reliability == other.reliability,
            let known = self.provider(named: provider.name), known.configuration == provider
        else { return nil }
        return known
    }

    /// The provider of that name.
    func provider(named name: String) -> Provider? { providersByName[name] }

    /// A caller's name for something, short enough for a message.
    static func excerpt(_ name: String) -> String {
        "\"\(shortened(name))\""
    }

    /// A caller's name for something, short enough for logs and labels, which are kept.
    static func shortened(_ name: String) -> String {
        name.utf8.count <= 200 ? name : "\(String(name.unicodeScalars.prefix(100)))…"
    }
}
