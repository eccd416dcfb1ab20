package import NIOCore

/// One event loop's share of the process: every connection that was accepted on the loop, every request that runs on
/// it and every upstream connection that serves these requests.
///
/// The actor's executor is the event loop itself, so entering it from a channel handler costs no hop, and the compiler
/// proves that what it owns never meets another thread.
package actor Worker {
    /// The loop that is this actor's executor.
    package nonisolated let eventLoop: any EventLoop
    /// The position of this worker in its group, from 0.
    package nonisolated let index: Int
    /// The deadlines of everything that lives on this loop.
    package let deadlines: DeadlineQueue
    /// Upstream connections of this loop.
    package let client: UpstreamClient

    private nonisolated let executor: any SerialExecutor
    /// Keeps tasks on the loop that prefer no actor.
    package nonisolated let taskExecutor: any TaskExecutor
    private var servers: [ObjectIdentifier: ServerShare] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Must be called on `eventLoop`.
    init(eventLoop: any EventLoop, index: Int) {
        self.eventLoop = eventLoop
        self.index = index
        executor = eventLoop.executor
        taskExecutor = LoopTaskExecutor(eventLoop: eventLoop)
        let deadlines = DeadlineQueue(eventLoop: eventLoop)
        self.deadlines = deadlines
        client = UpstreamClient(eventLoop: eventLoop, deadlines: deadlines)
    }

    /// Runs `operation` on the worker.
    package func run<Result: Sendable>(
        _ operation: @Sendable (isolated Worker) async throws -> Result
    ) async rethrows -> Result {
        try await operation(self)
    }

    /// Starts the answer to a request at once, in the middle of the channel event that completed it.
    nonisolated func serve(_ request: HTTPRequest, with response: ResponseWriter, by service: any HTTPService) {
        // Channel handlers, services and writers are made on this loop and are called by it alone, which is exactly
        // the actor's isolation; NIO's protocols cannot say so to the compiler. `assumeIsolated` traps if it is ever
        // untrue, before anything is touched.
        nonisolated(unsafe) let response = response
        nonisolated(unsafe) let service = service
        assumeIsolated { worker in
            worker.startServing(request, with: response, by: service)
        }
    }

    private func startServing(_ request: HTTPRequest, with response: ResponseWriter, by service: any HTTPService) {
        _ = Task.immediate(executorPreference: taskExecutor) {
            await service.respond(to: request, with: response)
            self.finish(response)
        }
    }

    /// A service that returned without an end leaves its caller with a broken connection, never with a hanging one.
    private func finish(_ response: ResponseWriter) {
        response.abort()
    }

    func attach(_ share: ServerShare, to server: ObjectIdentifier) {
        servers[server] = share
    }

    func share(of server: ObjectIdentifier) -> ServerShare? {
        servers[server]
    }

    func detach(_ server: ObjectIdentifier) {
        servers[server] = nil
    }
}
