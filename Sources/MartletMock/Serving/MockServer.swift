import NIOCore
package import Transport

/// A running mock provider.
package struct MockServer: Sendable {
    private let listener: Listener
    private let counters: [MockCounters]

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - script: How it behaves.
    ///   - group: The workers that serve; each has a service of its own.
    ///   - host: Name or address to listen on.
    ///   - port: TCP port; 0 lets the system choose.
    ///   - configuration: Limits and times of the front door.
    ///   - observer: Hears of every request; nil costs nothing.
    /// - Throws: `IOError` when the address is taken or not to be had.
    package static func start(
        _ script: MockScript,
        on group: WorkerGroup,
        host: String = "127.0.0.1",
        port: Int = 0,
        configuration: ServerConfiguration = defaultConfiguration,
        observer: (any MockObserver)? = nil
    ) async throws -> MockServer {
        let counters = group.workers.map { _ in MockCounters() }
        let listener = try await Listener.bind(host: host, port: port, group: group, configuration: configuration) {
            worker in
            MockService(
                script,
                // A worker's index is its position in the group, and so that of its counters.
                counters: counters[worker.index],
                observer: observer,
                worker: worker.index,
                on: worker.eventLoop
            )
        }
        return MockServer(listener: listener, counters: counters)
    }

    /// Takes more connections than a gateway, since it stands in for a provider that never has too many.
    package static var defaultConfiguration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.maximumConnectionCount = 65_536
        return configuration
    }

    /// The TCP port it listens on.
    package var port: Int { listener.localAddress.port ?? 0 }

    /// What it has served so far.
    package var statistics: MockStatistics {
        var total = MockStatistics()
        for counters in counters { counters.add(to: &total) }
        total.connections = listener.budget.count
        return total
    }

    /// Stops; requests that still run after `grace` are cancelled.
    ///
    /// - Returns: Whether every request had ended by itself.
    /// - Throws: What closing throws.
    @discardableResult
    package func shutDown(grace: Duration = .zero) async throws -> Bool {
        try await listener.shutDown(grace: grace)
    }
}
