/// Finds the end of runs of bytes that mean themselves in a JSON string.
///
/// Eight bytes are looked at in one word. A byte is special if it is a quotation mark, a backslash or below 0x20: for
/// each of these a subtraction sets the top bit of the byte. A borrow can reach a byte only from a special one below
/// it, so the lowest hit is always exact.
enum JSONPlainText {
    private static var quotationMarks: UInt64 { 0x2222_2222_2222_2222 }
    private static var backslashes: UInt64 { 0x5C5C_5C5C_5C5C_5C5C }
    private static var spaces: UInt64 { 0x2020_2020_2020_2020 }
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var topBits: UInt64 { 0x8080_8080_8080_8080 }

    /// The index of the first byte at or after `start` that is special or not ASCII, or the count of `bytes`.
    @inline(__always)
    static func asciiEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
        end(in: bytes, from: start) { word in (candidates(word) | word) & topBits }
    }

    /// The index of the first special byte at or after `start`, or the count of `bytes`.
    @inline(__always)
    static func end(in bytes: Span<UInt8>, from start: Int) -> Int {
        // A byte that is not ASCII can look like a hit of any of the subtractions and is none.
        end(in: bytes, from: start) { word in candidates(word) & ~word & topBits }
    }

    @inline(__always)
    private static func end(in bytes: Span<UInt8>, from start: Int, hits: (UInt64) -> UInt64) -> Int {
        let raw = bytes.bytes
        let count = bytes.count
        var index = start
        while count - index >= 8 {
            // This load checks its bounds; "unsafe" in its name is about types, and every bit pattern is a UInt64.
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = hits(word)
            if found != 0 { return index + found.trailingZeroBitCount >> 3 }
            index += 8
        }
        // A byte in all lanes of a word is judged by the same rule as eight different ones.
        while index < count, hits(UInt64(bytes[index]) * ones) == 0 { index += 1 }
        return index
    }

    /// A word with the top bit of each special byte set, exact up to the lowest special byte among ASCII bytes.
    @inline(__always)
    private static func candidates(_ word: UInt64) -> UInt64 {
        // The subtractions wrap on purpose: each is meant for the eight bytes of a word and not for its number. A byte
        // that is too small for its own subtraction borrows from the one above it, up to wrapping around the top, and
        // borrowing is what sets its top bit. No length or offset is computed here.
        let quotes = (word ^ quotationMarks) &- ones
        let escapes = (word ^ backslashes) &- ones
        let controls = word &- spaces
        return quotes | escapes | controls
    }
}
