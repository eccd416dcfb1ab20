/// Reads the scalars that ``JSONScanner`` found, and spells strings.
///
/// A range that does not lie within the bytes reads as nothing; it never traps.
package enum JSONText {
    /// The integer spelled at `range`, or nil if that is another kind of value, has a fraction or an exponent (even
    /// one without effect, as in `1.0`), or does not fit in 64 bits.
    package static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard contains(bytes, range), !range.isEmpty else { return nil }
        var index = range.lowerBound
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let firstDigit = index
        var value = 0
        while index < range.upperBound {
            let digit = bytes[index]
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let product = value.multipliedReportingOverflow(by: 10)
            // Downwards, because the range of Int reaches one further there.
            let difference = product.partialValue.subtractingReportingOverflow(Int(digit & 0x0F))
            guard !product.overflow, !difference.overflow else { return nil }
            value = difference.partialValue
            index += 1
        }
        let digits = index - firstDigit
        guard digits == 1 || (digits > 1 && bytes[firstDigit] != UInt8(ascii: "0")) else { return nil }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// The truth value spelled at `range`, or nil if that is another kind of value.
    package static func boolean(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
        if equals(bytes, range, "true") { return true }
        return equals(bytes, range, "false") ? false : nil
    }

    /// The decoded string spelled at `range`, quotation marks included, or nil if that is another kind of value or
    /// has surrogates that are not paired and therefore no `String`.
    package static func string(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String? {
        guard contains(bytes, range), range.count >= 2 else { return nil }
        guard bytes[range.lowerBound] == UInt8(ascii: "\""), bytes[range.upperBound - 1] == UInt8(ascii: "\"") else {
            return nil
        }
        return decodedString(bytes, range.lowerBound + 1..<range.upperBound - 1)
    }

    /// The line and column of a byte offset, for messages to people. Both begin at 1; a column is one Unicode scalar,
    /// a line ends with a line feed. An offset beyond the end counts as the end.
    package static func position(of offset: Int, in bytes: Span<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        var index = 0
        while index < min(offset, bytes.count) {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            index += 1
        }
        return (line, column)
    }

    /// The bytes of `bytes` without JSON white space at both ends; where the top value of a valid text lies.
    package static func trimmedRange(_ bytes: Span<UInt8>) -> Range<Int> {
        var lower = 0
        var upper = bytes.count
        while lower < upper, isWhiteSpace(bytes[lower]) { lower += 1 }
        while upper > lower, isWhiteSpace(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    static func contains(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.lowerBound >= 0 && range.upperBound <= bytes.count
    }

    /// Whether the bytes at `range` are those of `literal`.
    @inline(__always)
    static func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ literal: StaticString) -> Bool {
        guard contains(bytes, range), range.count == literal.utf8CodeUnitCount else { return false }
        // The buffer holds utf8CodeUnitCount bytes and both indices stay below that, as the guard has established.
        return literal.withUTF8Buffer { wanted in
            for place in 0..<wanted.count where bytes[range.lowerBound + place] != wanted[place] { return false }
            return true
        }
    }
}
