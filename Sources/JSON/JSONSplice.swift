/// Edits of a JSON text by byte range that leave every other byte as it was.
///
/// Edits may be recorded in any order. They are kept sorted; edits at one offset take effect in this order: insertions
/// as they were recorded, then the replacement that begins there.
package struct JSONSplice: Sendable, Equatable {
    /// The error of an edit that touches bytes which another edit already replaces.
    package struct Conflict: Error, Equatable, Sendable {}

    /// A part of the result.
    package enum Piece: Sendable, Equatable {
        /// Bytes of the source, unchanged. Never empty.
        case source(Range<Int>)
        /// Bytes that an edit brings. Never empty.
        case replacement([UInt8])
    }

    struct Edit: Sendable, Equatable {
        var range: Range<Int>
        var bytes: [UInt8]
    }

    private(set) var edits: [Edit] = []

    /// Creates a splice without edits, whose result is the source.
    package init() {}

    /// Whether no edit has been recorded.
    package var isEmpty: Bool { edits.isEmpty }

    /// Replaces the bytes at `range` of the source.
    /// - Throws: ``Conflict`` if another edit replaces some of them or inserts in between.
    package mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) throws(Conflict) {
        try add(Edit(range: range, bytes: bytes))
    }

    /// Inserts bytes before the byte at `offset` of the source.
    /// - Throws: ``Conflict`` if another edit replaces the bytes on both sides of that place.
    package mutating func insert(_ bytes: [UInt8], at offset: Int) throws(Conflict) {
        try add(Edit(range: offset..<offset, bytes: bytes))
    }

    /// Removes the bytes at `range` of the source.
    /// - Throws: ``Conflict`` if another edit replaces some of them or inserts in between.
    package mutating func remove(_ range: Range<Int>) throws(Conflict) {
        try add(Edit(range: range, bytes: []))
    }

    private mutating func add(_ edit: Edit) throws(Conflict) {
        if edit.range.isEmpty, edit.bytes.isEmpty { return }
        let place = edits.firstIndex { Self.follows($0.range, edit.range) } ?? edits.count
        if place > 0, edits[place - 1].range.upperBound > edit.range.lowerBound { throw Conflict() }
        if place < edits.count, edits[place].range.lowerBound < edit.range.upperBound { throw Conflict() }
        edits.insert(edit, at: place)
    }

    /// Whether `old` has to stand behind `new`, which is recorded later.
    private static func follows(_ old: Range<Int>, _ new: Range<Int>) -> Bool {
        if old.lowerBound != new.lowerBound { return old.lowerBound > new.lowerBound }
        return new.isEmpty && !old.isEmpty
    }
}

extension JSONSplice {
    /// How many bytes the result has if the source has `sourceCount`.
    package func resultCount(sourceCount: Int) -> Int {
        var count = 0
        forEachPiece(sourceCount: sourceCount) { piece in
            switch piece {
            case .source(let range): count += range.count
            case .replacement(let bytes): count += bytes.count
            }
        }
        return count
    }

    /// Calls `body` with the parts of the result in order, so that each can be copied to where it is needed.
    ///
    /// Edits beyond `sourceCount`, the count of bytes of the source, are cut off there.
    package func forEachPiece<Failure: Error>(
        sourceCount: Int,
        _ body: (Piece) throws(Failure) -> Void
    ) throws(Failure) {
        var position = 0
        for edit in edits {
            let lower = min(max(edit.range.lowerBound, position), sourceCount)
            if lower > position { try body(.source(position..<lower)) }
            if !edit.bytes.isEmpty { try body(.replacement(edit.bytes)) }
            position = max(position, min(edit.range.upperBound, sourceCount))
        }
        if position < sourceCount { try body(.source(position..<sourceCount)) }
    }

    /// The result in one array, for callers without an output buffer of their own.
    package func applied(to source: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(resultCount(sourceCount: source.count))
        forEachPiece(sourceCount: source.count) { piece in
            switch piece {
            case .source(let range):
                JSONText.append(source.extracting(range), to: &output)
            case .replacement(let bytes):
                output.append(contentsOf: bytes)
            }
        }
        return output
    }
}
