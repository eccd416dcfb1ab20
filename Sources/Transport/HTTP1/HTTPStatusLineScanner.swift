/// Scans a status line, each byte once, wherever the reads cut it (RFC 9112 section 4). Positions count from the first
/// byte of the head.
struct HTTPStatusLineScanner: Sendable {
    private enum Phase: Sendable {
        case version, space, code, afterCode, reason, lineFeed, done
    }

    private var phase = Phase.version
    private var version = HTTPVersionScanner()
    private var digitCount = 0
    /// The status code.
    private(set) var status = 0

    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    var minorVersion: Int { version.minorVersion }

    /// Scans `bytes` from `position` on to `end`; true when the line end has been passed, false when more bytes are
    /// needed.
    mutating func scan(_ bytes: Span<UInt8>, position: inout Int, end: Int) throws(HTTPParseError) -> Bool {
        while position < end, phase != .done {
            switch phase {
            case .version:
                if try version.scan(bytes, position: &position, end: end) { phase = .space }
                continue
            case .reason:
                while position < end, HTTPByte.isFieldContent(bytes[position]) { position += 1 }
                guard position < end else { return false }
                try HTTPVersionScanner.expectCarriageReturn(bytes[position], otherwise: .invalidReasonPhrase)
                phase = .lineFeed
            default:
                try accept(bytes[position])
            }
            position += 1
        }
        return phase == .done
    }

    private mutating func accept(_ byte: UInt8) throws(HTTPParseError) {
        switch phase {
        case .space:
            guard byte == HTTPByte.space else { throw HTTPParseError(.invalidVersion) }
            phase = .code
        case .code:
            guard HTTPByte.isDigit(byte), digitCount > 0 || byte != HTTPByte.zero else {
                throw HTTPParseError(.invalidStatus)
            }
            status = status * 10 + Int(byte - HTTPByte.zero)
            digitCount += 1
            if digitCount == 3 { phase = .afterCode }
        case .afterCode:
            // Some servers leave out the space when there is no reason phrase.
            if byte == HTTPByte.space {
                phase = .reason
            } else {
                try HTTPVersionScanner.expectCarriageReturn(byte, otherwise: .invalidStatus)
                phase = .lineFeed
            }
        default:
            guard byte == HTTPByte.lineFeed else { throw HTTPParseError(.bareCarriageReturn) }
            phase = .done
        }
    }
}
