/// The segments of a path, with their percent-encoding undone (RFC 3986, 2.1).
struct PathSegments {
    /// Those that are left.
    private(set) var names: [String] = []

    /// - Parameter path: A path that begins with a slash. A second slash makes an empty segment, which leads nowhere.
    init(_ path: Span<UInt8>) {
        var segment: [UInt8] = []
        var index = path.isEmpty ? 0 : 1
        while index < path.count {
            let byte = path[index]
            index += 1
            if byte == UInt8(ascii: "/") {
                append(&segment)
            } else if byte == UInt8(ascii: "%"), index + 1 < path.count,
                let high = Self.digit(path[index]), let low = Self.digit(path[index + 1])
            {
                segment.append(high << 4 | low)
                index += 2
            } else {
                segment.append(byte)
            }
        }
        append(&segment)
    }

    /// Drops the first segment if it is `name`.
    mutating func dropFirst(equalTo name: String) -> Bool {
        guard names.first == name else { return false }
        names.removeFirst()
        return true
    }

    /// The segments from `start` on as one text.
    func rest(from start: Int, droppingLast count: Int = 0) -> String {
        names.dropFirst(start).dropLast(count).joined(separator: "/")
    }

    private mutating func append(_ segment: inout [UInt8]) {
        names.append(String(decoding: segment, as: UTF8.self))
        segment.removeAll(keepingCapacity: true)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are those of `text`.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<count where self[index] != text[index] {
                return false
            }
            return true
        }
    }
}
