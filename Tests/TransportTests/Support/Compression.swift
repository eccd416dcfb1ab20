import CZlib
import NIOCore

/// The forms in which compressed data comes.
enum Compression: String, CaseIterable, Sendable {
    case gzip, zlib, raw

    /// The value of `Content-Encoding`.
    var coding: String { self == .gzip ? "gzip" : "deflate" }

    private var windowBits: Int32 {
        switch self {
        case .gzip: 15 + 16
        case .zlib: 15
        case .raw: -15
        }
    }

    /// Compresses the parts, each flushed so that it can be unfolded before the next has come.
    func compress(_ parts: [[UInt8]]) -> [[UInt8]] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        return parts.enumerated().map { index, part in
            var part = part
            var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(part.count))) + 64)
            let isLast = index == parts.count - 1
            let count = part.withUnsafeMutableBufferPointer { input in
                output.withUnsafeMutableBufferPointer { output in
                    stream.next_in = input.baseAddress
                    stream.avail_in = UInt32(input.count)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    _ = deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
                    return output.count - Int(stream.avail_out)
                }
            }
            return Array(output.prefix(count))
        }
    }

    func compress(_ bytes: [UInt8]) -> [UInt8] {
        compress([bytes]).flatMap { $0 }
    }
}
