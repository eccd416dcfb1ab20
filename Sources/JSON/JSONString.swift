/// A string as it was spelled, lone surrogates included.
///
/// Two strings are equal if they are spelled with the same bytes: `"a"` and `"\u0061"` differ, and so do two Unicode
/// normal forms of one text. Compare ``value`` for the meaning.
package struct JSONString: Sendable {
    /// The text between the quotation marks, with its escapes.
    package let spelling: String

    /// Whether the spelling has a backslash and therefore differs from the value.
    package let hasEscapes: Bool

    /// A string for text between quotation marks that is known to be valid.
    init(valid spelling: String, hasEscapes: Bool) {
        self.spelling = spelling
        self.hasEscapes = hasEscapes
    }

    /// A string spelled with only those escapes that are required.
    package init(_ value: String) {
        let text = value.utf8.span
        hasEscapes = JSONPlainText.end(in: text, from: 0) < text.count
        guard hasEscapes else {
            spelling = value
            return
        }
        var escaped: [UInt8] = []
        JSONText.appendEscaped(text, to: &escaped)
        spelling = String(decoding: escaped, as: UTF8.self)
    }

    /// The decoded string, or nil if it has surrogates that are not paired.
    package var value: String? {
        guard hasEscapes else { return spelling }
        let text = spelling.utf8.span
        return JSONText.decodedString(text, 0..<text.count)
    }

    /// Whether the decoded string has exactly the bytes of `name`.
    package func isNamed(_ name: String) -> Bool {
        if !hasEscapes { return Self.haveSameBytes(spelling, name) }
        guard spelling.utf8.count >= name.utf8.count, let value else { return false }
        return Self.haveSameBytes(value, name)
    }

    /// Unlike `==` of `String`, which holds canonically equivalent text to be the same.
    static func haveSameBytes(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.utf8.elementsEqual(other.utf8)
    }
}

extension JSONString: Equatable {
    /// Whether both are spelled with the same bytes.
    package static func == (one: JSONString, other: JSONString) -> Bool {
        haveSameBytes(one.spelling, other.spelling)
    }
}

extension JSONString: ExpressibleByStringLiteral {
    /// The literal with only those escapes that are required.
    package init(stringLiteral value: String) {
        self.init(value)
    }
}
