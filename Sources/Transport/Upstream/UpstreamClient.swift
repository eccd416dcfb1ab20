package import NIOCore

/// The upstream connections of one worker. Lives on its event loop alone.
package final class UpstreamClient {
    private let eventLoop: any EventLoop
    private let deadlines: DeadlineQueue
    private var pools: [ObjectIdentifier: ConnectionPool] = [:]
    /// How many have said that they use an upstream.
    private var userCounts: [ObjectIdentifier: Int] = [:]

    init(eventLoop: any EventLoop, deadlines: DeadlineQueue) {
        self.eventLoop = eventLoop
        self.deadlines = deadlines
    }

    /// Prepares the exchange of one request; `Exchange.start()` begins it.
    ///
    /// - Parameters:
    ///   - request: The whole request as it goes over the wire, head and body.
    ///   - upstream: Where it goes.
    ///   - timeouts: When it is given up; nil for the upstream's own times.
    ///   - isRepeatable: Whether it may be sent once more, when a kept connection proves dead.
    package func exchange(
        _ request: ByteBuffer,
        with upstream: Upstream,
        timeouts: Upstream.Timeouts? = nil,
        isRepeatable: Bool = true
    ) -> Exchange {
        Exchange(
            request: request,
            pool: pool(of: upstream),
            timeouts: timeouts ?? upstream.timeouts,
            isRepeatable: isRepeatable
        )
    }

    /// Prepares the exchange of one request with an upstream that is not asked again: its connection is not kept, and
    /// neither is the upstream.
    ///
    /// - Parameters:
    ///   - request: The whole request as it goes over the wire, head and body.
    ///   - upstream: Where it goes; it must keep no idle connections.
    package func singleExchange(_ request: ByteBuffer, with upstream: Upstream) -> Exchange {
        Exchange(
            request: request,
            pool: ConnectionPool(upstream: upstream, eventLoop: eventLoop, deadlines: deadlines),
            timeouts: upstream.timeouts
        )
    }

    /// Takes note of one who uses `upstream` for some time.
    package func retain(_ upstream: Upstream) {
        userCounts[ObjectIdentifier(upstream), default: 0] += 1
    }

    /// Takes note that one of these uses `upstream` no more. After the last one its idle connections are closed, and
    /// the pool is forgotten.
    package func release(_ upstream: Upstream) {
        let identity = ObjectIdentifier(upstream)
        guard let count = userCounts[identity] else { return }
        if count > 1 {
            userCounts[identity] = count - 1
        } else {
            userCounts[identity] = nil
            pools.removeValue(forKey: identity)?.closeIdle()
        }
    }

    /// The figures of the pool of `upstream`.
    package func figures(of upstream: Upstream) -> PoolFigures {
        pools[ObjectIdentifier(upstream)]?.figures ?? PoolFigures()
    }

    /// Closes what is idle, and from now on everything that becomes idle.
    package func closeIdleConnections() {
        for pool in pools.values {
            pool.closeIdle()
        }
        pools = [:]
    }

    private func pool(of upstream: Upstream) -> ConnectionPool {
        if let pool = pools[ObjectIdentifier(upstream)] { return pool }
        let pool = ConnectionPool(upstream: upstream, eventLoop: eventLoop, deadlines: deadlines)
        pools[ObjectIdentifier(upstream)] = pool
        return pool
    }
}
