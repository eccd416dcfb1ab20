import Testing

@testable import Transport

@Suite("Book-keeping of a pool")
struct ConnectionPoolStateTests {
    private final class Item {}
    private typealias State = ConnectionPoolState<Item, Item>

    private func state(maximum: Int = .max, idle: Int = 8) -> State {
        State(maximumConnectionCount: maximum, maximumIdleCount: idle)
    }

    /// Opens a connection for a waiter of its own, which leaves it busy.
    private func open(_ state: inout State) throws -> Item {
        let waiter = Item()
        let connection = Item()
        guard case .connect = state.lease(waiter, mayReuse: true), case .serve(waiter) = state.didConnect(connection)
        else { throw Unexpected() }
        return connection
    }

    private struct Unexpected: Error {}

    private func expect(_ state: State, open: Int, idle: Int, connecting: Int, waiting: Int) {
        #expect(
            [state.openCount, state.idle.count, state.connectingCount, state.waiterCount]
                == [open, idle, connecting, waiting],
            "open, idle, connecting, waiting"
        )
    }

    @Test func firstLeaseConnects() throws {
        var state = state()
        let connection = try open(&state)
        expect(state, open: 1, idle: 0, connecting: 0, waiting: 0)
        guard case .keep = state.release(connection) else { throw Unexpected() }
        expect(state, open: 1, idle: 1, connecting: 0, waiting: 0)
    }

    @Test func mostRecentlyUsedIsReusedFirst() throws {
        var state = state()
        let connections = try (0..<3).map { _ in try open(&state) }
        for connection in connections { _ = state.release(connection) }
        for expected in connections.reversed() {
            guard case .reuse(expected) = state.lease(Item(), mayReuse: true) else { throw Unexpected() }
        }
        expect(state, open: 3, idle: 0, connecting: 0, waiting: 0)
    }

    @Test func replayDoesNotReuse() throws {
        var state = state()
        _ = state.release(try open(&state))
        guard case .connect = state.lease(Item(), mayReuse: false) else { throw Unexpected() }
        expect(state, open: 1, idle: 1, connecting: 1, waiting: 1)
    }

    @Test func whatIsToHaveAFreshConnectionDoesNotWaitBesideAnIdleOne() throws {
        var state = state(maximum: 1)
        let connection = try open(&state)
        _ = state.release(connection)
        guard case .reuse(connection) = state.lease(Item(), mayReuse: false) else { throw Unexpected() }
        expect(state, open: 1, idle: 0, connecting: 0, waiting: 0)
    }

    @Test func waitsAtTheLimitInOrder() throws {
        var state = state(maximum: 2)
        let first = try open(&state)
        let second = try open(&state)
        let waiters = (0..<3).map { _ in Item() }
        for waiter in waiters {
            guard case .wait = state.lease(waiter, mayReuse: true) else { throw Unexpected() }
        }
        expect(state, open: 2, idle: 0, connecting: 0, waiting: 3)
        guard case .serve(waiters[0]) = state.release(first) else { throw Unexpected() }
        guard case .serve(waiters[1]) = state.release(second) else { throw Unexpected() }
        let mustConnect = state.didClose(first)
        #expect(mustConnect, "a place became free and one still waits")
        expect(state, open: 1, idle: 0, connecting: 1, waiting: 1)
        guard case .serve(waiters[2]) = state.didConnect(Item()) else { throw Unexpected() }
        let mustConnectAgain = state.didClose(second)
        #expect(!mustConnectAgain)
        expect(state, open: 1, idle: 0, connecting: 0, waiting: 0)
    }

    @Test(arguments: [0, -1])
    func limitIsAtLeastOne(_ maximum: Int) throws {
        var state = state(maximum: maximum)
        _ = try open(&state)
        guard case .wait = state.lease(Item(), mayReuse: true) else { throw Unexpected() }
    }

    @Test func connectionsOnTheirWayCount() throws {
        var state = state(maximum: 1)
        guard case .connect = state.lease(Item(), mayReuse: true) else { throw Unexpected() }
        guard case .wait = state.lease(Item(), mayReuse: true) else { throw Unexpected() }
        expect(state, open: 0, idle: 0, connecting: 1, waiting: 2)
    }

    @Test func tooManyIdleAreClosed() throws {
        var state = state(idle: 1)
        let first = try open(&state)
        let second = try open(&state)
        guard case .keep = state.release(first), case .close = state.release(second) else { throw Unexpected() }
        expect(state, open: 2, idle: 1, connecting: 0, waiting: 0)
        let mustConnect = state.didClose(second)
        #expect(!mustConnect)
        expect(state, open: 1, idle: 1, connecting: 0, waiting: 0)
        let mustConnectAgain = state.didClose(first)
        #expect(!mustConnectAgain)
        expect(state, open: 0, idle: 0, connecting: 0, waiting: 0)
    }

    @Test func cancelledWaiterIsForgotten() throws {
        var state = state(maximum: 1)
        let connection = try open(&state)
        let (first, second) = (Item(), Item())
        _ = state.lease(first, mayReuse: true)
        _ = state.lease(second, mayReuse: true)
        let hasWaited = state.cancel(first)
        #expect(hasWaited)
        let stillWaits = state.cancel(first)
        #expect(!stillWaits)
        guard case .serve(second) = state.release(connection) else { throw Unexpected() }
    }

    @Test func connectionOfACancelledWaiterBecomesIdle() throws {
        var state = state()
        let waiter = Item()
        _ = state.lease(waiter, mayReuse: true)
        let hasWaited = state.cancel(waiter)
        #expect(hasWaited)
        guard case .keep = state.didConnect(Item()) else { throw Unexpected() }
        expect(state, open: 1, idle: 1, connecting: 0, waiting: 0)
    }

    @Test func failureEndsOneWait() throws {
        var state = state()
        let (first, second) = (Item(), Item())
        _ = state.lease(first, mayReuse: true)
        _ = state.lease(second, mayReuse: true)
        let action = state.didFailToConnect()
        #expect(action.failed === first)
        #expect(!action.reconnect, "a connection is on its way for the other")
        expect(state, open: 0, idle: 0, connecting: 1, waiting: 1)
        let last = state.didFailToConnect()
        #expect(last.failed === second)
        expect(state, open: 0, idle: 0, connecting: 0, waiting: 0)
    }

    @Test func failureAtTheLimitTriesForTheNext() throws {
        var state = state(maximum: 1)
        let (first, second) = (Item(), Item())
        _ = state.lease(first, mayReuse: true)
        _ = state.lease(second, mayReuse: true)
        let action = state.didFailToConnect()
        #expect(action.failed === first)
        #expect(action.reconnect)
        expect(state, open: 0, idle: 0, connecting: 1, waiting: 1)
    }

    @Test func failureOfACancelledWaitersConnectionHitsNobodyElse() throws {
        var state = state()
        let (first, second) = (Item(), Item())
        _ = state.lease(first, mayReuse: true)
        _ = state.lease(second, mayReuse: true)
        let hasWaited = state.cancel(first)
        #expect(hasWaited)
        let action = state.didFailToConnect()
        #expect(action.failed == nil, "the connection of the other is still on its way")
        #expect(!action.reconnect)
        expect(state, open: 0, idle: 0, connecting: 1, waiting: 1)
    }

    @Test func failureWithoutWaiters() throws {
        var state = state()
        let waiter = Item()
        _ = state.lease(waiter, mayReuse: true)
        state.cancel(waiter)
        let action = state.didFailToConnect()
        #expect(action.failed == nil)
        #expect(!action.reconnect)
        expect(state, open: 0, idle: 0, connecting: 0, waiting: 0)
    }

    @Test func oldestExpireFirst() throws {
        var state = state()
        let connections = try (0..<3).map { _ in try open(&state) }
        for connection in connections { _ = state.release(connection) }
        let none = state.takeExpired { _ in false }
        #expect(none == nil)
        let oldest = state.takeExpired { $0 !== connections[2] }
        #expect(oldest === connections[0])
        let next = state.takeExpired { $0 !== connections[2] }
        #expect(next === connections[1])
        let last = state.takeExpired { $0 !== connections[2] }
        #expect(last == nil)
        expect(state, open: 3, idle: 1, connecting: 0, waiting: 0)
    }
}

/// Lets a case be matched with the very object expected.
private func ~= <Object: AnyObject>(expected: Object, found: Object) -> Bool {
    expected === found
}
