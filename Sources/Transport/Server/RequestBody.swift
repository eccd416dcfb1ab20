import NIOCore

/// A request's body while it arrives. One that arrives in one piece is never copied.
struct RequestBody {
    private var buffer = ByteBuffer()
    private var announcedByteCount = 0

    /// Bytes held.
    var count: Int { buffer.readableBytes }

    mutating func begin(_ framing: HTTPBodyFraming) {
        buffer = ByteBuffer()
        announcedByteCount = 0
        if case .length(let count) = framing {
            announcedByteCount = count
        }
    }

    mutating func append(_ slice: ByteBuffer) {
        guard count > 0 else {
            buffer = slice
            return
        }
        if buffer.writableBytes < slice.readableBytes {
            // The announced length is only believed a little ahead of what was really sent.
            let missing = max(slice.readableBytes, announcedByteCount - count)
            buffer.reserveCapacity(minimumWritableBytes: min(missing, max(count, slice.readableBytes, 64 << 10)))
        }
        buffer.writeImmutableBuffer(slice)
    }

    mutating func take() -> ByteBuffer {
        defer { buffer = ByteBuffer() }
        return buffer
    }
}
