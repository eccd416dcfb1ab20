package import NIOCore
import NIOPosix
import NIOSSL

/// A listening socket and the connections that came through it.
package final class Listener: Sendable {
    /// Where it listens; the port is the one the system chose when 0 was asked for.
    package let localAddress: SocketAddress
    /// Counts the connections of all loops.
    package let budget: ConnectionBudget

    private let channel: any Channel
    private let group: WorkerGroup
    private let identity: ObjectIdentifier

    private init(channel: any Channel, address: SocketAddress, group: WorkerGroup, budget: ConnectionBudget) {
        self.channel = channel
        localAddress = address
        self.group = group
        self.budget = budget
        identity = ObjectIdentifier(budget)
    }

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - host: Name or address to listen on.
    ///   - port: TCP port; 0 lets the system choose.
    ///   - makeService: Makes the service of one worker, on that worker.
    /// - Throws: `IOError` when the address is taken or not to be had.
    package static func bind(
        host: String,
        port: Int,
        group: WorkerGroup,
        configuration: ServerConfiguration,
        makeService: @escaping @Sendable (isolated Worker) -> any HTTPService
    ) async throws -> Listener {
        let budget = ConnectionBudget(limit: configuration.maximumConnectionCount)
        let identity = ObjectIdentifier(budget)
        for worker in group.workers {
            await worker.run { worker in
                let share = ServerShare(
                    configuration: configuration,
                    service: makeService(worker),
                    budget: budget,
                    deadlines: worker.deadlines,
                    worker: worker
                )
                worker.attach(share, to: identity)
            }
        }
        let bootstrap = ServerBootstrap(group: group.eventLoopGroup)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = group.worker(on: channel.eventLoop) else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    try worker.assumeIsolated { worker in
                        guard let share = worker.share(of: identity) else {
                            throw ChannelError.inappropriateOperationForState
                        }
                        let isRefused = !budget.take()
                        let pipeline = channel.pipeline.syncOperations
                        if let tls = configuration.tls {
                            try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                        }
                        try pipeline.addHandler(ServerConnection(share: share, isRefused: isRefused))
                    }
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: host, port: port).get()
        } catch {
            await detach(identity, from: group)
            throw error
        }
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        return Listener(channel: channel, address: address, group: group, budget: budget)
    }

    /// Stops accepting, lets running requests end, cancels those that still run after `grace` and closes everything.
    ///
    /// - Parameters:
    ///   - grace: How long running requests may take.
    ///   - cut: How long cancelled requests may take to tell their callers.
    /// - Returns: True when every request had ended by itself.
    package func shutDown(grace: Duration, cut: Duration = .seconds(1)) async throws -> Bool {
        try? await channel.close().get()
        await eachShare { $0.drain() }
        let ended = await waitUntilEmpty(for: grace)
        if !ended {
            await eachShare { $0.cancelAll(.shuttingDown) }
            _ = await waitUntilEmpty(for: cut)
        }
        await eachShare { $0.closeAll() }
        await Self.detach(identity, from: group)
        return ended
    }

    /// Runs `body` with the service of each worker, on that worker.
    package func eachService(_ body: @Sendable (isolated Worker, any HTTPService) -> Void) async {
        for worker in group.workers {
            await worker.run { worker in
                if let share = worker.share(of: self.identity) {
                    body(worker, share.service)
                }
            }
        }
    }

    /// Sets the largest request body that is accepted from now on, in bytes.
    package func setMaximumBodyByteCount(_ count: Int) async {
        await eachShare { $0.configuration.maximumBodyByteCount = count }
    }

    private static func detach(_ identity: ObjectIdentifier, from group: WorkerGroup) async {
        for worker in group.workers {
            await worker.detach(identity)
        }
    }

    private func eachShare(_ body: @Sendable (ServerShare) -> Void) async {
        for worker in group.workers {
            await worker.run { worker in
                if let share = worker.share(of: self.identity) {
                    body(share)
                }
            }
        }
    }

    private func waitUntilEmpty(for limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while budget.count > 0 {
            if ContinuousClock.now >= end { return false }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return true
    }
}
