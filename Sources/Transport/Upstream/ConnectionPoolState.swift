import DequeModule

/// The book-keeping of one connection pool: which connections are idle, who waits, how many are on their way. It
/// decides; the pool does.
struct ConnectionPoolState<Connection: AnyObject, Waiter: AnyObject> {
    enum LeaseAction {
        /// Send over this connection.
        case reuse(Connection)
        /// The waiter was queued and a connection must be opened.
        case connect
        /// The waiter was queued; every connection that may be open is.
        case wait
    }

    enum ReleaseAction {
        /// Send the waiter's request over the connection.
        case serve(Waiter)
        /// Keep the connection; it is idle now.
        case keep
        /// Close the connection; enough are idle.
        case close
    }

    struct ConnectFailureAction {
        /// The one whose wait ends with the failure.
        var failed: Waiter?
        /// Another connection must be opened, for those who still wait.
        var reconnect: Bool
    }

    private let maximumConnectionCount: Int
    private let maximumIdleCount: Int
    /// The most recently used one last: it is the least likely to have died.
    private(set) var idle: [Connection] = []
    private var waiters: Deque<Waiter> = []
    private(set) var connectingCount = 0
    /// Connections that are open, idle or busy.
    private(set) var openCount = 0

    init(maximumConnectionCount: Int, maximumIdleCount: Int) {
        self.maximumConnectionCount = max(1, maximumConnectionCount)
        self.maximumIdleCount = maximumIdleCount
    }

    var waiterCount: Int { waiters.count }

    private var mayConnect: Bool { openCount + connectingCount < maximumConnectionCount }

    /// - Parameter mayReuse: False for a request that a reused connection has just failed, or that is not to be failed
    ///   by one. It gets one all the same when there may be no other.
    mutating func lease(_ waiter: Waiter, mayReuse: Bool) -> LeaseAction {
        if mayReuse || !mayConnect, let connection = idle.popLast() {
            return .reuse(connection)
        }
        waiters.append(waiter)
        guard mayConnect else { return .wait }
        connectingCount += 1
        return .connect
    }

    mutating func didConnect(_ connection: Connection) -> ReleaseAction {
        connectingCount -= 1
        openCount += 1
        return release(connection)
    }

    mutating func didFailToConnect() -> ConnectFailureAction {
        connectingCount -= 1
        // The one it was opened for may have given up: where every waiter still has a connection on its way, nobody
        // else is to suffer for it.
        let failed = connectingCount < waiters.count ? waiters.popFirst() : nil
        return ConnectFailureAction(failed: failed, reconnect: connectForWaiters())
    }

    mutating func release(_ connection: Connection) -> ReleaseAction {
        if let waiter = waiters.popFirst() {
            return .serve(waiter)
        }
        guard idle.count < maximumIdleCount else { return .close }
        idle.append(connection)
        return .keep
    }

    /// - Returns: True when another connection must be opened in its place, for those who wait.
    mutating func didClose(_ connection: Connection) -> Bool {
        openCount -= 1
        if let position = idle.firstIndex(where: { $0 === connection }) {
            idle.remove(at: position)
        }
        return connectForWaiters()
    }

    /// - Returns: False when `waiter` did not wait.
    @discardableResult
    mutating func cancel(_ waiter: Waiter) -> Bool {
        guard let position = waiters.firstIndex(where: { $0 === waiter }) else { return false }
        waiters.remove(at: position)
        return true
    }

    /// Takes the idle connection that has been idle longest, if `isExpired` says so of it.
    mutating func takeExpired(where isExpired: (Connection) -> Bool) -> Connection? {
        guard let oldest = idle.first, isExpired(oldest) else { return nil }
        return idle.removeFirst()
    }

    private mutating func connectForWaiters() -> Bool {
        guard connectingCount < waiters.count, mayConnect else { return false }
        connectingCount += 1
        return true
    }
}
