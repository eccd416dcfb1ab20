extension Span<UInt8> {
    /// Whether both have the same bytes.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes end with the ASCII text.
    func hasSuffix(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        let start = count - length
        // The buffer has `length` bytes, and `start + length` is the count of this span.
        return text.withUTF8Buffer { wanted in
            for place in 0..<length where self[start + place] != wanted[place] { return false }
            return true
        }
    }

    /// Whether the bytes are the lower-case ASCII text, letter case aside. Of the text only letters, digits and hyphens
    /// are compared rightly.
    func isNamed(_ lowerCaseText: StaticString) -> Bool {
        guard count == lowerCaseText.utf8CodeUnitCount else { return false }
        // The buffer has as many bytes as this span.
        return lowerCaseText.withUTF8Buffer { wanted in
            for index in indices where self[index] | 0x20 != wanted[index] { return false }
            return true
        }
    }

    /// The number spelled by the bytes in at most nine decimal digits.
    var decimalNumber: Int? {
        guard (1...9).contains(count) else { return nil }
        var value = 0
        for index in indices {
            let byte = self[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
