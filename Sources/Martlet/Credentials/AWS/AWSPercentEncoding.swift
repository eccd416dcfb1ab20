/// Percent-encoding as Signature Version 4 wants it: everything but RFC 3986's unreserved characters, with capital
/// digits.
enum AWSPercentEncoding {
    /// Appends the bytes of `range` encoded.
    ///
    /// - Parameter keepsSlashes: Whether `/` stays as it is, as it does between the segments of a path.
    static func append(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        keepsSlashes: Bool = false,
        to output: inout [UInt8]
    ) {
        for index in range.clamped(to: 0..<bytes.count) {
            append(bytes[index], keepsSlashes: keepsSlashes, to: &output)
        }
    }

    /// Appends one byte encoded.
    @inline(__always)
    static func append(_ byte: UInt8, keepsSlashes: Bool = false, to output: inout [UInt8]) {
        if isUnreserved(byte) || (keepsSlashes && byte == UInt8(ascii: "/")) {
            output.append(byte)
        } else {
            output.append(UInt8(ascii: "%"))
            output.append(digit(byte >> 4, letters: UInt8(ascii: "A")))
            output.append(digit(byte & 0x0F, letters: UInt8(ascii: "A")))
        }
    }

    /// The text encoded, as one part of a path or a query.
    static func encoded(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for byte in text.utf8 { append(byte, to: &output) }
        return output
    }

    /// The byte that two hexadecimal digits behind a percent sign at `index` stand for; nil where there are none.
    static func byte(_ bytes: Span<UInt8>, escapedAt index: Int, before end: Int) -> UInt8? {
        guard bytes[index] == UInt8(ascii: "%"), index + 2 < min(end, bytes.count) else { return nil }
        guard let high = value(bytes[index + 1]), let low = value(bytes[index + 2]) else { return nil }
        return high << 4 | low
    }

    /// Appends two small hexadecimal digits for each byte.
    static func appendHexadecimal(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in bytes.indices {
            output.append(digit(bytes[index] >> 4, letters: UInt8(ascii: "a")))
            output.append(digit(bytes[index] & 0x0F, letters: UInt8(ascii: "a")))
        }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isAlphanumeric(byte)
        }
    }

    /// - Parameter nibble: Below 16.
    private static func digit(_ nibble: UInt8, letters: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : letters + nibble - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
