import NIOCore

/// A wait on an event loop that ends at once when the request does.
enum CancellableWait {
    /// - Parameter sink: The request's way back, through which it may end.
    static func wait(_ delay: TimeAmount, on eventLoop: any EventLoop, for sink: any AnswerSink) async {
        guard sink.cancellationReason == nil else { return }
        let promise = eventLoop.makePromise(of: Void.self)
        let timer = eventLoop.scheduleTask(in: delay) { promise.succeed() }
        sink.onCancel = { _ in
            timer.cancel()
            promise.succeed()
        }
        try? await promise.futureResult.get()
        sink.onCancel = nil
    }
}
