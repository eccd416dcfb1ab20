package import NIOCore

/// Writes the answer to one request. Lives and is called on the event loop of the request alone.
///
/// An answer is either sent whole, or begun, written and ended. What is called after the answer's end, or after the
/// caller has gone, has no effect.
package final class ResponseWriter {
    private enum State {
        case waiting
        case streaming(isChunked: Bool)
        case finished
    }

    /// Space kept in front of a chunk for its size line: eight hexadecimal digits, CR and LF.
    private static let chunkHeaderByteCount = 10
    /// Bytes gathered before they are written without waiting for `flush()`.
    private static let maximumGatheredByteCount = 64 << 10

    /// Called once, on the loop, when the request ends before its answer did.
    package var onCancel: ((CancellationReason) -> Void)?
    /// Called on the loop each time the caller has read enough for more to be written.
    package var onWritable: (() -> Void)?
    /// Why the request was cancelled; nil while it was not.
    package private(set) var cancellationReason: CancellationReason?

    private var connection: ServerConnection?
    private let isHead: Bool
    private let minorVersion: Int
    private var keepAlive: Bool
    private var state = State.waiting
    private var gathered: ByteBuffer?

    init(connection: ServerConnection, isHead: Bool, minorVersion: Int, keepAlive: Bool) {
        self.connection = connection
        self.isHead = isHead
        self.minorVersion = minorVersion
        self.keepAlive = keepAlive
    }

    /// Whether anything of the answer was written.
    package var hasBegun: Bool {
        if case .waiting = state { false } else { true }
    }

    /// Whether more should be written now; when not, `onWritable` says when.
    package var isWritable: Bool { connection?.isWritable ?? true }

    /// Sends a whole answer.
    ///
    /// - Parameters:
    ///   - status: HTTP status.
    ///   - fields: Appends header fields; `Content-Length` and `Connection` are added here.
    ///   - body: The body.
    package func send(status: Int, fields: (inout ByteBuffer) -> Void, body: ByteBuffer) {
        guard case .waiting = state, let connection else { return }
        state = .finished
        keepAlive = keepAlive && !connection.isDraining
        var output = connection.takeScratch()
        beginHead(status, &output)
        fields(&output)
        // RFC 9110, 8.6: an answer that cannot have a body must not announce one, or not another one than it stands for.
        if status != 204 && status != 304 {
            output.writeField("Content-Length", body.readableBytes)
        }
        endHead(&output)
        if isHead || body.readableBytes == 0 {
            connection.write(output)
        } else if body.readableBytes <= Self.maximumGatheredByteCount {
            output.writeImmutableBuffer(body)
            connection.write(output)
        } else {
            connection.writeUnflushed(output)
            connection.write(body)
        }
        connection.giveBackScratch(output)
        finish()
    }

    /// Sends the head of an answer whose length is not known. Nothing leaves before `flush()`.
    package func begin(status: Int, fields: (inout ByteBuffer) -> Void) {
        guard case .waiting = state, let connection else { return }
        let isChunked = minorVersion > 0
        keepAlive = keepAlive && isChunked && !connection.isDraining
        state = .streaming(isChunked: isChunked)
        var output = connection.takeScratch()
        beginHead(status, &output)
        fields(&output)
        if isChunked {
            output.writeStaticString("Transfer-Encoding: chunked\r\n")
        }
        endHead(&output)
        connection.writeUnflushed(output)
        connection.giveBackScratch(output)
    }

    /// Adds to the answer's body. It leaves with the next `flush()` or `end()`.
    package func write(_ bytes: ByteBuffer) {
        guard case .streaming = state, let connection, bytes.readableBytes > 0, !isHead else { return }
        var output: ByteBuffer
        if let gathered {
            output = gathered
            self.gathered = nil
        } else {
            output = connection.takeScratch()
            output.writeRepeatingByte(0, count: Self.chunkHeaderByteCount)
        }
        output.writeImmutableBuffer(bytes)
        let isFull = output.readableBytes > Self.maximumGatheredByteCount
        gathered = output
        if isFull {
            flush()
        }
    }

    /// Sends what was written since the last flush as one chunk.
    package func flush() {
        guard case .streaming(let isChunked) = state, let connection else { return }
        guard var output = takeGathered(isChunked: isChunked) else {
            connection.flush()
            return
        }
        if isChunked {
            output.writeStaticString("\r\n")
        }
        connection.write(output)
        connection.giveBackScratch(output)
    }

    /// Ends a streamed answer; the end travels with the last chunk.
    package func end() {
        guard case .streaming(let isChunked) = state, let connection else { return }
        state = .finished
        var output: ByteBuffer
        if let gathered = takeGathered(isChunked: isChunked) {
            output = gathered
            if isChunked {
                output.writeStaticString("\r\n0\r\n\r\n")
            }
        } else {
            output = connection.takeScratch()
            if isChunked, !isHead {
                output.writeStaticString("0\r\n\r\n")
            }
        }
        connection.write(output)
        connection.giveBackScratch(output)
        finish()
    }

    /// Breaks the answer off: the connection closes without the answer's end, so that no client takes what it has for
    /// the whole.
    package func abort() {
        if case .finished = state { return }
        state = .finished
        gathered = nil
        let connection = self.connection
        self.connection = nil
        clearHandlers()
        connection?.abort()
    }

    func cancel(_ reason: CancellationReason) {
        guard cancellationReason == nil else { return }
        cancellationReason = reason
        let handler = onCancel
        onCancel = nil
        handler?(reason)
    }

    func connectionDidClose() {
        connection = nil
        gathered = nil
        state = .finished
        cancel(.callerGone)
        clearHandlers()
    }

    // MARK: Parts

    private func beginHead(_ status: Int, _ output: inout ByteBuffer) {
        output.writeStatusLine(status)
    }

    private func endHead(_ output: inout ByteBuffer) {
        if !keepAlive {
            output.writeStaticString("Connection: close\r\n")
        } else if minorVersion == 0 {
            output.writeStaticString("Connection: keep-alive\r\n")
        }
        output.writeStaticString("\r\n")
    }

    /// What was gathered, its chunk header set in front of it and the space before that cut off.
    private func takeGathered(isChunked: Bool) -> ByteBuffer? {
        guard var output = gathered else { return nil }
        gathered = nil
        let count = output.readableBytes - Self.chunkHeaderByteCount
        guard isChunked else {
            output.moveReaderIndex(forwardBy: Self.chunkHeaderByteCount)
            return output
        }
        var index = output.readerIndex + Self.chunkHeaderByteCount - 2
        _ = output.setStaticString("\r\n", at: index)
        var rest = count
        repeat {
            index -= 1
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            output.setInteger(digit < 10 ? 0x30 + digit : 0x57 + digit, at: index)
            rest >>= 4
        } while rest > 0
        output.moveReaderIndex(to: index)
        return output
    }

    private func finish() {
        let connection = self.connection
        self.connection = nil
        clearHandlers()
        connection?.responseDidFinish(keepAlive: keepAlive)
    }

    private func clearHandlers() {
        onCancel = nil
        onWritable = nil
    }
}
