import NIOCore
import Transport

/// The way back of one attempt. It holds what the provider says until there is content in it, so that a provider which
/// fails before has not answered at all, and another can be asked without the caller seeing any of it.
final class AttemptSink: AnswerSink {
    /// How long a stream without content is held. Longer, and what keeps the connection alive is passed on, as callers
    /// and the proxies before them take silence for death.
    private static let patience = TimeAmount.seconds(5)
    /// Bytes without content that are held.
    private static let maximumHeldByteCount = 64 << 10

    /// Whether the caller has been given anything of this attempt.
    private(set) var isCommitted = false {
        didSet {
            let onCommit = onCommit
            self.onCommit = nil
            onCommit?()
        }
    }
    /// Called once when the caller is given something.
    var onCommit: (() -> Void)?
    /// Tells how the answer came about, where the caller asked for it.
    var explanation: ((_ status: Int) -> String)?

    private let caller: any AnswerSink
    private let start: NIODeadline
    private var head: AnswerHead?
    private var held: [ByteBuffer] = []
    private var heldByteCount = 0

    /// - Parameter start: When the attempt began.
    init(_ caller: any AnswerSink, start: NIODeadline) {
        self.caller = caller
        self.start = start
    }

    var onCancel: ((CancellationReason) -> Void)? {
        get { caller.onCancel }
        set { caller.onCancel = newValue }
    }

    var onWritable: (() -> Void)? {
        get { caller.onWritable }
        set { caller.onWritable = newValue }
    }

    var cancellationReason: CancellationReason? { caller.cancellationReason }
    var isWritable: Bool { caller.isWritable }
    var hasBegun: Bool { isCommitted }

    func send(_ head: AnswerHead, body: ByteBuffer) {
        isCommitted = true
        caller.send(explained(head), body: body)
    }

    func begin(_ head: AnswerHead) {
        self.head = head
    }

    func write(_ bytes: ByteBuffer) {
        if isCommitted {
            caller.write(bytes)
            return
        }
        held.append(bytes)
        heldByteCount += bytes.readableBytes
        if heldByteCount > Self.maximumHeldByteCount {
            commit()
        }
    }

    func flush() {
        if !isCommitted, head != nil, NIODeadline.now() - start > Self.patience {
            commit()
        }
        if isCommitted {
            caller.flush()
        }
    }

    /// There is content: the caller gets what was held, and from now on everything at once.
    func commit() {
        guard !isCommitted, let head else { return }
        isCommitted = true
        caller.begin(explained(head))
        for bytes in held {
            caller.write(bytes)
        }
        held = []
    }

    private func explained(_ head: AnswerHead) -> AnswerHead {
        guard let explanation else { return head }
        var head = head
        head.explanation = explanation(head.status)
        return head
    }

    func end() {
        commit()
        caller.end()
    }

    func abort() {
        if isCommitted {
            caller.abort()
        }
    }
}
