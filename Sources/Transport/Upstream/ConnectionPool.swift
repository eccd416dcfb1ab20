import NIOCore

/// One worker's connections to one upstream.
final class ConnectionPool: DeadlineOwner {
    let upstream: Upstream
    let deadlines: DeadlineQueue
    private let eventLoop: any EventLoop
    private var state: ConnectionPoolState<UpstreamConnection, Exchange>
    /// When the connection that has been idle longest is closed.
    private let idleDeadline = Deadline()
    private(set) var isClosing = false

    init(upstream: Upstream, eventLoop: any EventLoop, deadlines: DeadlineQueue) {
        self.upstream = upstream
        self.eventLoop = eventLoop
        self.deadlines = deadlines
        state = ConnectionPoolState(
            maximumConnectionCount: upstream.poolLimits.maximumConnectionCount,
            maximumIdleCount: upstream.poolLimits.maximumIdleCount
        )
        // A pool for one exchange keeps nothing, and nobody would end the watch.
        if upstream.poolLimits.maximumIdleCount > 0 {
            deadlines.add(idleDeadline, owner: self)
        }
    }

    var figures: PoolFigures {
        PoolFigures(
            openCount: state.openCount,
            idleCount: state.idle.count,
            connectingCount: state.connectingCount,
            waitingCount: state.waiterCount
        )
    }

    /// Whether nothing of this pool is left.
    var isEmpty: Bool { state.openCount == 0 && state.connectingCount == 0 && state.waiterCount == 0 }

    func lease(for exchange: Exchange, mayReuse: Bool) {
        switch state.lease(exchange, mayReuse: mayReuse) {
        case .reuse(let connection): connection.begin(exchange, isReused: true)
        case .connect: connect()
        case .wait: break
        }
    }

    func cancel(_ exchange: Exchange) {
        state.cancel(exchange)
    }

    func release(_ connection: UpstreamConnection) {
        perform(state.release(connection), on: connection, isReused: true)
    }

    func didClose(_ connection: UpstreamConnection) {
        if state.didClose(connection) {
            connect()
        }
    }

    func closeIdle() {
        isClosing = true
        deadlines.remove(idleDeadline)
        for connection in state.idle {
            connection.close()
        }
    }

    func deadlineDidPass(_ deadline: Deadline) {
        let now = NIODeadline.now()
        while let connection = state.takeExpired(where: { $0.idleSince + upstream.poolLimits.idleTimeout <= now }) {
            connection.close()
        }
        armIdleDeadline()
    }

    private func perform(
        _ action: ConnectionPoolState<UpstreamConnection, Exchange>.ReleaseAction,
        on connection: UpstreamConnection,
        isReused: Bool
    ) {
        switch action {
        case .serve(let exchange):
            connection.begin(exchange, isReused: isReused)
        case .keep where !isClosing:
            connection.idleSince = .now()
            if idleDeadline.time == .distantFuture {
                armIdleDeadline()
            }
        case .keep, .close:
            connection.close()
        }
    }

    private func armIdleDeadline() {
        guard let oldest = state.idle.first else { return }
        idleDeadline.time = oldest.idleSince + upstream.poolLimits.idleTimeout
    }

    private func connect() {
        Connector.connect(to: upstream, on: eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.didConnect(channel)
            case .failure(let error): self.didFailToConnect(error)
            }
        }
    }

    private func didConnect(_ channel: any Channel) {
        let connection = UpstreamConnection(pool: self)
        do {
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            channel.close(promise: nil)
            didFailToConnect(error)
            return
        }
        perform(state.didConnect(connection), on: connection, isReused: false)
    }

    private func didFailToConnect(_ error: any Error) {
        let action = state.didFailToConnect()
        action.failed?.fail(Connector.classify(error, upstream: upstream))
        if action.reconnect {
            connect()
        }
    }
}

/// How many connections a pool has, and in what state.
package struct PoolFigures: Sendable, Equatable {
    /// Open connections, idle or busy.
    package var openCount = 0
    /// Open connections without work.
    package var idleCount = 0
    /// Connections on their way.
    package var connectingCount = 0
    /// Requests waiting for a connection.
    package var waitingCount = 0

    package init(openCount: Int = 0, idleCount: Int = 0, connectingCount: Int = 0, waitingCount: Int = 0) {
        self.openCount = openCount
        self.idleCount = idleCount
        self.connectingCount = connectingCount
        self.waitingCount = waitingCount
    }

    /// Adds up the pools of several workers.
    package static func + (left: PoolFigures, right: PoolFigures) -> PoolFigures {
        PoolFigures(
            openCount: left.openCount + right.openCount,
            idleCount: left.idleCount + right.idleCount,
            connectingCount: left.connectingCount + right.connectingCount,
            waitingCount: left.waitingCount + right.waitingCount
        )
    }
}
