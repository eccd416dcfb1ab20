import NIOCore
import Transport

/// Writes a body piece by piece, each flushed by itself, no faster than the caller reads. Those that wait return
/// whether the request still goes on.
final class EventOutput {
    private let response: ResponseWriter
    private let eventLoop: any EventLoop
    private var wait: ResponseWait?

    init(_ response: ResponseWriter, on eventLoop: any EventLoop) {
        self.response = response
        self.eventLoop = eventLoop
    }

    /// Begins a stream of server-sent events.
    func begin() {
        begin(status: 200) { head in
            head.writeField("Content-Type", "text/event-stream; charset=utf-8")
            head.writeField("Cache-Control", "no-cache")
        }
    }

    func begin(status: Int, fields: (inout ByteBuffer) -> Void) {
        response.begin(status: status, fields: fields)
    }

    func send(_ piece: ByteBuffer) async -> Bool {
        if !response.isWritable {
            guard await preparedWait().untilWritable() else { return false }
        }
        response.write(piece)
        response.flush()
        return response.cancellationReason == nil
    }

    func sleep(_ time: TimeAmount) async -> Bool {
        await preparedWait().sleep(time)
    }

    /// Sends a last piece together with the end.
    func end(with piece: ByteBuffer) {
        response.write(piece)
        response.end()
    }

    func finish(_ ending: MockReply.Ending) async -> Bool {
        switch ending {
        case .whole:
            response.end()
        case .cut:
            // What has not reached the kernel is lost when the connection closes.
            if !response.isWritable {
                guard await preparedWait().untilWritable() else { return false }
            }
            response.abort()
        }
        return true
    }

    private func preparedWait() -> ResponseWait {
        if let wait { return wait }
        let wait = ResponseWait(response, on: eventLoop)
        self.wait = wait
        return wait
    }
}
