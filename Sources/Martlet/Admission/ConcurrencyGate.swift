import NIOConcurrencyHelpers
import NIOCore
import Transport

/// Lets so many requests to one provider run at once and so many wait, over all event loops. Callers take turns.
final class ConcurrencyGate: Sendable {
    /// Why a request was not let in.
    enum Refusal: Error, Equatable {
        /// As many wait as may.
        case full
        /// Its turn did not come in time.
        case late
        /// The request ended while it waited.
        case cancelled(CancellationReason)
    }

    private typealias Waiter = CheckedContinuation<Void, any Error>
    private typealias Queue = FairQueue<UInt64, Waiter>

    private struct State {
        var runningCount = 0
        var queue: Queue
        var fullCount = 0
        var lateCount = 0
    }

    /// What became of a request at the gate.
    private enum Entrance {
        case running
        case waiting(Queue.Ticket)
        case full
    }

    private let limit: Int
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - configuration: How many run and wait.
    ///   - dropsExcess: Whether a request that finds the queue full is refused; else the queue is as long as it takes.
    init(_ configuration: ConcurrencyConfiguration, dropsExcess: Bool) {
        limit = max(1, configuration.limit)
        let queueLimit = dropsExcess ? max(0, configuration.queueLimit) : .max
        state = NIOLockedValueBox(State(queue: Queue(limit: queueLimit)))
    }

    /// Running and waiting requests, and those that were refused so far.
    var figures: ProviderFigures.Queue {
        state.withLockedValue { state in
            ProviderFigures.Queue(
                runningCount: state.runningCount,
                waitingCount: state.queue.count,
                fullCount: state.fullCount,
                lateCount: state.lateCount
            )
        }
    }

    /// Waits for a place; each success must be paired with `leave()`.
    ///
    /// - Parameters:
    ///   - sink: The request's way back, through which it may end while it waits.
    ///   - caller: Whose request it is: requests of different callers take turns.
    ///   - patience: How long it waits at most.
    ///   - eventLoop: The request's event loop.
    func enter(
        _ sink: any AnswerSink,
        of caller: UInt64,
        within patience: TimeAmount,
        on eventLoop: any EventLoop
    ) async throws {
        let isIn = state.withLockedValue { state in
            guard state.runningCount < limit else { return false }
            state.runningCount += 1
            return true
        }
        if isIn { return }
        if let reason = sink.cancellationReason { throw Refusal.cancelled(reason) }
        var timer: Scheduled<Void>?
        defer {
            sink.onCancel = nil
            timer?.cancel()
        }
        try await withCheckedThrowingContinuation { continuation in
            switch enter(continuation, of: caller) {
            case .running: continuation.resume()
            case .full: continuation.resume(throwing: Refusal.full)
            case .waiting(let ticket):
                sink.onCancel = { reason in self.remove(ticket, .cancelled(reason)) }
                timer = eventLoop.scheduleTask(in: patience) { self.remove(ticket, .late) }
            }
        }
    }

    private func enter(_ waiter: Waiter, of caller: UInt64) -> Entrance {
        state.withLockedValue { state in
            if state.runningCount < limit {
                state.runningCount += 1
                return .running
            }
            if let ticket = state.queue.enter(waiter, of: caller) { return .waiting(ticket) }
            state.fullCount += 1
            return .full
        }
    }

    /// Gives the place to whose turn it is.
    func leave() {
        let waiter = state.withLockedValue { state -> Waiter? in
            if let waiter = state.queue.leave() { return waiter }
            state.runningCount -= 1
            return nil
        }
        waiter?.resume()
    }

    private func remove(_ ticket: Queue.Ticket, _ refusal: Refusal) {
        let waiter = state.withLockedValue { state -> Waiter? in
            let waiter = state.queue.cancel(ticket)
            if waiter != nil, refusal == .late { state.lateCount += 1 }
            return waiter
        }
        waiter?.resume(throwing: refusal)
    }
}
