package import Martlet
import NIOCore
package import Transport

/// A gateway behind its front door: what `martlet serve` runs.
package struct GatewayServer: Sendable {
    /// Where and how the front door stands.
    package struct Options: Sendable {
        /// Name or address to listen on.
        package var host = "127.0.0.1"
        /// TCP port; 0 lets the system choose.
        package var port = 8080
        /// Limits and times.
        package var server = ServerConfiguration()
        /// What browsers are given.
        package var files = WebFiles.embedded

        package init() {}
    }

    /// The port that it listens on.
    package let port: Int
    /// The gateway that new requests get.
    package var gateway: Gateway { metrics.gateway }

    private let metrics: MetricsSource
    private let listener: Listener
    private let readiness: Readiness

    /// Starts listening.
    ///
    /// - Throws: `IOError` when the address is taken or not to be had.
    package static func start(_ gateway: Gateway, on group: WorkerGroup, options: Options) async throws -> GatewayServer
    {
        let readiness = Readiness()
        let metrics = MetricsSource(gateway: gateway, workers: group.workers)
        var server = options.server
        server.maximumBodyByteCount = gateway.configuration.maximumRequestByteCount
        let listener = try await Listener.bind(
            host: options.host,
            port: options.port,
            group: group,
            configuration: server
        ) { [files = options.files] worker in
            GatewayService(
                share: gateway.makeShare(on: worker),
                metrics: metrics,
                readiness: readiness,
                files: files
            )
        }
        metrics.watch(listener)
        return GatewayServer(
            port: listener.localAddress.port ?? options.port,
            metrics: metrics,
            listener: listener,
            readiness: readiness
        )
    }

    /// Gives new requests to a gateway of another configuration. Running ones go on with the one that they have, whose
    /// connections close with the last of them. Calls of this must come one after the other.
    ///
    /// - Throws: When a certificate of the configuration cannot be read, or its routing contradicts itself. Nothing has
    ///   changed then.
    package func reconfigure(_ configuration: GatewayConfiguration) async throws {
        let next = try Gateway(configuration, replacing: gateway)
        metrics.watch(next)
        await listener.setMaximumBodyByteCount(configuration.maximumRequestByteCount)
        await listener.eachService { worker, service in
            (service as? GatewayService)?.use(next.makeShare(on: worker))
        }
    }

    /// Stops accepting, lets running requests end within `grace`, cuts the others with a proper error, and writes the
    /// last log lines.
    ///
    /// - Returns: True when every request had ended by itself.
    package func shutDown(grace: Duration) async throws -> Bool {
        readiness.startDraining()
        let ended = try await listener.shutDown(grace: grace)
        await gateway.finish()
        return ended
    }
}
