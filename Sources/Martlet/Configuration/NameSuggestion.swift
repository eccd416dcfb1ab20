/// Finds the name that was probably meant.
enum NameSuggestion {
    /// Longer names are not compared, since the time goes with the square of the length.
    private static let maximumCount = 64

    /// The candidate nearest to `name`, the first of several; nil where none is near enough.
    ///
    /// The distance is the least number of characters to insert, remove, replace or swap with their neighbours; upper
    /// case and hyphens do not count.
    static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
        let wanted = normalized(name)
        guard !wanted.isEmpty, wanted.count <= maximumCount else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = normalized(candidate)
            let allowed = min(3, max(1, min(wanted.count, other.count) / 3))
            guard abs(wanted.count - other.count) <= allowed else { continue }
            let found = distance(wanted, other)
            if found <= allowed, found < best?.distance ?? .max { best = (candidate, found) }
        }
        return best?.name
    }

    private static func normalized(_ name: String) -> [UInt8] {
        name.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }

    /// The optimal string alignment distance; three rows of its table are enough.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            current.reserveCapacity(other.count + 1)
            for column in other.indices {
                let isSame = one[row] == other[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
