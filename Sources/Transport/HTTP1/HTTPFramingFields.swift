/// The fields that decide where a message ends and what becomes of the connection, read strictly: whatever two
/// implementations could read differently is refused (RFC 9112 sections 6 and 11.2, RFC 9110 section 8.6).
struct HTTPFramingFields {
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var hasHost = false
    private(set) var connectionCloses = false
    private(set) var connectionKeepsAlive = false
    private(set) var expectsContinue = false

    /// Reads them out of a scanned head. With `allowsEqualLengths` a Content-Length may be repeated with the same
    /// value, as some servers do in responses.
    init(
        _ bytes: Span<UInt8>,
        _ entries: [HTTPFieldEntry],
        minorVersion: Int,
        allowsEqualLengths: Bool
    ) throws(HTTPParseError) {
        for entry in entries {
            let name = entry.name
            // The lengths of the names looked for; almost all other fields are passed over here.
            switch name.count {
            case 4 where bytes.equals("host", in: name):
                try readHost(bytes, entry.value)
            case 6 where bytes.equals("expect", in: name):
                expectsContinue = bytes.equals("100-continue", in: entry.value)
            case 10 where bytes.equals("connection", in: name):
                if bytes.listContains("close", in: entry.value) { connectionCloses = true }
                if bytes.listContains("keep-alive", in: entry.value) { connectionKeepsAlive = true }
            case 14 where bytes.equals("content-length", in: name):
                try readContentLength(bytes, entry.value, allowsEqualLengths: allowsEqualLengths)
            case 17 where bytes.equals("transfer-encoding", in: name):
                try readTransferEncoding(bytes, entry.value, minorVersion: minorVersion)
            default:
                continue
            }
        }
        if isChunked, contentLength != nil { throw HTTPParseError(.contentLengthWithTransferEncoding) }
    }

    /// Whether the connection persists after this message (RFC 9112 section 9.3).
    func keepsAlive(minorVersion: Int) -> Bool {
        !connectionCloses && (minorVersion == 1 || connectionKeepsAlive)
    }

    private mutating func readHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPParseError) {
        if hasHost { throw HTTPParseError(.repeatedHost) }
        hasHost = true
        for position in value where !HTTPByte.isHost(bytes[position]) {
            throw HTTPParseError(.invalidHost)
        }
    }

    private mutating func readContentLength(
        _ bytes: Span<UInt8>,
        _ value: Range<Int>,
        allowsEqualLengths: Bool
    ) throws(HTTPParseError) {
        // 19 digits hold the largest Int; leading zeros beyond that serve nobody.
        guard !value.isEmpty, value.count <= 19 else { throw HTTPParseError(.invalidContentLength) }
        var length = 0
        for position in value {
            let byte = bytes[position]
            guard HTTPByte.isDigit(byte) else { throw HTTPParseError(.invalidContentLength) }
            let (tens, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(byte - HTTPByte.zero))
            guard !overflow, !carry else { throw HTTPParseError(.invalidContentLength) }
            length = sum
        }
        if let contentLength, !allowsEqualLengths || contentLength != length {
            throw HTTPParseError(.repeatedContentLength)
        }
        contentLength = length
    }

    private mutating func readTransferEncoding(
        _ bytes: Span<UInt8>,
        _ value: Range<Int>,
        minorVersion: Int
    ) throws(HTTPParseError) {
        guard minorVersion == 1 else { throw HTTPParseError(.transferEncodingInHTTP10) }
        guard !isChunked else { throw HTTPParseError(.invalidTransferEncoding) }
        if bytes.equals("chunked", in: value) {
            isChunked = true
            return
        }
        var start: Int? = value.lowerBound
        while let position = start {
            let (element, next) = bytes.listElement(from: position, to: value.upperBound)
            let isMisplaced = next != nil && bytes.equals("chunked", in: element)
            if isMisplaced || element.isEmpty { throw HTTPParseError(.invalidTransferEncoding) }
            start = next
        }
        throw HTTPParseError(.unsupportedTransferEncoding)
    }
}
