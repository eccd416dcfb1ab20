package import NIOCore

/// A whole request: its head and its body, chunked coding undone.
package struct HTTPRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer

    package init(head: HTTPRequestHead, body: ByteBuffer) {
        self.head = head
        self.body = body
    }
}

/// What answers the requests of one event loop. Every worker has an instance of its own.
package protocol HTTPService: AnyObject {
    /// Answers `request` through `response`, on the worker's loop. A response that was not finished when this returns
    /// is aborted.
    func respond(to request: HTTPRequest, with response: ResponseWriter) async

    /// Answers something that did not become a request, at once. The connection closes afterwards.
    func reject(_ rejection: HTTPRejection, with response: ResponseWriter)
}

/// Why something did not become a request.
package struct HTTPRejection: Sendable {
    /// The HTTP status that says so.
    package let status: Int
    /// What was wrong, for a person.
    package let message: String
    /// What the caller should wait before it tries again, in seconds.
    package let retryAfterSeconds: Int?
}

/// Why a request ends before its answer did.
package enum CancellationReason: Sendable, Equatable {
    /// The caller closed its connection, or stopped reading for too long.
    case callerGone
    /// The process is stopping and the time for running requests is over.
    case shuttingDown
}
