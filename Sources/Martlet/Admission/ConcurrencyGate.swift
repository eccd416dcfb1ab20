import DequeModule
import NIOConcurrencyHelpers
import Transport

/// Lets so many requests to one provider run at once and so many wait, over all event loops.
final class ConcurrencyGate: Sendable {
    /// Why a request was not let in.
    enum Refusal: Error, Equatable {
        /// As many wait as may.
        case full
        /// The request ended while it waited.
        case cancelled(CancellationReason)
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var runningCount = 0
        var nextID: UInt64 = 0
        var waiters: Deque<Waiter> = []
    }

    private let limit: Int
    private let queueLimit: Int
    private let dropsExcess: Bool
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - configuration: How many run and wait.
    ///   - dropsExcess: Whether a request that finds the queue full is refused; else the queue is as long as it takes.
    init(_ configuration: ConcurrencyConfiguration, dropsExcess: Bool) {
        limit = max(1, configuration.limit)
        queueLimit = max(0, configuration.queueLimit)
        self.dropsExcess = dropsExcess
    }

    /// Running and waiting requests.
    var counts: (running: Int, waiting: Int) {
        state.withLockedValue { ($0.runningCount, $0.waiters.count) }
    }

    /// Waits for a place; each success must be paired with `leave()`.
    ///
    /// - Parameter sink: The request's way back, through which it may end while it waits.
    func enter(_ sink: any AnswerSink) async throws {
        let id = state.withLockedValue { state -> UInt64? in
            if state.runningCount < limit {
                state.runningCount += 1
                return nil
            }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        if let reason = sink.cancellationReason { throw Refusal.cancelled(reason) }
        sink.onCancel = { reason in self.cancel(id, reason) }
        defer { sink.onCancel = nil }
        try await withCheckedThrowingContinuation { continuation in
            let refusal = state.withLockedValue { state -> Refusal?? in
                if state.runningCount < limit {
                    state.runningCount += 1
                    return .some(nil)
                }
                if dropsExcess, state.waiters.count >= queueLimit { return .some(.full) }
                state.waiters.append(Waiter(id: id, continuation: continuation))
                return nil
            }
            switch refusal {
            case nil: break
            case .some(nil): continuation.resume()
            case .some(let refusal?): continuation.resume(throwing: refusal)
            }
        }
    }

    /// Gives the place to the one who has waited longest.
    func leave() {
        let waiter = state.withLockedValue { state -> Waiter? in
            if let waiter = state.waiters.popFirst() { return waiter }
            state.runningCount -= 1
            return nil
        }
        waiter?.continuation.resume()
    }

    private func cancel(_ id: UInt64, _ reason: CancellationReason) {
        let waiter = state.withLockedValue { state -> Waiter? in
            guard let position = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: position)
        }
        waiter?.continuation.resume(throwing: Refusal.cancelled(reason))
    }
}
