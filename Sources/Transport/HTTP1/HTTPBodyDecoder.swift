import NIOCore

/// Takes the body of one message out of the received bytes, as slices (RFC 9112 sections 6 and 7). It consumes all
/// it understands; only trailer lines stay in the buffer until they are complete.
struct HTTPBodyDecoder: Sendable {
    private enum Phase: Sendable {
        case fixed(remaining: Int)
        case untilClose
        case chunkHeader(HTTPChunkHeaderScanner)
        case chunkData(remaining: Int)
        case chunkEnd(isCarriageReturnSeen: Bool)
        case trailers(HTTPFieldScanner, position: Int)
    }

    /// What stands next in the body.
    enum Step {
        case bytes(ByteBuffer)
        case end
        case needsMore
    }

    private var phase: Phase
    private let limits: HTTPParserLimits

    init(_ framing: HTTPBodyFraming, limits: HTTPParserLimits) {
        self.limits = limits
        switch framing {
        case .none: phase = .fixed(remaining: 0)
        case .length(let count): phase = .fixed(remaining: count)
        case .chunked: phase = .chunkHeader(HTTPChunkHeaderScanner())
        case .untilClose: phase = .untilClose
        }
    }

    /// Whether the peer may end the body here by closing.
    var endsAtClose: Bool {
        switch phase {
        case .untilClose, .fixed(remaining: 0): true
        default: false
        }
    }

    mutating func next(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> Step {
        while true {
            switch phase {
            case .fixed(let remaining):
                if remaining == 0 { return .end }
                guard let slice = Self.takeSlice(&buffer, atMost: remaining) else { return .needsMore }
                phase = .fixed(remaining: remaining - slice.readableBytes)
                return .bytes(slice)
            case .untilClose:
                guard let slice = Self.takeSlice(&buffer, atMost: .max) else { return .needsMore }
                return .bytes(slice)
            case .chunkHeader(var header):
                let size = try header.scan(&buffer, maximumExtensionByteCount: limits.maximumChunkExtensionByteCount)
                phase = .chunkHeader(header)
                guard let size else { return .needsMore }
                phase = size == 0 ? .trailers(HTTPFieldScanner(), position: 0) : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let slice = Self.takeSlice(&buffer, atMost: remaining) else { return .needsMore }
                let left = remaining - slice.readableBytes
                phase = left == 0 ? .chunkEnd(isCarriageReturnSeen: false) : .chunkData(remaining: left)
                return .bytes(slice)
            case .chunkEnd(let isCarriageReturnSeen):
                guard let byte = buffer.readInteger(as: UInt8.self) else { return .needsMore }
                let expected = isCarriageReturnSeen ? HTTPByte.lineFeed : HTTPByte.carriageReturn
                guard byte == expected else { throw HTTPParseError(.invalidChunkEnd) }
                phase =
                    isCarriageReturnSeen
                    ? .chunkHeader(HTTPChunkHeaderScanner()) : .chunkEnd(isCarriageReturnSeen: true)
            case .trailers(let scanner, let position):
                return try scanTrailers(&buffer, scanner, position)
            }
        }
    }

    private mutating func scanTrailers(
        _ buffer: inout ByteBuffer,
        _ scanner: HTTPFieldScanner,
        _ start: Int
    ) throws(HTTPParseError) -> Step {
        var scanner = scanner
        var position = start
        let end = min(buffer.readableBytes, limits.maximumTrailerByteCount)
        let isComplete = try scanner.scan(
            buffer.readableBytesUInt8Span,
            position: &position,
            end: end,
            maximumCount: limits.maximumFieldCount
        )
        if isComplete {
            buffer.moveReaderIndex(forwardBy: position)
            phase = .fixed(remaining: 0)
            return .end
        }
        if end == limits.maximumTrailerByteCount { throw HTTPParseError(.trailersTooLarge) }
        phase = .trailers(scanner, position: position)
        return .needsMore
    }

    private static func takeSlice(_ buffer: inout ByteBuffer, atMost count: Int) -> ByteBuffer? {
        let length = min(count, buffer.readableBytes)
        return length > 0 ? buffer.readSlice(length: length) : nil
    }
}
