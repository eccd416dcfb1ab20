/// Finds one text in others, in time that grows with the sum of their lengths and not with their product: the
/// algorithm of Knuth, Morris and Pratt, its table made once.
struct LiteralSearch: Sendable, Equatable {
    /// What is looked for.
    let bytes: [UInt8]
    /// For each position, how much of the beginning is found again when the text goes on differently there.
    private let borders: [Int]

    init(_ text: String) {
        bytes = Array(text.utf8)
        var borders = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = borders[length - 1] }
            if bytes[index] == bytes[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// The end of the first occurrence that lies within `range`; nil where there is none.
    func end(in text: Span<UInt8>, within range: Range<Int>) -> Int? {
        guard !bytes.isEmpty else { return range.lowerBound }
        var length = 0
        for index in range.clamped(to: text.indices) {
            while length > 0, text[index] != bytes[length] { length = borders[length - 1] }
            if text[index] == bytes[length] { length += 1 }
            if length == bytes.count { return index + 1 }
        }
        return nil
    }

    /// Whether the text stands at `offset`.
    func stands(at offset: Int, in text: Span<UInt8>) -> Bool {
        guard offset >= 0, bytes.count <= text.count - offset else { return false }
        for (index, byte) in bytes.enumerated() where text[offset + index] != byte { return false }
        return true
    }
}
