import NIOCore
import Transport

@testable import Martlet

/// A way back to a caller of whom nothing is known but that it may leave.
final class StandInSink: AnswerSink {
    var onCancel: ((CancellationReason) -> Void)?
    var onWritable: (() -> Void)?
    private(set) var cancellationReason: CancellationReason?
    var isWritable: Bool { true }
    var hasBegun: Bool { false }

    func cancel(_ reason: CancellationReason) {
        cancellationReason = reason
        let handler = onCancel
        onCancel = nil
        handler?(reason)
    }

    func send(_ head: AnswerHead, body: ByteBuffer) {}
    func begin(_ head: AnswerHead) {}
    func write(_ bytes: ByteBuffer) {}
    func flush() {}
    func end() {}
    func abort() {}
}
