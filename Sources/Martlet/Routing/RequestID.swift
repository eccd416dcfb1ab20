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

    /// A new id: `req_` and 128 random bits in hexadecimal digits.
    package static func make(using generator: inout some RandomNumberGenerator) -> String {
        let high: UInt64 = generator.next()
        let low: UInt64 = generator.next()
        return String(unsafeUninitializedCapacity: 36) { buffer in
            let prefix: StaticString = "req_"
            prefix.withUTF8Buffer { bytes in
                for (index, byte) in bytes.enumerated() { buffer[index] = byte }
            }
            for (index, word) in [high, low].enumerated() {
                for digit in 0..<16 {
                    let value = UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(digit)) & 0xF)
                    buffer[4 + index * 16 + digit] = value < 10 ? 0x30 + value : 0x57 + value
                }
            }
            return 36
        }
    }
}
