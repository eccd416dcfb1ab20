/// Recognises a UTF-8 byte order mark at the start of a stream, however the stream is cut.
struct ByteOrderMarkMatcher: Sendable {
    enum Outcome: Equatable {
        /// The bytes ended within what may still become a mark.
        case undecided
        /// A whole mark was passed.
        case mark
        /// There is no mark; this many of its bytes were passed and are content.
        case content(Int)
    }

    static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// How many bytes of a mark the stream has begun with so far.
    private(set) var matchedByteCount = 0

    /// Looks at `bytes` from `position` on and moves `position` past what belongs to a mark.
    mutating func match(_ bytes: Span<UInt8>, position: inout Int) -> Outcome {
        while position < bytes.count {
            guard bytes[position] == Self.bytes[matchedByteCount] else { return .content(matchedByteCount) }
            position += 1
            matchedByteCount += 1
            if matchedByteCount == Self.bytes.count { return .mark }
        }
        return .undecided
    }
}
