/// A number as it was spelled, whatever its size and precision.
///
/// Two numbers are equal if they are spelled the same: `1`, `1.0` and `1e0` differ.
package struct JSONNumber: Sendable, Hashable {
    /// The text of the number, valid by RFC 8259, section 6.
    package let spelling: String

    /// A number for text that is known to be valid.
    init(valid spelling: String) {
        self.spelling = spelling
    }

    /// A number with the given spelling, or nil if that is not a JSON number.
    package init?(spelling: String) {
        let text = spelling.utf8.span
        guard let kind = try? JSONScanner.validate(text), kind == .number else { return nil }
        guard JSONText.trimmedRange(text) == 0..<text.count else { return nil }
        self.spelling = spelling
    }

    /// An integer in decimal digits.
    package init(_ value: some FixedWidthInteger) {
        spelling = String(value)
    }

    /// The shortest spelling that reads as `value` again, or nil if `value` is infinite or not a number.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        spelling = value.description
    }

    /// The value, or nil if the spelling has a fraction or an exponent or the value does not fit in 64 bits.
    package var integer: Int? {
        let text = spelling.utf8.span
        return JSONText.integer(text, 0..<text.count)
    }

    /// The nearest finite value, or nil if there is none, as for `1e400`.
    package var double: Double? {
        guard let value = Double(spelling), value.isFinite else { return nil }
        return value
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// The literal in decimal digits.
    package init(integerLiteral value: Int) {
        self.init(value)
    }
}
