import NIOCore

/// Scans the line before the data of a chunk: its size in hexadecimal digits and extensions, which are checked and
/// dropped (RFC 9112 section 7.1).
struct HTTPChunkHeaderScanner: Sendable {
    private enum Phase: Sendable {
        case size, chunkExtension, lineFeed
    }

    /// Sixteen digits fill the 64 bits the size is kept in.
    private static let maximumDigitCount = 16

    private var phase = Phase.size
    private var size: UInt64 = 0
    private var digitCount = 0
    private var extensionByteCount = 0

    /// Consumes the line; the size of the chunk when it is complete, nil when more bytes are needed.
    mutating func scan(
        _ buffer: inout ByteBuffer,
        maximumExtensionByteCount: Int
    ) throws(HTTPParseError) -> Int? {
        var position = 0
        let chunkSize = try scan(buffer.readableBytesUInt8Span, &position, maximumExtensionByteCount)
        buffer.moveReaderIndex(forwardBy: position)
        return chunkSize
    }

    private mutating func scan(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        _ maximumExtensionByteCount: Int
    ) throws(HTTPParseError) -> Int? {
        while position < bytes.count {
            let chunkSize = try accept(bytes[position], maximumExtensionByteCount)
            position += 1
            if chunkSize != nil { return chunkSize }
        }
        return nil
    }

    private mutating func accept(_ byte: UInt8, _ maximumExtensionByteCount: Int) throws(HTTPParseError) -> Int? {
        switch phase {
        case .size:
            try acceptSize(byte, maximumExtensionByteCount)
        case .chunkExtension:
            if byte == HTTPByte.carriageReturn {
                phase = .lineFeed
            } else {
                try acceptExtension(byte, maximumExtensionByteCount)
            }
        case .lineFeed:
            guard byte == HTTPByte.lineFeed else { throw HTTPParseError(.bareCarriageReturn) }
            guard let count = Int(exactly: size) else { throw HTTPParseError(.invalidChunkSize) }
            return count
        }
        return nil
    }

    private mutating func acceptSize(_ byte: UInt8, _ maximumExtensionByteCount: Int) throws(HTTPParseError) {
        if let digit = HTTPByte.hexadecimalValue(byte) {
            guard digitCount < Self.maximumDigitCount else { throw HTTPParseError(.invalidChunkSize) }
            size = size << 4 | digit
            digitCount += 1
            return
        }
        if byte == HTTPByte.lineFeed { throw HTTPParseError(.bareLineFeed) }
        guard digitCount > 0 else { throw HTTPParseError(.invalidChunkSize) }
        switch byte {
        case HTTPByte.carriageReturn:
            phase = .lineFeed
        case HTTPByte.semicolon:
            phase = .chunkExtension
            try acceptExtension(byte, maximumExtensionByteCount)
        default:
            throw HTTPParseError(.invalidChunkSize)
        }
    }

    private mutating func acceptExtension(_ byte: UInt8, _ maximumByteCount: Int) throws(HTTPParseError) {
        if byte == HTTPByte.lineFeed { throw HTTPParseError(.bareLineFeed) }
        guard HTTPByte.isFieldContent(byte) else { throw HTTPParseError(.invalidChunkExtension) }
        guard extensionByteCount < maximumByteCount else { throw HTTPParseError(.chunkExtensionTooLong) }
        extensionByteCount += 1
    }
}
