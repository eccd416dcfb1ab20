package import NIOCore
package import Transport

/// What stands before the body of an answer.
package struct AnswerHead {
    /// HTTP status.
    package var status: Int
    /// Media type of the body.
    package var contentType: ByteBuffer
    /// The request's id.
    package var requestID: String
    /// What the caller should wait, in seconds.
    package var retryAfter: Int?
    /// The head of the provider's answer, for the fields that are passed on.
    package var provider: HTTPResponseHead?

    package init(
        status: Int,
        contentType: ByteBuffer,
        requestID: String,
        retryAfter: Int? = nil,
        provider: HTTPResponseHead? = nil
    ) {
        self.status = status
        self.contentType = contentType
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.provider = provider
    }
}

/// The way back to a caller, over HTTP or into the memory of an embedding application. Lives on the event loop of its
/// request.
///
/// An answer is either sent whole, or begun, written and ended or aborted. Calls after that have no effect.
package protocol AnswerSink: AnyObject {
    /// Called once when the request ends before its answer did.
    var onCancel: ((CancellationReason) -> Void)? { get set }
    /// Called each time the caller has read enough for more to be written.
    var onWritable: (() -> Void)? { get set }
    /// Why the request was cancelled; nil while it was not.
    var cancellationReason: CancellationReason? { get }
    /// Whether more should be written now.
    var isWritable: Bool { get }
    /// Whether anything of the answer was written.
    var hasBegun: Bool { get }

    /// Sends a whole answer.
    func send(_ head: AnswerHead, body: ByteBuffer)
    /// Begins a streamed answer.
    func begin(_ head: AnswerHead)
    /// Adds to a streamed answer; it leaves with the next `flush()` or `end()`.
    func write(_ bytes: ByteBuffer)
    /// Sends what was written.
    func flush()
    /// Ends a streamed answer well.
    func end()
    /// Breaks the answer off, so that nobody takes it for whole.
    func abort()
}
