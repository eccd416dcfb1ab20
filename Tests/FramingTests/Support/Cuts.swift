extension Array where Element == UInt8 {
    /// The bytes whole, in two parts cut at each place, and one by one.
    var everyCut: [[[UInt8]]] {
        [[self]] + (0...count).map { [Array(prefix($0)), Array(dropFirst($0))] } + [map { [$0] }]
    }

    init(hex: String) {
        self = stride(from: 0, to: hex.utf8.count, by: 2).compactMap { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
        }
    }
}
