import NIOCore
import Transport

/// Whether the first content of an answer is held, like what comes before it.
enum ContentHold {
    /// It is given to the caller.
    case none
    /// For as long as what comes before it would be.
    case patient
    /// Until it is known whether the answer is kept.
    case firm
}

/// The way back of one attempt. It holds what the provider says until there is content in it, so that a provider which
/// fails before has not answered at all, and another can be asked without the caller seeing any of it.
final class AttemptSink: AnswerSink {
    /// How long a stream without content is held. Longer, and what keeps the connection alive is passed on, as callers
    /// and the proxies before them take silence for death.
    private static let patience = TimeAmount.seconds(5)
    /// Bytes without content that are held.
    private static let maximumHeldByteCount = 64 << 10
    /// Bytes with content that are held. Nothing that brings more in so short a time is slow.
    private static let maximumHeldContentByteCount = 1 << 20

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
    /// What is done with content, where it is yet to be seen whether the provider is quick enough.
    var contentHold = ContentHold.none
    /// Tells how the answer came about, where the caller asked for it.
    var explanation: ((_ status: Int) -> String)?

    private let caller: any AnswerSink
    private let start: NIODeadline
    private let awaitsContent: Bool
    private var head: AnswerHead?
    private var held: [ByteBuffer] = []
    private var heldByteCount = 0

    /// - Parameters:
    ///   - start: When the attempt began.
    ///   - awaitsContent: Whether what comes before any content is held. Where nobody else would be asked, the caller
    ///     gets it: by the id of a job it is found again.
    init(_ caller: any AnswerSink, start: NIODeadline, awaitsContent: Bool = true) {
        self.caller = caller
        self.start = start
        self.awaitsContent = awaitsContent
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
        let limit = contentHold == .firm ? Self.maximumHeldContentByteCount : Self.maximumHeldByteCount
        if heldByteCount > limit {
            contentHold = .none
            commit()
        }
    }

    func flush() {
        if !isCommitted, head != nil, contentHold != .firm {
            let isDue = !awaitsContent && heldByteCount > 0
            if isDue || NIODeadline.now() - start > Self.patience {
                contentHold = .none
                commit()
            }
        }
        if isCommitted {
            caller.flush()
        }
    }

    /// There is content: the caller gets what was held, and from now on everything at once.
    func commit() {
        guard !isCommitted, contentHold == .none, let head else { return }
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
        contentHold = .none
        commit()
        caller.end()
    }

    func abort() {
        if isCommitted {
            caller.abort()
        }
    }
}
