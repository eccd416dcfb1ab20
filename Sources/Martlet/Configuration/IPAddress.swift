/// An IPv4 or IPv6 address in binary form, for comparing with addresses and networks.
package struct IPAddress: Hashable, Sendable {
    /// Four or sixteen bytes, the most significant first.
    let bytes: [UInt8]

    /// Reads dotted decimal (RFC 1123, 2.1) or the text form of IPv6 (RFC 4291, 2.2); nil for anything else, also for
    /// names and for addresses with a zone.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard let bytes = Self.version4(text) ?? Self.version6(text) else { return nil }
        self.bytes = bytes
    }

    /// - Returns: Nil unless there are four or sixteen bytes.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Whether it leads back to the same host.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes.first == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
    }

    /// Whether the first `count` bits are those of `other`, which must be of the same version.
    func shares(_ count: Int, bitsWith other: IPAddress) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var rest = count
        for (one, another) in zip(bytes, other.bytes) where rest > 0 {
            let mask: UInt8 = rest >= 8 ? 0xFF : ~(0xFF >> UInt8(rest))
            guard one & mask == another & mask else { return false }
            rest -= 8
        }
        return true
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit), let byte = UInt8(part) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (3...9).contains(groups.count) else { return nil }
        // Two colons at an end make two empty groups there, of which one stands for the gap.
        var list = groups[...]
        if list.first == "" {
            list = list.dropFirst()
            guard list.first == "" else { return nil }
        }
        if list.last == "" {
            list = list.dropLast()
            guard list.last == "" else { return nil }
        }
        var front: [UInt8] = []
        var back: [UInt8]?
        for (index, group) in list.enumerated() {
            if group.isEmpty {
                guard back == nil else { return nil }
                back = []
                continue
            }
            guard let bytes = bytes(of: group, isLast: index == list.count - 1) else { return nil }
            if back == nil { front += bytes } else { back? += bytes }
        }
        guard let back else { return front.count == 16 ? front : nil }
        guard front.count + back.count <= 14 else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    private static func bytes(of group: String, isLast: Bool) -> [UInt8]? {
        if isLast, group.contains(".") { return version4(group[...]) }
        guard group.utf8.count <= 4, group.allSatisfy(\.isHexDigit), let number = UInt16(group, radix: 16) else {
            return nil
        }
        return [UInt8(number >> 8), UInt8(number & 0xFF)]
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
