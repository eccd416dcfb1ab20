import NIOCore
import Transport

/// Lets the answer to one request wait. The end of the request ends every wait at once and for good.
final class ResponseWait {
    private let response: ResponseWriter
    private let eventLoop: any EventLoop
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: Scheduled<Void>?
    private var endsWhenWritable = false

    /// Takes the handlers of `response`; they hold this until the response has ended.
    init(_ response: ResponseWriter, on eventLoop: any EventLoop) {
        self.response = response
        self.eventLoop = eventLoop
        response.onCancel = { _ in self.end() }
        response.onWritable = {
            if self.endsWhenWritable { self.end() }
        }
    }

    private var isCancelled: Bool { response.cancellationReason != nil }

    /// Waits for a time.
    ///
    /// - Returns: Whether the request still goes on.
    func sleep(_ time: TimeAmount) async -> Bool {
        guard !isCancelled else { return false }
        await withCheckedContinuation { continuation in
            self.continuation = continuation
            timer = eventLoop.assumeIsolated().scheduleTask(in: time) { self.end() }
        }
        return !isCancelled
    }

    /// Waits until more may be written.
    ///
    /// - Returns: Whether the request still goes on.
    func untilWritable() async -> Bool {
        endsWhenWritable = true
        defer { endsWhenWritable = false }
        while !isCancelled, !response.isWritable {
            await withCheckedContinuation { continuation = $0 }
        }
        return !isCancelled
    }

    /// Waits until the request ends.
    func untilCancelled() async {
        guard !isCancelled else { return }
        await withCheckedContinuation { continuation = $0 }
    }

    private func end() {
        timer?.cancel()
        timer = nil
        let continuation = self.continuation
        self.continuation = nil
        continuation?.resume()
    }
}
