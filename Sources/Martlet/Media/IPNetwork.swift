/// A range of addresses that begin alike.
struct IPNetwork: Sendable {
    private let start: [UInt8]
    private let bitCount: Int

    /// - Parameters:
    ///   - start: The first bytes, as many as `bitCount` needs.
    ///   - bitCount: How many bits are the same for all.
    init(_ start: [UInt8], _ bitCount: Int) {
        self.start = start
        self.bitCount = bitCount
    }

    /// Whether an address of the network's version is within.
    func contains(_ bytes: [UInt8]) -> Bool {
        guard bytes.count * 8 >= bitCount, start.count * 8 >= bitCount else { return false }
        var rest = bitCount
        for (one, another) in zip(bytes, start) where rest > 0 {
            let mask: UInt8 = rest >= 8 ? 0xFF : ~(0xFF >> UInt8(rest))
            guard one & mask == another & mask else { return false }
            rest -= 8
        }
        return true
    }
}
