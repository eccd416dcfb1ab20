package import NIOCore

/// Parses the requests of one connection out of the bytes as they arrive (RFC 9112). It refuses everything two
/// implementations could read differently, since that is how requests are smuggled past one of them.
///
/// The caller keeps one buffer, appends what it reads and calls `next` until it returns nil; an incomplete head stays
/// in the buffer. After an error every call throws the same error again.
package struct HTTPRequestParser: Sendable {
    private enum Phase: Sendable {
        case start, leadingLineFeed, requestLine, fields
        case body(HTTPBodyDecoder)
        case failed(HTTPParseError)
    }

    private let limits: HTTPParserLimits
    private var phase = Phase.start
    private var isLeadingLineSkipped = false
    private var position = 0
    private var requestLine = HTTPRequestLineScanner()
    private var fields = HTTPFieldScanner()

    /// A parser at the beginning of a connection.
    package init(limits: HTTPParserLimits = HTTPParserLimits()) {
        self.limits = limits
    }

    /// Whether it stands between messages and has seen nothing of a next one.
    package var isIdle: Bool {
        if case .start = phase { true } else { false }
    }

    /// Consumes what it can from the buffer, moving its reader index, and returns the next event; nil when more bytes
    /// are needed. Between two calls the caller may append to the buffer and discard its read bytes, nothing else.
    package mutating func next(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPRequestHead>? {
        do {
            return try advance(&buffer)
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    private mutating func advance(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPRequestHead>? {
        switch phase {
        case .start, .leadingLineFeed:
            guard try skipLeadingLine(&buffer) else { return nil }
            return try takeHead(&buffer)
        case .requestLine, .fields:
            return try takeHead(&buffer)
        case .body(var body):
            let step = try body.next(&buffer)
            phase = .body(body)
            switch step {
            case .bytes(let slice): return .body(slice)
            case .needsMore: return nil
            case .end:
                phase = .start
                isLeadingLineSkipped = false
                return .end
            }
        case .failed(let error):
            throw error
        }
    }

    /// Passes over one empty line before the request line, which old clients send behind a body (RFC 9112 section
    /// 2.2); true when the first byte of a request line is there.
    private mutating func skipLeadingLine(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> Bool {
        while let byte = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) {
            switch phase {
            case .leadingLineFeed:
                guard byte == HTTPByte.lineFeed else { throw HTTPParseError(.bareCarriageReturn) }
                phase = .start
                isLeadingLineSkipped = true
            default:
                guard byte == HTTPByte.carriageReturn, !isLeadingLineSkipped else {
                    phase = .requestLine
                    fields.reserve()
                    return true
                }
                phase = .leadingLineFeed
            }
            buffer.moveReaderIndex(forwardBy: 1)
        }
        return false
    }

    /// Whether a whole head stands at the beginning of the bytes.
    private mutating func scanHead(_ bytes: Span<UInt8>) throws(HTTPParseError) -> Bool {
        let end = min(bytes.count, limits.maximumHeadByteCount)
        if case .requestLine = phase {
            let isComplete = try requestLine.scan(
                bytes,
                position: &position,
                end: end,
                maximumTargetByteCount: limits.maximumTargetByteCount
            )
            if isComplete { phase = .fields }
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

    private mutating func takeHead(_ buffer: inout ByteBuffer) throws(HTTPParseError) -> HTTPEvent<HTTPRequestHead>? {
        guard try scanHead(buffer.readableBytesUInt8Span) else { return nil }
        // The scanners have passed `position` bytes of the buffer, so the slice is always there.
        guard let bytes = buffer.readSlice(length: position) else { throw HTTPParseError(.unexpectedEnd) }
        let head = try makeHead(bytes)
        position = 0
        requestLine = HTTPRequestLineScanner()
        fields = HTTPFieldScanner()
        phase = .body(HTTPBodyDecoder(head.framing, limits: limits))
        return .head(head)
    }

    private func makeHead(_ bytes: ByteBuffer) throws(HTTPParseError) -> HTTPRequestHead {
        let span = bytes.readableBytesUInt8Span
        let minorVersion = requestLine.minorVersion
        let method =
            HTTPMethod(span, 0..<requestLine.methodEnd)
            ?? .other(bytes.getString(at: 0, length: requestLine.methodEnd) ?? "")
        let location = try HTTPTargetLocation(
            span,
            target: requestLine.targetStart..<requestLine.targetEnd,
            questionMark: requestLine.questionMark,
            method: method
        )
        let framingFields = try HTTPFramingFields(
            span,
            fields.entries,
            minorVersion: minorVersion,
            allowsEqualLengths: false
        )
        if minorVersion == 1, !framingFields.hasHost { throw HTTPParseError(.missingHost) }
        let framing = framingFields.isChunked ? .chunked : framingFields.contentLength.map(HTTPBodyFraming.length)
        let hasBody = framing != nil && framing != .length(0)
        return HTTPRequestHead(
            method: method,
            minorVersion: minorVersion,
            fields: HTTPFields(bytes: bytes, entries: fields.entries),
            framing: framing ?? .none,
            keepAlive: framingFields.keepsAlive(minorVersion: minorVersion),
            // A 1.0 client does not know the expectation, and without a body there is nothing to wait for.
            expectsContinue: framingFields.expectsContinue && minorVersion == 1 && hasBody,
            location: location
        )
    }
}
