/// Draws one of several weighted keys.
enum KeyChoice {
    /// - Parameters:
    ///   - weights: The weight of each candidate. When none is above zero, all count the same.
    ///   - draw: A random number from 0 up to, but not including, 1.
    /// - Returns: The position of the one drawn; nil without candidates.
    static func draw(weights: [Double], _ draw: Double) -> Int? {
        guard weights.count > 1 else { return weights.isEmpty ? nil : 0 }
        let sum = weights.reduce(0) { $0 + max(0, $1) }
        guard sum > 0, sum.isFinite else {
            return min(weights.count - 1, Int(draw * Double(weights.count)))
        }
        var rest = draw * sum
        for (position, weight) in weights.enumerated() where weight > 0 {
            rest -= weight
            if rest < 0 { return position }
        }
        return weights.lastIndex { $0 > 0 }
    }
}
