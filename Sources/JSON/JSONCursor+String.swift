extension JSONCursor {
    /// Steps over the rest of a string, `index` being just after the opening quotation mark, and over the closing one.
    /// - Returns: whether the string has escapes.
    mutating func skipRestOfString(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        var hasEscapes = false
        while true {
            index = JSONPlainText.asciiEnd(in: bytes, from: index)
            guard index < bytes.count else { throw failure(.unexpectedEnd, in: bytes) }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return hasEscapes
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape(in: bytes)
            } else if byte >= 0x80 {
                try skipScalars(in: bytes)
            } else {
                throw failure(.controlCharacter, in: bytes)
            }
        }
    }

    /// Steps over one escape sequence (RFC 8259, section 7). Surrogates need not be paired.
    @inline(__always)
    private mutating func skipEscape(in bytes: Span<UInt8>) throws(JSONError) {
        index += 1
        guard index < bytes.count else { throw failure(.unexpectedEnd, in: bytes) }
        switch bytes[index] {
        case UInt8(ascii: "n"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "t"),
            UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
            index += 1
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard index < bytes.count, JSONText.hexadecimalDigit(bytes[index]) != nil else {
                    throw failure(.invalidEscape, in: bytes)
                }
                index += 1
            }
        default:
            throw failure(.invalidEscape, in: bytes)
        }
    }

    /// Steps over characters outside ASCII, as table 3-7 of the Unicode Standard (RFC 3629, section 4) allows them.
    @inline(__always)
    private mutating func skipScalars(in bytes: Span<UInt8>) throws(JSONError) {
        while index < bytes.count, bytes[index] >= 0x80 {
            let first = bytes[index]
            switch first {
            case 0xC2...0xDF:
                try skipContinuation(1, second: 0x80...0xBF, in: bytes)
            case 0xE0...0xEF:
                let lowest: UInt8 = first == 0xE0 ? 0xA0 : 0x80
                let highest: UInt8 = first == 0xED ? 0x9F : 0xBF
                try skipContinuation(2, second: lowest...highest, in: bytes)
            case 0xF0...0xF4:
                let lowest: UInt8 = first == 0xF0 ? 0x90 : 0x80
                let highest: UInt8 = first == 0xF4 ? 0x8F : 0xBF
                try skipContinuation(3, second: lowest...highest, in: bytes)
            default:
                throw failure(.invalidUTF8, in: bytes)
            }
        }
    }

    /// Steps over a first byte and the `count` bytes that must follow it.
    @inline(__always)
    private mutating func skipContinuation(
        _ count: Int,
        second: ClosedRange<UInt8>,
        in bytes: Span<UInt8>
    ) throws(JSONError) {
        for place in 1...count {
            let next = index + place
            guard next < bytes.count else { throw JSONError(reason: .unexpectedEnd, offset: bytes.count) }
            let isAllowed = place == 1 ? second.contains(bytes[next]) : bytes[next] & 0xC0 == 0x80
            guard isAllowed else { throw failure(.invalidUTF8, in: bytes) }
        }
        index += 1 + count
    }
}
