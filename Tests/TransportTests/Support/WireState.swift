import NIOConcurrencyHelpers
import NIOCore

/// What is known of one raw connection, and those who wait for it to change.
final class WireState: Sendable {
    struct Value {
        var received = ByteBuffer()
        var receivedByteCount = 0
        var isClosed = false
        var isWritable = true
    }

    private struct Guarded {
        var value = Value()
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    // Not the standard library's Mutex: ThreadSanitizer does not see that it synchronizes.
    private let guarded = NIOLockedValueBox(Guarded())

    func change(_ body: (inout Value) -> Void) {
        let waiters = guarded.withLockedValue { guarded in
            body(&guarded.value)
            defer { guarded.waiters = [] }
            return guarded.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until `body` returns something; it may consume what it looks at.
    func wait<Result: Sendable>(_ body: (inout Value) throws -> Result?) async throws -> Result {
        while true {
            try Task.checkCancellation()
            // What was seen is noted under the same lock: a change in between would never be heard of.
            let (result, seen) = try guarded.withLockedValue { guarded in
                let result = try body(&guarded.value)
                let value = guarded.value
                return (result, (value.receivedByteCount, value.isClosed, value.isWritable))
            }
            if let result { return result }
            await nextChange(after: seen)
        }
    }

    private func nextChange(after seen: (Int, Bool, Bool)) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = guarded.withLockedValue { guarded in
                    let value = guarded.value
                    let isSame = (value.receivedByteCount, value.isClosed, value.isWritable) == seen
                    guard isSame, !Task.isCancelled else { return false }
                    guarded.waiters.append(continuation)
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }
}

/// Reports what happens on a raw connection.
final class WireHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: WireState

    init(state: WireState) {
        self.state = state
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        state.change { value in
            value.receivedByteCount += bytes.readableBytes
            value.received.discardReadBytes()
            value.received.writeBuffer(&bytes)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.change { $0.isWritable = context.channel.isWritable }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { state.change { $0.isClosed = true } }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.change { $0.isClosed = true }
    }
}
