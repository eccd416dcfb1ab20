import NIOCore

/// Keeps tasks on an event loop where they prefer no actor.
///
/// A continuation that is resumed hands its task to the global pool unless the task prefers an executor, even if the
/// task's actor is this loop; the pool then hands it back. The two changes of thread cost more than the rest of a
/// request's task.
final class LoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        eventLoop.enqueue(job)
    }
}
