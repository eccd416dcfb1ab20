import ArgumentParser
import Martlet
import MartletMock
import MartletServer
import Transport

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the gateway.",
        discussion: """
            Each option can also be given with one dash, and by an environment variable: MARTLET_HOST, MARTLET_PORT, \
            MARTLET_APP_DIR, MARTLET_CONFIG, MARTLET_STATIC_DIR, MARTLET_LOG_LEVEL, MARTLET_LOG_STYLE (or the names of \
            Bifrost's image: APP_HOST, APP_PORT, APP_DIR, LOG_LEVEL, LOG_STYLE). An option wins over a variable.
            """
    )

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let environment = ProcessEnvironment.current
        let settings = try ServeSettings(options, environment: environment)
        let signals = StopSignals.stream()
        let reloads = ReloadSignals.stream()
        let descriptorLimit = DescriptorLimit.raise()
        let source = try ConfigurationSource(settings, environment: environment)
        for problem in source.problems where settings.logLevel.shows(.warning) {
            Terminal.write("\(problem)")
        }
        let group = try await WorkerGroup(count: settings.threadCount ?? WorkerGroup.availableProcessorCount)
        let mock = source.isEmpty ? try await MockServer.start(MockScript(), on: group) : nil
        let configuration = mock.map { source.configuration(withMockOnPort: $0.port) } ?? source.configuration
        let gateway = try Gateway(
            configuration,
            logStyle: settings.logStyle,
            logWriter: settings.logLevel.shows(.info) ? LogWriter() : nil,
            environment: environment
        )
        let server = try await start(gateway, on: group, settings: settings, descriptorLimit: descriptorLimit)
        if settings.logLevel.shows(.info) {
            Terminal.write(Banner(settings: settings, source: source, port: server.port, mockPort: mock?.port).text)
        }
        let reloading = Task { [mockPort = mock?.port] in
            for await _ in reloads {
                await reload(server, settings, environment: environment, mockPort: mockPort)
            }
        }
        try await stop(server, mock, group, signals: signals, grace: settings.shutdownGrace)
        reloading.cancel()
    }

    /// Reads the configuration anew. What cannot be used is reported and changes nothing.
    private func reload(
        _ server: GatewayServer,
        _ settings: ServeSettings,
        environment: [String: String],
        mockPort: Int?
    ) async {
        do {
            let source = try ConfigurationSource(settings, environment: environment)
            for problem in source.problems where settings.logLevel.shows(.warning) {
                Terminal.write("\(problem)")
            }
            guard source.isEmpty else {
                try await server.reconfigure(source.configuration)
                return report("Took the configuration anew from \(source.file ?? "the environment").", settings)
            }
            guard let mockPort else { throw CommandFailure("There is no configuration any more.") }
            try await server.reconfigure(source.configuration(withMockOnPort: mockPort))
            report("Took the configuration anew from the environment.", settings)
        } catch {
            Terminal.write("The configuration stays as it was. \(error)")
        }
    }

    private func report(_ message: String, _ settings: ServeSettings) {
        if settings.logLevel.shows(.info) {
            Terminal.write(message)
        }
    }

    private func start(
        _ gateway: Gateway,
        on group: WorkerGroup,
        settings: ServeSettings,
        descriptorLimit: Int
    ) async throws -> GatewayServer {
        var options = GatewayServer.Options()
        options.host = settings.host
        options.port = settings.port
        options.files = try await WebFiles.embedded.overridden(settings)
        options.server.maximumConnectionCount = DescriptorLimit.connectionCount(for: descriptorLimit)
        if let tls = settings.tls {
            do {
                options.server.tls = try ServerTLS.context(certificateFile: tls.certificate, keyFile: tls.key)
            } catch {
                throw CommandFailure("The TLS certificate or key cannot be read: \(error)")
            }
        }
        do {
            return try await GatewayServer.start(gateway, on: group, options: options)
        } catch {
            throw CommandFailure(
                "Cannot listen on \(settings.host):\(settings.port): \(error). Choose another with --host and --port."
            )
        }
    }

    /// Waits for the first signal and shuts down; a second one ends the process at once.
    private func stop(
        _ server: GatewayServer,
        _ mock: MockServer?,
        _ group: WorkerGroup,
        signals: AsyncStream<CInt>,
        grace: Duration
    ) async throws {
        var iterator = signals.makeAsyncIterator()
        _ = await iterator.next()
        let second = Task {
            for await _ in signals {
                ProcessEnd.now(status: 130)
            }
        }
        Terminal.write(
            "Stopping: running requests have \(grace.components.seconds) s to end. A second signal ends at once."
        )
        let ended = try await server.shutDown(grace: grace)
        try await mock?.shutDown()
        try await group.shutDown()
        second.cancel()
        if !ended {
            throw CommandFailure("Some requests were cut off when the time to stop was over.")
        }
    }
}
