/// Positions of keys in their pool. Up to 64 keys take no memory of their own.
struct KeySet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: Set<Int> = []

    init() {}

    /// The positions from 0 up to, but not including, `count`.
    init(count: Int) {
        low = count >= 64 ? .max : (1 << UInt64(max(0, count))) - 1
        if count > 64 { high = Set(64..<count) }
    }

    init(_ positions: some Sequence<Int>) {
        for position in positions { insert(position) }
    }

    func contains(_ position: Int) -> Bool {
        position < 64 ? position >= 0 && low & (1 << UInt64(position)) != 0 : high.contains(position)
    }

    mutating func insert(_ position: Int) {
        guard position >= 0 else { return }
        if position < 64 {
            low |= 1 << UInt64(position)
        } else {
            high.insert(position)
        }
    }
}
