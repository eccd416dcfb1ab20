/// A name in which `*` stands for any text, also for none. Upper and lower case differ.
///
/// Matching takes time in proportion to the text, however many stars there are.
struct NamePattern: Sendable, Equatable {
    /// The pattern as it was written.
    let text: String
    private let prefix: LiteralSearch
    private let suffix: LiteralSearch
    /// What must follow each other between the first star and the last.
    private let middle: [LiteralSearch]
    /// How many stars there are.
    let starCount: Int

    init(_ text: String) {
        self.text = text
        let pieces = text.utf8.split(separator: Self.star, omittingEmptySubsequences: false)
            .map { LiteralSearch(String(decoding: $0, as: UTF8.self)) }
        starCount = pieces.count - 1
        prefix = pieces.first ?? LiteralSearch("")
        suffix = pieces.count > 1 ? pieces.last ?? LiteralSearch("") : LiteralSearch("")
        middle = pieces.dropFirst().dropLast().filter { !$0.bytes.isEmpty }
    }

    /// Whether there is a star in a name.
    static func isPattern(_ name: String) -> Bool { name.utf8.contains(star) }

    private static let star = UInt8(ascii: "*")

    /// Whether the whole text is like this.
    func matches(_ text: String) -> Bool {
        matches(text.utf8.span)
    }

    private func matches(_ text: Span<UInt8>) -> Bool {
        guard starCount > 0 else { return text.count == prefix.bytes.count && prefix.stands(at: 0, in: text) }
        let end = text.count - suffix.bytes.count
        guard prefix.bytes.count <= end, prefix.stands(at: 0, in: text), suffix.stands(at: end, in: text) else {
            return false
        }
        var start = prefix.bytes.count
        for piece in middle {
            guard let found = piece.end(in: text, within: start..<end) else { return false }
            start = found
        }
        return true
    }

    /// Whether everything that matches `other` matches this as well.
    func covers(_ other: NamePattern) -> Bool {
        // A star of the other can only be swallowed by one of this, as if it were a character of its own.
        matches(other.text)
    }

    /// What the star stands for in a text that matches; nil unless there is exactly one star.
    func starred(in text: String) -> Substring? {
        guard starCount == 1, matches(text) else { return nil }
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: prefix.bytes.count)
        let end = utf8.index(utf8.endIndex, offsetBy: -suffix.bytes.count)
        return text[start..<end]
    }
}
