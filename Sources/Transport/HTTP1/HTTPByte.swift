/// The bytes HTTP/1.1 gives a meaning, and the character classes of its grammar.
enum HTTPByte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let questionMark: UInt8 = 0x3F
    static let at: UInt8 = 0x40

    /// SP or HTAB, the white space that may surround a field value (RFC 9110 section 5.6.3).
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// `tchar`, what methods and field names are made of (RFC 9110 section 5.6.2).
    static func isToken(_ byte: UInt8) -> Bool {
        // One bit per character: digits and !#$%&'*+-. in the low word; letters and ^_`|~ in the high word.
        let mask: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && (mask >> UInt64(byte & 63)) & 1 == 1
    }

    /// What a field value or reason phrase may hold: everything but controls, HTAB excepted (RFC 9110 section 5.5).
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= space ? byte != 0x7F : byte == tab
    }

    /// What a request target may hold: visible ASCII without `#`, which only a fragment would bring and which is
    /// never sent (RFC 9112 section 3.2).
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > space && byte < 0x7F && byte != 0x23
    }

    /// What may stand in a Host field: a registered name or address literal with port (RFC 3986 section 3.2.2),
    /// without the comma, which would make two merged Host fields look like one.
    static func isHost(_ byte: UInt8) -> Bool {
        // Low word: digits and !$%&'()*+-.:;= ; high word: letters and [ ] _ ~.
        let mask: UInt64 = byte < 64 ? 0x2FFF_6FF2_0000_0000 : 0x47FF_FFFE_AFFF_FFFE
        return byte < 128 && (mask >> UInt64(byte & 63)) & 1 == 1
    }

    /// Whether a byte is an ASCII decimal digit.
    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= zero && byte <= 0x39
    }

    /// The value of an ASCII hexadecimal digit.
    static func hexadecimalValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x41 + 10)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes in a range are the given ASCII text, letter case aside.
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, text.hasPointerRepresentation else { return false }
        // A StaticString with pointer representation points at this many constant bytes that live as long as the
        // program, so the span over them is always valid.
        let expected = Span<UInt8>(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
        var offset = 0
        while offset < expected.count {
            let left = self[range.lowerBound + offset]
            let right = expected[offset]
            if left != right {
                let letter = left | 0x20
                guard left ^ right == 0x20, letter >= 0x61, letter <= 0x7A else { return false }
            }
            offset += 1
        }
        return true
    }

    /// Whether the bytes in a range are the given ASCII text, letter case included.
    func equalsExactly(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, text.hasPointerRepresentation else { return false }
        // Valid for the same reason as in `equals`.
        let expected = Span<UInt8>(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
        for offset in expected.indices where self[range.lowerBound + offset] != expected[offset] {
            return false
        }
        return true
    }

    /// The first position that does not hold a token character.
    func endOfToken(from start: Int, to end: Int) -> Int {
        var position = start
        while position < end, HTTPByte.isToken(self[position]) { position += 1 }
        return position
    }

    /// The first position that does not hold field content.
    func endOfFieldContent(from start: Int, to end: Int) -> Int {
        var position = start
        let raw = bytes
        while position < end {
            // Eight bytes at once: the sums stay within their bytes, so nothing is carried from one to the next. The
            // load checks its bounds, and every bit pattern is an integer.
            if end - position >= 8 {
                let word = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
                let low = word & 0x7F7F_7F7F_7F7F_7F7F
                let isNoControl = (low + 0x6060_6060_6060_6060) | word
                let isNoDelete = ((low ^ 0x7F7F_7F7F_7F7F_7F7F) + 0x7F7F_7F7F_7F7F_7F7F) | word
                if isNoControl & isNoDelete & 0x8080_8080_8080_8080 == 0x8080_8080_8080_8080 {
                    position += 8
                    continue
                }
            }
            guard HTTPByte.isFieldContent(self[position]) else { return position }
            position += 1
        }
        return position
    }

    /// A range without the blanks at both of its ends.
    func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, HTTPByte.isBlank(self[lower]) { lower += 1 }
        while upper > lower, HTTPByte.isBlank(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// The range of the list element that begins at a position: up to the next comma or the end, blanks trimmed;
    /// `next` is where the element after it begins, nil when this is the last one.
    func listElement(from start: Int, to end: Int) -> (element: Range<Int>, next: Int?) {
        var position = start
        while position < end, self[position] != HTTPByte.comma { position += 1 }
        return (trimmingBlanks(start..<position), position < end ? position + 1 : nil)
    }
}
