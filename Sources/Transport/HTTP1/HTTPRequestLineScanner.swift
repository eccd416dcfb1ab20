/// Where the request target and its parts stand in the bytes of the head (RFC 9112 section 3.2).
struct HTTPTargetLocation: Sendable {
    var target: Range<Int>
    var path: Range<Int>
    var query: Range<Int>?
}

/// Scans a request line, each byte once, wherever the reads cut it (RFC 9112 section 3). Positions count from the
/// first byte of the head.
struct HTTPRequestLineScanner: Sendable {
    private enum Phase: Sendable {
        case method, target, version, lineFeed, done
    }

    /// Longer methods than this are answered with 501; the longest registered one has 16 characters.
    static let maximumMethodByteCount = 32

    private var phase = Phase.method
    private(set) var methodEnd = 0
    private(set) var targetEnd = 0
    private(set) var questionMark: Int?
    private var version = HTTPVersionScanner()

    /// Where the target begins: behind the method and one space.
    var targetStart: Int { methodEnd + 1 }

    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    var minorVersion: Int { version.minorVersion }

    /// Scans `bytes` from `position` on to `end`; true when the line end has been passed, false when more bytes are
    /// needed.
    mutating func scan(
        _ bytes: Span<UInt8>,
        position: inout Int,
        end: Int,
        maximumTargetByteCount: Int
    ) throws(HTTPParseError) -> Bool {
        while position < end {
            switch phase {
            case .method: try scanMethod(bytes, &position, end)
            case .target: try scanTarget(bytes, &position, end, maximumTargetByteCount)
            case .version:
                guard try version.scan(bytes, position: &position, end: end) else { return false }
                guard position < end else { return false }
                try HTTPVersionScanner.expectCarriageReturn(bytes[position], otherwise: .invalidVersion)
                position += 1
                phase = .lineFeed
            case .lineFeed:
                guard bytes[position] == HTTPByte.lineFeed else { throw HTTPParseError(.bareCarriageReturn) }
                position += 1
                phase = .done
                return true
            case .done: return true
            }
        }
        return phase == .done
    }

    private mutating func scanMethod(_ bytes: Span<UInt8>, _ position: inout Int, _ end: Int) throws(HTTPParseError) {
        let stop = min(end, Self.maximumMethodByteCount + 1)
        while position < stop, HTTPByte.isToken(bytes[position]) { position += 1 }
        if position > Self.maximumMethodByteCount { throw HTTPParseError(.methodTooLong) }
        guard position < end else { return }
        switch bytes[position] {
        case HTTPByte.space where position > 0:
            methodEnd = position
            phase = .target
            position += 1
        case HTTPByte.lineFeed: throw HTTPParseError(.bareLineFeed)
        default: throw HTTPParseError(.invalidMethod)
        }
    }

    private mutating func scanTarget(
        _ bytes: Span<UInt8>,
        _ position: inout Int,
        _ end: Int,
        _ maximumByteCount: Int
    ) throws(HTTPParseError) {
        let limit = targetStart + maximumByteCount
        let stop = min(end, limit + 1)
        while position < stop, HTTPByte.isTarget(bytes[position]) {
            if bytes[position] == HTTPByte.questionMark, questionMark == nil { questionMark = position }
            position += 1
        }
        if position > limit { throw HTTPParseError(.targetTooLong) }
        guard position < end else { return }
        switch bytes[position] {
        case HTTPByte.space where position > targetStart:
            targetEnd = position
            phase = .version
            position += 1
        case HTTPByte.lineFeed: throw HTTPParseError(.bareLineFeed)
        default: throw HTTPParseError(.invalidTarget)
        }
    }
}

/// Scans an HTTP version, `HTTP/1.0` or `HTTP/1.1` (RFC 9112 section 2.3).
struct HTTPVersionScanner: Sendable {
    private static let major: UInt8 = 0x31

    private(set) var minorVersion = 0
    private var offset = 0
    private var majorDigit: UInt8 = 0

    /// Scans on to the end of the version; true when it has been passed.
    mutating func scan(
        _ bytes: Span<UInt8>,
        position: inout Int,
        end: Int
    ) throws(HTTPParseError) -> Bool {
        while offset < 8 {
            guard position < end else { return false }
            try accept(bytes[position])
            position += 1
            offset += 1
        }
        return true
    }

    private mutating func accept(_ byte: UInt8) throws(HTTPParseError) {
        let isExpected =
            switch offset {
            case 0: byte == 0x48
            case 1, 2: byte == 0x54
            case 3: byte == 0x50
            case 4: byte == HTTPByte.slash
            case 6: byte == 0x2E
            default: HTTPByte.isDigit(byte)
            }
        guard isExpected else { throw HTTPParseError(.invalidVersion) }
        if offset == 5 { majorDigit = byte }
        if offset == 7 {
            guard majorDigit == Self.major, byte <= Self.major else { throw HTTPParseError(.unsupportedVersion) }
            minorVersion = byte == Self.major ? 1 : 0
        }
    }

    /// Refuses everything but CR where a line must end.
    static func expectCarriageReturn(
        _ byte: UInt8,
        otherwise reason: HTTPParseError.Reason
    ) throws(HTTPParseError) {
        if byte == HTTPByte.lineFeed { throw HTTPParseError(.bareLineFeed) }
        guard byte == HTTPByte.carriageReturn else { throw HTTPParseError(reason) }
    }
}
