/// Finds where events end in a stream of bytes, without decoding or copying them.
///
/// Format: WHATWG HTML, "Server-sent events". A blank line ends an event; a line ends with LF, CR or CRLF. Each blank
/// line is a boundary of its own, so a run of them gives events without content; a byte order mark at the stream's
/// start is no content of its line.
///
/// A boundary is reported as soon as its blank line is complete, never held back for a byte that may follow. When the
/// blank line ends with CRLF and the bytes are cut between the two, the boundary therefore lies after the CR and the
/// LF becomes the first byte of the next event, where ``ServerSentEventView`` passes over it. Apart from that one LF,
/// every way of cutting the stream gives the same boundaries. The bytes after the last boundary are an unfinished
/// event, or such an LF alone.
package struct ServerSentEventBoundary: Sendable {
    private var byteOrderMark: ByteOrderMarkMatcher? = ByteOrderMarkMatcher()
    private var isAtLineStart = true
    private var followsCarriageReturn = false

    /// A finder at the start of a stream.
    package init() {}

    /// Looks at `bytes` from `offset` on, continuing from the bytes of earlier calls.
    ///
    /// Give each byte of the stream once: go on from the returned offset, and after nil with the bytes that come next.
    ///
    /// - Returns: The offset just past the end of the next event, or nil when the bytes end first.
    package mutating func next(in bytes: Span<UInt8>, from offset: Int) -> Int? {
        var position = offset
        if byteOrderMark != nil { passByteOrderMark(in: bytes, position: &position) }
        if followsCarriageReturn, position < bytes.count {
            followsCarriageReturn = false
            if bytes[position] == lineFeed { position += 1 }
        }
        while let lineEnd = firstLineEnd(in: bytes, from: position) {
            let isBlank = isAtLineStart && lineEnd == position
            position = lineEnd + 1
            isAtLineStart = true
            if bytes[lineEnd] == carriageReturn {
                if position == bytes.count {
                    followsCarriageReturn = true
                } else if bytes[position] == lineFeed {
                    position += 1
                }
            }
            if isBlank { return position }
        }
        if position < bytes.count { isAtLineStart = false }
        return nil
    }

    private mutating func passByteOrderMark(in bytes: Span<UInt8>, position: inout Int) {
        switch byteOrderMark?.match(bytes, position: &position) {
        case .undecided: return
        case .content(let byteCount): isAtLineStart = byteCount == 0
        case .mark, nil: break
        }
        byteOrderMark = nil
    }
}
