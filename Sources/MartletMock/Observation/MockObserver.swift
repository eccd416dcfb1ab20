package import Transport

/// Names a request for as long as its server runs.
package struct MockRequestIdentity: Hashable, Sendable {
    /// Position of the worker that serves it.
    package let worker: Int
    /// Counts the requests of that worker, from 1.
    package let number: Int
}

/// Hears of every request, for tests of what stands in front of the mock. Called on the event loops.
package protocol MockObserver: Sendable {
    /// A request has arrived whole; nothing of its answer was sent.
    func requestDidBegin(_ identity: MockRequestIdentity, _ request: HTTPRequest)

    /// The mock is done with a request.
    ///
    /// - Parameter wasCancelled: It ended because its caller left or the server stopped.
    func requestDidEnd(_ identity: MockRequestIdentity, wasCancelled: Bool)
}
