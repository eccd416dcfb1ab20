/// Reads big-endian fields one after the other out of a span.
struct EventStreamByteReader {
    private(set) var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    /// The next big-endian number.
    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type,
        in bytes: Span<UInt8>
    ) throws(EventStreamError) -> Number {
        let range = try range(byteCount: Number.bitWidth / 8)
        // Every bit pattern is an integer and the load checks its bounds.
        return Number(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: Number.self))
    }

    /// The next `byteCount` bytes as UTF-8.
    mutating func text(byteCount: Int, in bytes: Span<UInt8>) throws(EventStreamError) -> String {
        let range = try range(byteCount: byteCount)
        guard let text = try? UTF8Span(validating: bytes.extracting(range)) else {
            throw .malformedHeader(.invalidText)
        }
        return String(copying: text)
    }

    /// The place of the next `byteCount` bytes.
    mutating func range(byteCount: Int) throws(EventStreamError) -> Range<Int> {
        guard byteCount <= end - position else { throw .malformedHeader(.truncated) }
        let start = position
        position += byteCount
        return start..<position
    }
}
