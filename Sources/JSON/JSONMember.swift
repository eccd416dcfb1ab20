/// One member of an object, as ranges into the scanned bytes.
package struct JSONMember: Sendable, Equatable {
    /// The name as spelled, without its quotation marks.
    package let name: Range<Int>

    /// Whether the name contains a backslash, so that its spelling is not its value.
    package let nameHasEscapes: Bool

    /// The whole text of the value, without the white space around it.
    package let value: Range<Int>

    /// What kind of value it is.
    package let kind: JSONKind

    /// Where the member begins: the opening quotation mark of its name.
    package var lowerBound: Int { name.lowerBound - 1 }

    /// Where the member ends: just after its value.
    package var upperBound: Int { value.upperBound }

    /// Whether the name, once decoded, has exactly the bytes of `name`: `"mod\u0065l"` is named `model`.
    ///
    /// `bytes` must be the span the member was found in.
    package func isNamed(_ name: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard nameHasEscapes else { return JSONText.equals(bytes, self.name, name) }
        // Decoding never lengthens, so a spelling shorter than the wanted name cannot be it.
        guard self.name.count >= name.utf8CodeUnitCount else { return false }
        guard let decoded = JSONText.decode(bytes, self.name) else { return false }
        return JSONText.equals(decoded.span, 0..<decoded.count, name)
    }
}

extension JSONMember {
    /// The same member in a larger text, in which the scanned one begins at `offset`.
    package func offset(by offset: Int) -> JSONMember {
        JSONMember(
            name: name.lowerBound + offset..<name.upperBound + offset,
            nameHasEscapes: nameHasEscapes,
            value: value.lowerBound + offset..<value.upperBound + offset,
            kind: kind
        )
    }
}
