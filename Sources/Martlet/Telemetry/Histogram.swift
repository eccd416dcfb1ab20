/// Counts of durations in fixed classes.
struct Histogram: Sendable, Equatable {
    /// Upper bounds of the classes, in seconds: from a cache's answer to a long stream's end.
    static let bounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
    ]

    /// One count for each bound, and one for what lies above all.
    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// Of all durations, in seconds.
    private(set) var sum = 0.0

    /// Durations counted.
    var count: Int { counts.reduce(0, +) }

    mutating func record(seconds: Double) {
        let position = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        counts[position] += 1
        sum += seconds
    }

    static func += (left: inout Histogram, right: Histogram) {
        for position in left.counts.indices {
            left.counts[position] += right.counts[position]
        }
        left.sum += right.sum
    }
}
