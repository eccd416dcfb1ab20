package import NIOCore

/// Whether bytes may be written as a field value: no CR, LF, NUL or other control, HTAB excepted (RFC 9110 section
/// 5.5). What fails this could split a head in two.
package func isValidFieldValue(_ value: Span<UInt8>) -> Bool {
    for position in value.indices where !HTTPByte.isFieldContent(value[position]) {
        return false
    }
    return true
}

/// Whether bytes may be written as a field name (RFC 9110 section 5.1).
package func isValidFieldName(_ name: Span<UInt8>) -> Bool {
    for position in name.indices where !HTTPByte.isToken(name[position]) {
        return false
    }
    return !name.isEmpty
}

extension ByteBuffer {
    /// Writes a request line (RFC 9112 section 3); false, and nothing is written, when method or target is empty or
    /// has a byte that would end it early.
    @discardableResult
    package mutating func writeRequestLine(_ method: HTTPMethod, target: String) -> Bool {
        let name = method.name
        guard !target.isEmpty, target.utf8.allSatisfy(HTTPByte.isTarget) else { return false }
        guard !name.isEmpty, name.utf8.allSatisfy(HTTPByte.isToken) else { return false }
        writeString(name)
        writeInteger(HTTPByte.space)
        writeString(target)
        writeStaticString(" HTTP/1.1\r\n")
        return true
    }

    /// Writes the status line of an HTTP/1.1 response (RFC 9112 section 4); a status without three digits becomes 500.
    package mutating func writeStatusLine(_ status: Int) {
        let status = (100...999).contains(status) ? status : 500
        writeStaticString("HTTP/1.1 ")
        writeDecimal(status)
        writeInteger(HTTPByte.space)
        writeStaticString(reasonPhrase(status))
        writeLineEnd()
    }

    /// Writes a field whose value is fixed in the source; name and value must be valid.
    package mutating func writeField(_ name: StaticString, _ value: StaticString) {
        writeFieldName(name)
        writeStaticString(value)
        writeLineEnd()
    }

    /// Writes a field with a decimal number.
    package mutating func writeField(_ name: StaticString, _ value: Int) {
        writeFieldName(name)
        writeDecimal(value)
        writeLineEnd()
    }

    /// Writes a field; false, and nothing is written, when the value is not valid. Literals take the overload for
    /// fixed values.
    @_disfavoredOverload
    @discardableResult
    package mutating func writeField(_ name: StaticString, _ value: String) -> Bool {
        guard isValidFieldValue(value.utf8.span) else { return false }
        writeFieldName(name)
        writeString(value)
        writeLineEnd()
        return true
    }

    /// Writes a field with the readable bytes of a buffer; false, and nothing is written, when they are not valid.
    @discardableResult
    package mutating func writeField(_ name: StaticString, _ value: ByteBuffer) -> Bool {
        guard isValidFieldValue(value.readableBytesUInt8Span) else { return false }
        writeFieldName(name)
        writeImmutableBuffer(value)
        writeLineEnd()
        return true
    }

    /// Writes a field out of received or configured bytes; false, and nothing is written, when name or value is not
    /// valid.
    @discardableResult
    package mutating func writeField(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool {
        guard isValidFieldName(name), isValidFieldValue(value) else { return false }
        writeBytes(name.bytes)
        writeStaticString(": ")
        writeBytes(value.bytes)
        writeLineEnd()
        return true
    }

    /// Writes the empty line that ends a head.
    package mutating func writeHeadEnd() {
        writeLineEnd()
    }

    /// Writes a number in decimal digits.
    package mutating func writeDecimal(_ value: Int) {
        if value < 0 { writeInteger(UInt8(ascii: "-")) }
        var digits = InlineArray<20, UInt8>(repeating: HTTPByte.zero)
        var start = digits.count
        var rest = value.magnitude
        repeat {
            start -= 1
            digits[start] = HTTPByte.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        writeBytes(digits.span.extracting(start...).bytes)
    }

    private mutating func writeFieldName(_ name: StaticString) {
        writeStaticString(name)
        writeStaticString(": ")
    }

    private mutating func writeLineEnd() {
        writeInteger(UInt16(0x0D0A))
    }
}

/// The phrase RFC 9110 section 15 (RFC 6585, RFC 7725) recommends for a status, empty for others: it has no meaning to
/// a client.
private func reasonPhrase(_ status: Int) -> StaticString {
    switch status {
    case 100: "Continue"
    case 101: "Switching Protocols"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
}
