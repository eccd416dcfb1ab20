/// A place in a JSON text and the arrays and objects open there.
///
/// The span is handed to each step instead of being stored, so that the cursor can be a plain value. Every step checks
/// the count before it reads; `index` therefore never exceeds the count of the span.
struct JSONCursor {
    /// Where the next byte to look at is.
    var index: Int

    /// How many containers are open, those entered by the caller included.
    private(set) var depth = 0

    private let maximumDepth: Int

    /// One bit per open container below the hard cap of the depth: set for an object.
    private var objects = InlineArray<8, UInt64>(repeating: 0)

    /// - Throws: if `range` is not within `bytes` or is larger than the limits allow.
    init(entering range: Range<Int>, of bytes: Span<UInt8>, limits: JSONLimits) throws(JSONError) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw JSONError(reason: .unexpectedEnd, offset: bytes.count)
        }
        guard range.count <= limits.maximumByteCount else {
            throw JSONError(reason: .tooLarge, offset: range.lowerBound + max(0, limits.maximumByteCount))
        }
        index = range.lowerBound
        maximumDepth = limits.effectiveDepth
    }

    func failure(_ reason: JSONError.Reason, in bytes: Span<UInt8>) -> JSONError {
        JSONError(reason: index < bytes.count ? reason : .unexpectedEnd, offset: index)
    }

    @inline(__always)
    mutating func skipWhiteSpace(in bytes: Span<UInt8>) {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    /// Whether the next byte is `byte`; steps over it if so.
    @inline(__always)
    mutating func skip(_ byte: UInt8, in bytes: Span<UInt8>) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// Steps into the top value, which must be a container of the given kind, up to its first byte that is not space.
    mutating func enter(_ kind: Container, in bytes: Span<UInt8>) throws(JSONError) {
        skipWhiteSpace(in: bytes)
        guard index < bytes.count, bytes[index] == kind.opening else {
            if startsWithByteOrderMark(bytes) { throw failure(.byteOrderMark, in: bytes) }
            throw failure(kind == .object ? .expectedObject : .expectedArray, in: bytes)
        }
        try push(kind, in: bytes)
    }

    /// Steps to the name of the next member, or over the closing brace.
    /// - Returns: whether there is a next member.
    @inline(__always)
    mutating func skipToMember(in bytes: Span<UInt8>, isFirst: Bool) throws(JSONError) -> Bool {
        skipWhiteSpace(in: bytes)
        if skip(UInt8(ascii: "}"), in: bytes) {
            depth -= 1
            return false
        }
        if !isFirst {
            guard skip(UInt8(ascii: ","), in: bytes) else { throw failure(.expectedCommaOrBrace, in: bytes) }
            skipWhiteSpace(in: bytes)
        }
        return true
    }

    /// Steps to the next element, or over the closing bracket.
    /// - Returns: whether there must be a next element.
    @inline(__always)
    mutating func skipToElement(in bytes: Span<UInt8>, isFirst: Bool) throws(JSONError) -> Bool {
        skipWhiteSpace(in: bytes)
        if skip(UInt8(ascii: "]"), in: bytes) {
            depth -= 1
            return false
        }
        if !isFirst {
            guard skip(UInt8(ascii: ","), in: bytes) else { throw failure(.expectedCommaOrBracket, in: bytes) }
            skipWhiteSpace(in: bytes)
        }
        return true
    }

    /// Steps over a member name, its colon and the white space on both sides of the colon.
    @inline(__always)
    mutating func skipName(in bytes: Span<UInt8>) throws(JSONError) -> (name: Range<Int>, hasEscapes: Bool) {
        guard skip(UInt8(ascii: "\""), in: bytes) else { throw failure(.expectedName, in: bytes) }
        let start = index
        let hasEscapes = try skipRestOfString(in: bytes)
        let name = start..<index - 1
        skipWhiteSpace(in: bytes)
        guard skip(UInt8(ascii: ":"), in: bytes) else { throw failure(.expectedColon, in: bytes) }
        skipWhiteSpace(in: bytes)
        return (name, hasEscapes)
    }

    /// Checks that nothing but white space is left.
    mutating func finish(in bytes: Span<UInt8>) throws(JSONError) {
        skipWhiteSpace(in: bytes)
        guard index == bytes.count else { throw failure(.trailingContent, in: bytes) }
    }

    func startsWithByteOrderMark(_ bytes: Span<UInt8>) -> Bool {
        index == 0 && bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    }
}

extension JSONCursor {
    enum Container {
        case object
        case array

        var opening: UInt8 {
            switch self {
            case .object: UInt8(ascii: "{")
            case .array: UInt8(ascii: "[")
            }
        }
    }

    /// Steps over the opening byte of a container.
    @inline(__always)
    mutating func push(_ container: Container, in bytes: Span<UInt8>) throws(JSONError) {
        guard depth < maximumDepth else { throw failure(.tooDeep, in: bytes) }
        let bit = UInt64(1) << UInt64(depth & 63)
        switch container {
        case .object: objects[depth >> 6] |= bit
        case .array: objects[depth >> 6] &= ~bit
        }
        depth += 1
        index += 1
    }

    /// The kind of the innermost open container; of no meaning while none is open.
    @inline(__always)
    var innermost: Container {
        let place = max(0, depth - 1)
        return objects[place >> 6] & (UInt64(1) << UInt64(place & 63)) == 0 ? .array : .object
    }
}
