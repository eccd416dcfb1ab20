import JSON

/// Finds the marks of prompt caching in a value: `cache_control` members (Anthropic Messages) and `cachePoint` blocks
/// (Bedrock Converse).
enum CacheMarks {
    /// The ranges to leave out of the value at `range`, in their order, each with the comma that belongs to it: what is
    /// left is spelled as if the marks had never been there.
    static func omissions(_ range: Range<Int>, in bytes: Span<UInt8>) -> [Range<Int>] {
        let names = namePositions(range, in: bytes)
        // Providers allow four marks. With so many there is something else behind it, and no time to lose on it.
        guard !names.isEmpty, names.count <= maximumNameCount else { return [] }
        var omissions: [Range<Int>] = []
        // What is no JSON after all is hashed as it is.
        try? find(range, in: bytes, names: names, depth: 0, &omissions)
        return omissions
    }

    private static let maximumNameCount = 32

    /// Marks are no deeper than in a part of the result of a tool in a message.
    private static let maximumDepth = 8

    private struct Item {
        let whole: Range<Int>
        let value: Range<Int>
        let isMark: Bool
    }

    private static func find(
        _ range: Range<Int>,
        in bytes: Span<UInt8>,
        names: [Int],
        depth: Int,
        _ omissions: inout [Range<Int>]
    ) throws(JSONError) {
        guard depth < maximumDepth, names.contains(where: range.contains) else { return }
        let items = try items(range, in: bytes, names: names)
        for (place, item) in items.enumerated() {
            if item.isMark {
                omissions.append(omission(of: place, among: items))
            } else {
                try find(item.value, in: bytes, names: names, depth: depth + 1, &omissions)
            }
        }
    }

    /// The members or elements of a container.
    private static func items(_ range: Range<Int>, in bytes: Span<UInt8>, names: [Int]) throws(JSONError) -> [Item] {
        var items: [Item] = []
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "{"):
            try JSONScanner.scanObject(bytes, in: range) { member throws(JSONError) in
                let whole = member.lowerBound..<member.upperBound
                let isMark = member.isNamed("cache_control", in: bytes)
                items.append(Item(whole: whole, value: member.value, isMark: isMark))
            }
        case UInt8(ascii: "["):
            try JSONScanner.scanArray(bytes, in: range) { value, kind throws(JSONError) in
                let mayBeMark = kind == .object && names.contains(where: value.contains)
                let isMark = mayBeMark ? try isCachePoint(value, in: bytes) : false
                items.append(Item(whole: value, value: value, isMark: isMark))
            }
        default:
            break
        }
        return items
    }

    /// The item and the comma before it, or the one behind it when there is nothing left before it.
    private static func omission(of place: Int, among items: [Item]) -> Range<Int> {
        let item = items[place]
        if let kept = items[..<place].last(where: { !$0.isMark }) {
            return kept.whole.upperBound..<item.whole.upperBound
        }
        let next = items[(place + 1)...].first
        return item.whole.lowerBound..<(next?.whole.lowerBound ?? item.whole.upperBound)
    }

    private static func isCachePoint(_ range: Range<Int>, in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        var isCachePoint = false
        try JSONScanner.scanObject(bytes, in: range) { member throws(JSONError) in
            if member.isNamed("cachePoint", in: bytes) { isCachePoint = true }
        }
        return isCachePoint
    }

    /// Where strings begin with `cache_` or `cacheP`, up to one more than are looked at.
    ///
    /// One pass in steps of up to seven bytes (R. N. Horspool, "Practical Fast Searching in Strings", 1980): the byte
    /// that would be the last of the seven says how far the next place is at which all can fit.
    private static func namePositions(_ range: Range<Int>, in bytes: Span<UInt8>) -> [Int] {
        var positions: [Int] = []
        var last = range.lowerBound + 6
        while last < range.upperBound {
            switch bytes[last] {
            case UInt8(ascii: "_"), UInt8(ascii: "P"):
                if beginsName(last - 6, in: bytes) {
                    positions.append(last - 6)
                    if positions.count > maximumNameCount { return positions }
                }
                last += 7
            case UInt8(ascii: "e"): last += 1
            case UInt8(ascii: "h"): last += 2
            case UInt8(ascii: "c"): last += 3
            case UInt8(ascii: "a"): last += 4
            case UInt8(ascii: "\""): last += 6
            default: last += 7
            }
        }
        return positions
    }

    /// Whether the six bytes from `start` on, which lie within the span, are `"cache` and not in the midst of a string.
    private static func beginsName(_ start: Int, in bytes: Span<UInt8>) -> Bool {
        bytes[start] == UInt8(ascii: "\"") && bytes[start + 1] == UInt8(ascii: "c")
            && bytes[start + 2] == UInt8(ascii: "a") && bytes[start + 3] == UInt8(ascii: "c")
            && bytes[start + 4] == UInt8(ascii: "h") && bytes[start + 5] == UInt8(ascii: "e")
            && (start == 0 || bytes[start - 1] != UInt8(ascii: "\\"))
    }
}
