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
    private let defaultProvider: Provider?
    /// TLS towards servers that media are fetched from; nil where none are.
    private let mediaTLS: ClientTLSContext?

    /// A gateway that is ready for requests.
    ///
    /// - Parameters:
    ///   - configuration: A valid configuration.
    ///   - logStyle: How the line of each request looks.
    ///   - logWriter: Where the lines go; nil for none.
    /// - Throws: When a certificate of the configuration cannot be read.
    public init(_ configuration: GatewayConfiguration, logStyle: LogStyle = .json, logWriter: LogWriter? = nil) throws {
        self.configuration = configuration
        var tls = ClientTLSContexts()
        providers = try configuration.providers.map {
            try Provider($0, dropsExcess: configuration.dropsExcessRequests, tls: &tls)
        }
        let byName = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        providersByName = byName
        defaultProvider =
            configuration.defaultProvider.flatMap { byName[$0] } ?? byName["openai"] ?? providers.first
        let fetchesMedia = configuration.allowsMediaFetching && providers.contains(where: \.takesMediaAsBytes)
        mediaTLS = fetchesMedia ? try tls.context(for: ClientTLSSettings()) : nil
        telemetry = Telemetry(style: logStyle, writer: configuration.logsRequests ? logWriter : nil)
    }

    /// The part of the gateway that lives on one event loop.
    package func makeShare(on worker: isolated Worker) -> GatewayShare {
        GatewayShare(
            gateway: self,
            eventLoop: worker.eventLoop,
            client: worker.client,
            mediaFetcher: mediaTLS.map { MediaFetcher(worker: worker, rules: configuration.mediaFetching, tls: $0) }
        )
    }

    /// Writes the last log lines. Nothing may be asked of the gateway afterwards.
    public func finish() async {
        await telemetry.finish()
    }

    /// Decides where a request for `model` goes.
    ///
    /// - Parameter preferred: The provider of a model that names none, where it is configured.
    /// - Throws: `GatewayError` when there is no provider for it.
    func route(
        _ model: String,
        preferring preferred: String? = nil
    ) throws(GatewayError) -> (provider: Provider, model: String) {
        let name = ModelName(model) { providersByName[$0] != nil }
        let chosen = (name.provider ?? preferred).flatMap { providersByName[$0] }
        guard let provider = chosen ?? defaultProvider else {
            throw GatewayError(
                .modelNotFound,
                "No provider is configured for model \(Self.excerpt(model)).",
                parameter: "model"
            )
        }
        return (provider, name.model)
    }

    /// A caller's name for something, short enough for a message.
    static func excerpt(_ name: String) -> String {
        "\"\(shortened(name))\""
    }

    /// A caller's name for something, short enough for logs and labels, which are kept.
    static func shortened(_ name: String) -> String {
        name.utf8.count <= 200 ? name : "\(String(name.unicodeScalars.prefix(100)))…"
    }
}
