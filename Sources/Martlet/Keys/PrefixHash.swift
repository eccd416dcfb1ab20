import JSON

/// Hashes parts of a request as they are spelled, but without the marks of prompt caching: `cache_control` members
/// (Anthropic Messages) and `cachePoint` blocks (Bedrock Converse).
struct PrefixHash {
    private var hash: SipHash
    private let hasMarkers: Bool

    /// - Parameters:
    ///   - key: The secret of the hash.
    ///   - hasMarkers: Whether the format has such marks.
    init(key: SipHash.Key, hasMarkers: Bool) {
        hash = SipHash(key: key)
        self.hasMarkers = hasMarkers
    }

    var byteCount: Int { hash.byteCount }
    var value: UInt64 { hash.value }

    mutating func combine(_ text: String) {
        for byte in text.utf8 { hash.append(byte) }
        hash.append(Self.separator)
    }

    /// Adds the value at `range`.
    mutating func combine(_ range: Range<Int>, in bytes: Span<UInt8>) {
        var marks: [Range<Int>] = []
        if hasMarkers, Self.mayHaveMarks(range, in: bytes) {
            // Not JSON after all: hashed as it is.
            try? Self.findMarks(range, in: bytes, depth: 0, &marks)
        }
        var start = range.lowerBound
        for mark in marks {
            hash.combine(bytes.extracting(start..<max(start, mark.lowerBound)))
            start = max(start, mark.upperBound)
        }
        hash.combine(bytes.extracting(start..<max(start, range.upperBound)))
        hash.append(Self.separator)
    }

    /// A byte that no JSON text has.
    private static let separator: UInt8 = 0xFF

    /// Marks are no deeper than in a part of the result of a tool in a message.
    private static let maximumDepth = 8

    /// Appends the ranges to leave out, in their order, each with the comma that belongs to it.
    private static func findMarks(
        _ range: Range<Int>,
        in bytes: Span<UInt8>,
        depth: Int,
        _ marks: inout [Range<Int>]
    ) throws(JSONError) {
        guard depth < maximumDepth, !range.isEmpty else { return }
        var items: [Item] = []
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "{"):
            try JSONScanner.scanObject(bytes, in: range) { member throws(JSONError) in
                items.append(
                    Item(
                        whole: member.lowerBound..<member.upperBound,
                        value: member.value,
                        isMark: member.isNamed("cache_control", in: bytes)
                    )
                )
            }
        case UInt8(ascii: "["):
            try JSONScanner.scanArray(bytes, in: range) { value, kind throws(JSONError) in
                let isMark = kind == .object ? try isCachePoint(value, in: bytes) : false
                items.append(Item(whole: value, value: value, isMark: isMark))
            }
        default:
            return
        }
        for (place, item) in items.enumerated() {
            if item.isMark {
                marks.append(omission(of: place, among: items))
            } else if mayHaveMarks(item.value, in: bytes) {
                try findMarks(item.value, in: bytes, depth: depth + 1, &marks)
            }
        }
    }

    private struct Item {
        let whole: Range<Int>
        let value: Range<Int>
        let isMark: Bool
    }

    /// The item and the comma before it, or the one behind it when it is the first: what is left is spelled as if the
    /// item had never been there.
    private static func omission(of place: Int, among items: [Item]) -> Range<Int> {
        let item = items[place]
        if let kept = items[..<place].last(where: { !$0.isMark }) {
            return kept.whole.upperBound..<item.whole.upperBound
        }
        let next = items[(place + 1)...].first
        return item.whole.lowerBound..<(next?.whole.lowerBound ?? item.whole.upperBound)
    }

    private static func isCachePoint(_ range: Range<Int>, in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard mayHaveMarks(range, in: bytes) else { return false }
        var isCachePoint = false
        try JSONScanner.scanObject(bytes, in: range) { member throws(JSONError) in
            if member.isNamed("cachePoint", in: bytes) { isCachePoint = true }
        }
        return isCachePoint
    }

    /// Whether a name that begins with `cache` is in the range; quick, and wrong only in one direction.
    private static func mayHaveMarks(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var index = range.lowerBound
        // Nothing shorter than `{"cachePoint":{}}` has one, and this keeps every read below within the range.
        let end = range.upperBound - 8
        while index < end {
            if bytes[index] == UInt8(ascii: "\""), bytes[index + 1] == UInt8(ascii: "c"),
                bytes[index + 2] == UInt8(ascii: "a"), bytes[index + 3] == UInt8(ascii: "c"),
                bytes[index + 4] == UInt8(ascii: "h"), bytes[index + 5] == UInt8(ascii: "e"),
                bytes[index + 6] == UInt8(ascii: "_") || bytes[index + 6] == UInt8(ascii: "P")
            {
                return true
            }
            index += 1
        }
        return false
    }
}
