import CZlib
import NIOCore

/// Undoes `Content-Encoding: gzip` and `deflate` (RFC 9110, 8.4.1) piece by piece: what a piece of input yields is
/// handed on before the next is looked at, so a compressed stream is not held up.
struct ContentDecoder: ~Copyable {
    struct BrokenCoding: Error {}

    /// Output handed on at once, in bytes.
    private static let pieceByteCount = 16 << 10

    private let inflater: Inflater

    /// Nil when the content is not coded, or in a way that is passed on as it is.
    init?(fields: HTTPFields) {
        guard fields.count > 0 else { return nil }
        if fields.equals("content-encoding", "gzip") || fields.equals("content-encoding", "x-gzip")
            || fields.equals("content-encoding", "deflate")
        {
            guard let inflater = Inflater() else { return nil }
            self.inflater = inflater
        } else {
            return nil
        }
    }

    /// Whether the coded data came to its end, or never began.
    var isComplete: Bool { inflater.isComplete }

    /// - Parameter body: Takes a piece of output; returns false when it wants no more.
    /// - Throws: `BrokenCoding` when the data is not what the field says.
    func decode(_ slice: ByteBuffer, _ body: (ByteBuffer) -> Bool) throws(BrokenCoding) {
        try inflater.inflate(slice, pieceByteCount: Self.pieceByteCount, body)
    }
}

/// Owner of a zlib stream, which must stay where it is in memory and be released by zlib.
private final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var hasBegun = false
    private(set) var hasEnded = false
    private var isRaw = false

    var isComplete: Bool { hasEnded || !hasBegun }

    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 32 added to the window's size: zlib finds out by itself whether the data is gzip or zlib.
        guard inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func inflate(
        _ slice: ByteBuffer,
        pieceByteCount: Int,
        _ body: (ByteBuffer) -> Bool
    ) throws(ContentDecoder.BrokenCoding) {
        guard slice.readableBytes > 0, !hasEnded else { return }
        if !hasBegun {
            hasBegun = true
            try chooseForm(slice)
        }
        let isBroken = slice.withUnsafeReadableBytes { input in
            // zlib's interface is not const-correct; it does not write to its input.
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
            stream.pointee.avail_in = UInt32(clamping: input.count)
            repeat {
                var piece = ByteBufferAllocator().buffer(capacity: pieceByteCount)
                var status = Z_OK
                piece.writeWithUnsafeMutableBytes(minimumWritableBytes: pieceByteCount) { output in
                    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(clamping: output.count)
                    status = CZlib.inflate(stream, Z_SYNC_FLUSH)
                    return output.count - Int(stream.pointee.avail_out)
                }
                if piece.readableBytes > 0, !body(piece) {
                    return false
                }
                switch status {
                case Z_STREAM_END:
                    hasEnded = true
                    return false
                case Z_OK:
                    continue
                case Z_BUF_ERROR:
                    return false
                default:
                    return true
                }
            } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
            return false
        }
        // The pointers into the slice end with its closure.
        stream.pointee.next_in = nil
        stream.pointee.avail_in = 0
        stream.pointee.next_out = nil
        stream.pointee.avail_out = 0
        if isBroken { throw ContentDecoder.BrokenCoding() }
    }

    /// Some servers send `deflate` without the zlib wrapper that RFC 9110, 8.4.1.2 asks for. The wrapper's first byte
    /// names method 8, and gzip begins with 0x1F; anything else is bare.
    private func chooseForm(_ slice: ByteBuffer) throws(ContentDecoder.BrokenCoding) {
        guard let first = slice.getInteger(at: slice.readerIndex, as: UInt8.self) else { return }
        if first & 0x0F != 8, first != 0x1F {
            guard inflateReset2(stream, -15) == Z_OK else { throw ContentDecoder.BrokenCoding() }
        }
    }
}
