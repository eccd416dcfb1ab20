package import Dialects
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
    /// What the translation of request and answer lost.
    package var losses: [Loss] = []
    /// Whether the gateway has estimated the answer's figures instead of the provider counting them.
    package var isEstimated = false
    /// Whether the caller should not send the same again by itself: it might be done twice.
    package var isInDoubt = false
    /// How the answer came about, where the caller asked for it.
    package var explanation: String?
    /// The exception's name, for Bedrock's callers.
    package var exceptionName: String?
    /// Whether the request's id also stands where Amazon's software looks for it.
    package var isForBedrock = false

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

extension AnswerHead {
    static let json = ByteBuffer(staticString: "application/json")
    private static let serverSentEvents = ByteBuffer(staticString: "text/event-stream; charset=utf-8")
    private static let eventStream = ByteBuffer(staticString: "application/vnd.amazon.eventstream")

    /// What stands before an error in the caller's format.
    package init(failure error: GatewayError, format: WireFormat, requestID: String) {
        self.init(
            status: error.status,
            contentType: Self.json,
            requestID: requestID,
            retryAfter: error.retryAfter
        )
        isInDoubt = error.isInDoubt
        if format == .bedrockConverse {
            isForBedrock = true
            exceptionName = BedrockException(error.failure.kind).name
        }
    }

    /// The media type of a stream for the caller.
    static func streamType(of call: InferenceCall) -> ByteBuffer {
        switch call.format {
        case .bedrockConverse: eventStream
        case .gemini where call.streamsAsArray: json
        case .openAIChat, .openAIResponses, .openAICompletions, .anthropicMessages, .gemini, .cohereChat:
            serverSentEvents
        }
    }

    /// The value of the field `x-martlet-loss`; nil when nothing was lost.
    package var lossField: String? { LossHeader.value(of: losses) }
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
