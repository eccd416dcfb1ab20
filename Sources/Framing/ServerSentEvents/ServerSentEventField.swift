/// One line's field: which of the known names it has and where its value lies.
///
/// Format: WHATWG HTML, "Server-sent events", "Interpreting an event stream". Comments and unknown names are no field.
struct ServerSentEventField: Equatable {
    enum Name: Equatable {
        case event
        case data
        case id
        case retry
    }

    let name: Name
    /// The value's place in the bytes the line was read from, without the one space that may follow the colon.
    let value: Range<Int>

    /// Reads the line at `line`, which holds no line end; nil when it is none of the known fields.
    init?(in bytes: Span<UInt8>, line: Range<Int>) {
        guard let (name, nameByteCount) = Self.name(in: bytes, line: line) else { return nil }
        self.name = name
        var valueStart = line.lowerBound + nameByteCount
        if valueStart < line.upperBound {
            guard bytes[valueStart] == UInt8(ascii: ":") else { return nil }
            valueStart += 1
            if valueStart < line.upperBound, bytes[valueStart] == UInt8(ascii: " ") { valueStart += 1 }
        }
        value = valueStart..<line.upperBound
    }

    /// The name the line begins with and its length; the caller checks that the name ends there.
    private static func name(in bytes: Span<UInt8>, line: Range<Int>) -> (Name, Int)? {
        let start = line.lowerBound
        guard line.count >= 4 else {
            guard line.count >= 2, bytes[start] == UInt8(ascii: "i"), bytes[start + 1] == UInt8(ascii: "d") else {
                return nil
            }
            return (.id, 2)
        }
        // Every bit pattern is a UInt32 and the load checks its bounds. The constants are the names' first four bytes.
        let head = UInt32(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
        switch head {
        case 0x6461_7461: return (.data, 4)
        case 0x6576_656E where line.count > 4 && bytes[start + 4] == UInt8(ascii: "t"): return (.event, 5)
        case 0x7265_7472 where line.count > 4 && bytes[start + 4] == UInt8(ascii: "y"): return (.retry, 5)
        case let other where other >> 16 == 0x6964: return (.id, 2)
        default: return nil
        }
    }
}
