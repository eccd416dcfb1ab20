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

    /// Adds the value at `range`, which nothing is added for if it is not within `bytes`.
    mutating func combine(_ range: Range<Int>, in bytes: Span<UInt8>) {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return }
        var start = range.lowerBound
        if hasMarkers {
            for omission in CacheMarks.omissions(range, in: bytes) {
                let end = max(start, omission.lowerBound)
                hash.combine(bytes.extracting(start..<end))
                start = max(end, omission.upperBound)
            }
        }
        hash.combine(bytes.extracting(start..<max(start, range.upperBound)))
        hash.append(Self.separator)
    }

    /// A byte that no JSON text has.
    private static let separator: UInt8 = 0xFF
}
