import NIOConcurrencyHelpers

/// A credential that is fetched when it is first needed and again before it ends, for all event loops.
///
/// One fetch at a time is under way. While the held credential lives nobody waits for one.
final class RefreshingCredential<Value: Sendable>: Sendable {
    private struct State {
        var refresh = RefreshState<Value>()
        var nextID: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Value, any Error>] = [:]
    }

    private let fetch: @Sendable () async throws -> ExpiringCredential<Value>
    private let clock: @Sendable () -> Int64
    private let random: @Sendable () -> Double
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - clock: The time in seconds since 1970-01-01T00:00:00Z, asked when a fetch ends.
    ///   - random: A number from 0 up to, but not including, 1, which spreads the fetches of several gateways.
    ///   - fetch: Gets the credential. It has to end by itself: it is never cancelled.
    init(
        clock: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        fetch: @escaping @Sendable () async throws -> ExpiringCredential<Value>
    ) {
        self.clock = clock
        self.random = random
        self.fetch = fetch
    }

    /// What may be used at once, and whether ``value(now:)`` would start a fetch. Starts nothing itself.
    ///
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    func current(now: Int64) -> (value: Value?, needsRefresh: Bool) {
        state.withLockedValue { $0.refresh.look(at: now) }
    }

    /// The credential: at once while one lives, else when it was fetched.
    ///
    /// Cancelling the task ends its wait and leaves the fetch to the others.
    /// - Parameter now: Seconds since 1970-01-01T00:00:00Z.
    /// - Throws: `CancellationError`, or what the fetch threw, which is repeated for a few seconds without fetching.
    func value(now: Int64) async throws -> Value {
        if case (let value?, false) = current(now: now) { return value }
        let id = state.withLockedValue { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(continuation, id: id, now: now)
                // The handler finds nothing to end when it runs before the wait begins.
                if Task.isCancelled { leave(id) }
            }
        } onCancel: {
            leave(id)
        }
    }

    /// Drops the held credential, at most once a minute, so that the next one to ask gets a new one.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970-01-01T00:00:00Z.
    ///   - isRefused: Whether a credential is the one that was refused.
    /// - Returns: Whether the next one to ask gets another credential.
    func drop(now: Int64, where isRefused: (Value) -> Bool) -> Bool {
        state.withLockedValue { $0.refresh.drop(at: now, where: isRefused) }
    }

    /// How many wait for a fetch.
    var waiterCount: Int { state.withLockedValue { $0.waiters.count } }

    private func enter(_ continuation: CheckedContinuation<Value, any Error>, id: UInt64, now: Int64) {
        let verdict = state.withLockedValue { state in
            let verdict = state.refresh.request(at: now)
            if case .wait = verdict { state.waiters[id] = continuation }
            return verdict
        }
        switch verdict {
        case .use(let value, let startsFetch):
            if startsFetch { startFetch() }
            continuation.resume(returning: value)
        case .wait(let startsFetch):
            if startsFetch { startFetch() }
        case .fail(let error):
            continuation.resume(throwing: error)
        }
    }

    private func leave(_ id: UInt64) {
        let waiter = state.withLockedValue { $0.waiters.removeValue(forKey: id) }
        waiter?.resume(throwing: CancellationError())
    }

    /// The fetch is nobody's child, so that it outlives whoever happened to start it.
    private func startFetch() {
        Task.detached {
            do {
                self.finish(.success(try await self.fetch()))
            } catch {
                self.finish(.failure(error))
            }
        }
    }

    private func finish(_ result: Result<ExpiringCredential<Value>, any Error>) {
        let now = clock()
        let random = random()
        let (outcome, waiters) = state.withLockedValue { state in
            let outcome = state.refresh.finish(result, at: now, random: random)
            let waiters = state.waiters
            state.waiters = [:]
            return (outcome, waiters)
        }
        for waiter in waiters.values {
            waiter.resume(with: outcome)
        }
    }
}
