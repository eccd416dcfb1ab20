/// Scans field lines up to and with the empty line that closes them, each byte once, wherever the reads cut them
/// (RFC 9112 section 5). Positions count from the first byte of the head.
struct HTTPFieldScanner: Sendable {
    private enum Phase: Sendable {
        case lineStart, name, leadingBlanks, value, lineFeed, finalLineFeed
    }

    /// The fields found so far.
    private(set) var entries: [HTTPFieldEntry] = []
    private var phase = Phase.lineStart
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0

    /// Makes room for a usual number of fields, so that a head costs one allocation.
    mutating func reserve() {
        entries.reserveCapacity(32)
    }

    /// Scans `bytes` from `position` on to `end`; true when the closing empty line has been passed, false when more
    /// bytes are needed.
    mutating func scan(
        _ bytes: Span<UInt8>,
        position: inout Int,
        end: Int,
        maximumCount: Int
    ) throws(HTTPParseError) -> Bool {
        while position < end {
            switch phase {
            case .lineStart:
                try beginLine(bytes[position], at: position, maximumCount: maximumCount)
                position += 1
            case .name:
                position = bytes.endOfToken(from: position, to: end)
                guard position < end else { return false }
                try endName(bytes[position], at: position)
                position += 1
            case .leadingBlanks:
                while position < end, HTTPByte.isBlank(bytes[position]) { position += 1 }
                valueStart = position
                phase = .value
            case .value:
                position = bytes.endOfFieldContent(from: position, to: end)
                guard position < end else { return false }
                try endValue(bytes, at: position)
                position += 1
            case .lineFeed, .finalLineFeed:
                guard bytes[position] == HTTPByte.lineFeed else { throw HTTPParseError(.bareCarriageReturn) }
                position += 1
                if phase == .finalLineFeed { return true }
                phase = .lineStart
            }
        }
        return false
    }

    private mutating func beginLine(_ byte: UInt8, at position: Int, maximumCount: Int) throws(HTTPParseError) {
        if byte == HTTPByte.carriageReturn {
            phase = .finalLineFeed
            return
        }
        guard HTTPByte.isToken(byte) else {
            switch byte {
            case HTTPByte.space, HTTPByte.tab: throw HTTPParseError(.obsoleteLineFolding)
            case HTTPByte.lineFeed: throw HTTPParseError(.bareLineFeed)
            default: throw HTTPParseError(.invalidFieldName)
            }
        }
        guard entries.count < maximumCount else { throw HTTPParseError(.tooManyFields) }
        nameStart = position
        phase = .name
    }

    private mutating func endName(_ byte: UInt8, at position: Int) throws(HTTPParseError) {
        switch byte {
        case HTTPByte.colon:
            nameEnd = position
            phase = .leadingBlanks
        case HTTPByte.space, HTTPByte.tab: throw HTTPParseError(.spaceBeforeColon)
        case HTTPByte.lineFeed: throw HTTPParseError(.bareLineFeed)
        default: throw HTTPParseError(.invalidFieldName)
        }
    }

    private mutating func endValue(_ bytes: Span<UInt8>, at position: Int) throws(HTTPParseError) {
        switch bytes[position] {
        case HTTPByte.carriageReturn: phase = .lineFeed
        case HTTPByte.lineFeed: throw HTTPParseError(.bareLineFeed)
        default: throw HTTPParseError(.invalidFieldValue)
        }
        let value = bytes.trimmingBlanks(valueStart..<position)
        // The limits keep every position within 16 bits.
        entries.append(
            HTTPFieldEntry(
                nameStart: UInt16(clamping: nameStart),
                nameEnd: UInt16(clamping: nameEnd),
                valueStart: UInt16(clamping: value.lowerBound),
                valueEnd: UInt16(clamping: value.upperBound)
            )
        )
    }
}
