/// Brings positions into an order.
enum TargetOrder {
    /// Draws by weight, without putting back: when the first one fails, its share is spread over the others by their
    /// weights. Those of weight 0 come last, as they were given.
    static func weighted(_ weights: [Double], using random: inout some RandomNumberGenerator) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(weights.count)
        var left = Array(weights.indices)
        var leftWeights = weights
        while let position = KeyChoice.draw(weights: leftWeights, unit(&random)), leftWeights[position] > 0 {
            order.append(left.remove(at: position))
            leftWeights.remove(at: position)
        }
        return order + left
    }

    /// Draws two and takes the one of lower cost, again and again: almost as good as the lowest, but requests that are
    /// planned at the same time do not all run to it.
    static func twoChoices(
        count: Int,
        using random: inout some RandomNumberGenerator,
        cost: (Int) -> Double
    ) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(count)
        let costs = (0..<count).map(cost)
        var left = Array(0..<count)
        while left.count > 1 {
            let one = Int.random(in: 0..<left.count, using: &random)
            var other = Int.random(in: 0..<(left.count - 1), using: &random)
            if other >= one { other += 1 }
            order.append(left.remove(at: costs[left[other]] < costs[left[one]] ? other : one))
        }
        return order + left
    }

    /// By rising cost, in random order where costs are the same.
    static func lowest(count: Int, using random: inout some RandomNumberGenerator, cost: (Int) -> Int) -> [Int] {
        let costs = (0..<count).map(cost)
        // Sorting is stable.
        return (0..<count).shuffled(using: &random).sorted { costs[$0] < costs[$1] }
    }

    /// By rising price, as given where prices are the same; without a price last.
    static func cheapest(count: Int, price: (Int) -> Double?) -> [Int] {
        let prices = (0..<count).map { price($0) ?? .infinity }
        return (0..<count).sorted { prices[$0] < prices[$1] }
    }

    /// From 0 up to, but not including, 1.
    private static func unit(_ random: inout some RandomNumberGenerator) -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }
}
