import NIOCore
import Synchronization

@testable import Transport

/// Something that happens once, or several times, and is waited for.
struct Event<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func happen(_ value: Value) {
        continuation.yield(value)
    }

    /// The next one; each is handed out once.
    func next() async throws -> Value {
        var iterator = stream.makeAsyncIterator()
        guard let value = await iterator.next(isolation: nil) else { throw CancellationError() }
        return value
    }
}

extension Event<Void> {
    func happen() { happen(()) }
}

/// A deadline that tells when the queue has come past a point in time: whatever was due before has happened by then.
final class Milestone: DeadlineOwner {
    private let deadline = Deadline()
    private let queue: DeadlineQueue
    private let passed: Event<Void>

    private init(queue: DeadlineQueue, passed: Event<Void>) {
        self.queue = queue
        self.passed = passed
    }

    func deadlineDidPass(_ deadline: Deadline) {
        queue.remove(deadline)
        passed.happen()
    }

    static func wait(_ time: TimeAmount, on worker: Worker) async throws {
        let passed = Event<Void>()
        let milestone = await worker.run { worker in
            let milestone = Milestone(queue: worker.deadlines, passed: passed)
            milestone.deadline.time = .now() + time
            worker.deadlines.add(milestone.deadline, owner: milestone)
            return UncheckedBox(milestone)
        }
        try await passed.next()
        // Entering the loop once more, everything that was due in the same round is done.
        await worker.run { _ in withExtendedLifetime(milestone) {} }
    }
}

/// Carries something that belongs to an event loop through code that does not touch it.
struct UncheckedBox<Value>: @unchecked Sendable {
    // Tests unwrap it only on the worker that it was made on.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

/// Waits until `condition` holds on the worker, looking again after every round of its loop.
func until(on worker: Worker, _ condition: @Sendable (isolated Worker) -> Bool) async throws {
    while await !worker.run({ condition($0) }) {
        try Task.checkCancellation()
        try await worker.eventLoop.scheduleTask(in: .milliseconds(1)) {}.futureResult.get()
    }
}
