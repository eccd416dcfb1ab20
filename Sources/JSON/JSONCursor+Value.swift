extension JSONCursor {
    /// Steps over the value that begins at `index`.
    mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        var silence = JSONSilence()
        return try walk(bytes, &silence)
    }

    /// Steps over the value that begins at `index` and tells `visitor` of its parts.
    ///
    /// Not recursive: what is open is kept in the bits of the cursor, so depth costs no stack.
    @inline(__always)
    mutating func walk(_ bytes: Span<UInt8>, _ visitor: inout some JSONVisitor) throws(JSONError) -> JSONKind {
        let outerDepth = depth
        let kind = try begin(bytes, &visitor)
        var isFirst = true
        var previousDepth = outerDepth
        while depth > outerDepth {
            isFirst = depth > previousDepth
            previousDepth = depth
            switch innermost {
            case .object:
                guard try skipToMember(in: bytes, isFirst: isFirst) else {
                    visitor.end(.object)
                    continue
                }
                let (name, hasEscapes) = try skipName(in: bytes)
                visitor.name(name, hasEscapes: hasEscapes, in: bytes)
            case .array:
                guard try skipToElement(in: bytes, isFirst: isFirst) else {
                    visitor.end(.array)
                    continue
                }
            }
            _ = try begin(bytes, &visitor)
        }
        return kind
    }

    /// Steps over a scalar, or over the opening byte of a container.
    @inline(__always)
    private mutating func begin(_ bytes: Span<UInt8>, _ visitor: inout some JSONVisitor) throws(JSONError) -> JSONKind {
        guard index < bytes.count else { throw failure(.unexpectedEnd, in: bytes) }
        let start = index
        switch bytes[index] {
        case UInt8(ascii: "\""):
            index += 1
            let hasEscapes = try skipRestOfString(in: bytes)
            visitor.string(start + 1..<index - 1, hasEscapes: hasEscapes, in: bytes)
            return .string
        case UInt8(ascii: "{"):
            try push(.object, in: bytes)
            visitor.begin(.object)
            return .object
        case UInt8(ascii: "["):
            try push(.array, in: bytes)
            visitor.begin(.array)
            return .array
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try skipNumber(in: bytes)
            visitor.number(start..<index, in: bytes)
            return .number
        default:
            return try skipWord(in: bytes, &visitor)
        }
    }

    private mutating func skipWord(
        in bytes: Span<UInt8>,
        _ visitor: inout some JSONVisitor
    ) throws(JSONError) -> JSONKind {
        switch bytes[index] {
        case UInt8(ascii: "t"):
            try skipLiteral("true", in: bytes)
            visitor.boolean(true)
            return .boolean
        case UInt8(ascii: "f"):
            try skipLiteral("false", in: bytes)
            visitor.boolean(false)
            return .boolean
        case UInt8(ascii: "n"):
            try skipLiteral("null", in: bytes)
            visitor.null()
            return .null
        default:
            throw failure(startsWithByteOrderMark(bytes) ? .byteOrderMark : .expectedValue, in: bytes)
        }
    }

    /// Steps over `literal`; an error names the first byte that differs.
    private mutating func skipLiteral(_ literal: StaticString, in bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        let length = literal.utf8CodeUnitCount
        guard bytes.count - start >= length, JSONText.equals(bytes, start..<start + length, literal) else {
            // A cut in the middle of the word is an end, anything else is a wrong word.
            while index < bytes.count, bytes[index] >= UInt8(ascii: "a"), bytes[index] <= UInt8(ascii: "z") {
                index += 1
            }
            let end = index
            index = start
            guard end == bytes.count else { throw failure(.invalidLiteral, in: bytes) }
            throw JSONError(reason: .unexpectedEnd, offset: end)
        }
        index = start + length
    }

    /// Steps over a number (RFC 8259, section 6), which begins at `index` with a minus sign or a digit.
    @inline(__always)
    mutating func skipNumber(in bytes: Span<UInt8>) throws(JSONError) {
        _ = skip(UInt8(ascii: "-"), in: bytes)
        if skip(UInt8(ascii: "0"), in: bytes) {
            guard index == bytes.count || !Self.isDigit(bytes[index]) else { throw failure(.invalidNumber, in: bytes) }
        } else {
            try skipDigits(in: bytes)
        }
        guard index < bytes.count else { return }
        if skip(UInt8(ascii: "."), in: bytes) { try skipDigits(in: bytes) }
        if skip(UInt8(ascii: "e"), in: bytes) || skip(UInt8(ascii: "E"), in: bytes) {
            if !skip(UInt8(ascii: "+"), in: bytes) { _ = skip(UInt8(ascii: "-"), in: bytes) }
            try skipDigits(in: bytes)
        }
    }

    /// Steps over one or more digits.
    @inline(__always)
    private mutating func skipDigits(in bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        while index < bytes.count, Self.isDigit(bytes[index]) { index += 1 }
        guard index > start else { throw failure(.invalidNumber, in: bytes) }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
