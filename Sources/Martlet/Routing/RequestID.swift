/// The id of a request in logs, in answers and towards the provider.
package enum RequestID {
    /// Longest id that is taken from a caller, in bytes.
    package static let maximumByteCount = 128

    /// Whether an id that a caller chose may be written to headers, logs and answers as it is.
    package static func isAcceptable(_ bytes: some Collection<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= maximumByteCount else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: ":")
            }
        }
    }

    /// A new id: `req-`, the time in seconds since 1970 and 64 random bits in hexadecimal digits, as in
    /// `req-1763712000-0123456789abcdef`.
    package static func make(at seconds: Int, using generator: inout some RandomNumberGenerator) -> String {
        var id: [UInt8] = []
        id.reserveCapacity(32)
        id.append("req-")
        id.append(decimal: seconds)
        id.append(UInt8(ascii: "-"))
        var bits: UInt64 = generator.next()
        for _ in 0..<16 {
            bits = bits << 4 | bits >> 60
            let digit = UInt8(truncatingIfNeeded: bits & 0xF)
            id.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
        return String(decoding: id, as: UTF8.self)
    }
}
