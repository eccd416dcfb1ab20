package import NIOCore

/// Parses the responses of one connection out of the bytes as they arrive (RFC 9112). Informational responses other
/// than 101 are passed over.
///
/// The caller keeps one buffer, appends what it reads and calls `next` until it returns nil; an incomplete head stays
/// in the buffer. After an error every call throws the same error again.
package struct HTTPResponseParser: Sendable {
    private enum Phase: Sendable {
        case idle, statusLine, fields
        case body(HTTPBodyDecoder)
        case failed(HTTPParseError)
    }

    private let limits: HTTPParserLimits
    private var phase = Phase.idle
    /// Whether the awaited response answers a HEAD request; nil when none is awaited.
    private var awaitsResponseToHead: Bool?
    private var position = 0
    private var statusLine = HTTPStatusLineScanner()
    private var fields = HTTPFieldScanner()

    /// A parser at the beginning of a connection.
    package init(limits: HTTPParserLimits = HTTPParserLimits()) {
        self.limits = limits
    }

    /// Whether it stands between messages and has seen nothing of a next one.
    package var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }

    /// Announces that a request has been sent, so that a response is awaited. Responses to HEAD have no body, whatever
    /// their fields say; a successful response to CONNECT is to be treated like one.
    package mutating func expectResponse(toHead: Bool) {
        awaitsResponseToHead = toHead
    }

    /// Consumes what it can from the buffer, moving its reader index, and returns the next event; nil when more bytes
    /// are needed. Between two calls the caller may append to the buffer and discard its read bytes, nothing else.
    /// Bytes that come while no response is awaited throw `unsolicitedResponse`.
    package mutating func next(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPResponseHead>? {
        do {
            return try advance(&buffer)
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    /// To be called when the peer has closed and `next` has returned nil: ends a body that lasts until then, returns
    /// nil when there was nothing to end, and throws `unexpectedEnd` when a response is missing or cut off.
    package mutating func finish() throws(HTTPParseError) -> HTTPEvent<HTTPResponseHead>? {
        switch phase {
        case .failed(let error):
            throw error
        case .idle where awaitsResponseToHead == nil:
            return nil
        case .body(let body) where body.endsAtClose:
            phase = .idle
            return .end
        default:
            let error = HTTPParseError(.unexpectedEnd)
            phase = .failed(error)
            throw error
        }
    }

    private mutating func advance(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPResponseHead>? {
        switch phase {
        case .idle:
            guard buffer.readableBytes > 0 else { return nil }
            guard awaitsResponseToHead != nil else { throw HTTPParseError(.unsolicitedResponse) }
            phase = .statusLine
            fields.reserve()
            return try scanHeads(&buffer)
        case .statusLine, .fields:
            return try scanHeads(&buffer)
        case .body(var body):
            let step = try body.next(&buffer)
            phase = .body(body)
            switch step {
            case .bytes(let slice): return .body(slice)
            case .needsMore: return nil
            case .end:
                phase = .idle
                return .end
            }
        case .failed(let error):
            throw error
        }
    }

    /// Scans heads until a final one is complete.
    private mutating func scanHeads(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPResponseHead>? {
        while try scanHead(buffer.readableBytesUInt8Span) {
            // The scanners have passed `position` bytes of the buffer, so the slice is always there.
            guard let bytes = buffer.readSlice(length: position) else { throw HTTPParseError(.unexpectedEnd) }
            let head = try makeHead(bytes)
            position = 0
            statusLine = HTTPStatusLineScanner()
            fields = HTTPFieldScanner()
            phase = .statusLine
            if head.status >= 200 || head.status == 101 {
                awaitsResponseToHead = nil
                phase = .body(HTTPBodyDecoder(head.framing, limits: limits))
                return .head(head)
            }
        }
        return nil
    }

    /// Whether a whole head stands at the beginning of the bytes.
    private mutating func scanHead(_ bytes: Span<UInt8>) throws(HTTPParseError) -> Bool {
        let end = min(bytes.count, limits.maximumHeadByteCount)
        if case .statusLine = phase, try statusLine.scan(bytes, position: &position, end: end) {
            phase = .fields
        }
        if case .fields = phase {
            let isComplete = try fields.scan(
                bytes,
                position: &position,
                end: end,
                maximumCount: limits.maximumFieldCount
            )
            if isComplete { return true }
        }
        if end == limits.maximumHeadByteCount { throw HTTPParseError(.headTooLarge) }
        return false
    }

    private func makeHead(_ bytes: ByteBuffer) throws(HTTPParseError) -> HTTPResponseHead {
        let status = statusLine.status
        let minorVersion = statusLine.minorVersion
        let framingFields = try HTTPFramingFields(
            bytes.readableBytesUInt8Span,
            fields.entries,
            minorVersion: minorVersion,
            allowsEqualLengths: true
        )
        let announcesBody = framingFields.isChunked || (framingFields.contentLength ?? 0) > 0
        if status < 200, announcesBody { throw HTTPParseError(.bodyInInformationalResponse) }
        let framing = framing(framingFields, status: status)
        var keepAlive = framingFields.keepsAlive(minorVersion: minorVersion) && framing != .untilClose
        // After 101 another protocol follows; a server that announces a body with 204 may send one too.
        if status == 101 || (status == 204 && announcesBody) { keepAlive = false }
        return HTTPResponseHead(
            status: status,
            minorVersion: minorVersion,
            fields: HTTPFields(bytes: bytes, entries: fields.entries),
            framing: framing,
            keepAlive: keepAlive
        )
    }

    private func framing(_ fields: HTTPFramingFields, status: Int) -> HTTPBodyFraming {
        if awaitsResponseToHead == true || status < 200 || status == 204 || status == 304 { return .none }
        if fields.isChunked { return .chunked }
        return fields.contentLength.map(HTTPBodyFraming.length) ?? .untilClose
    }
}
