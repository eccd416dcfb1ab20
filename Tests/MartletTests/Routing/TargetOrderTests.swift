import TestSupport
import Testing

@testable import Martlet

@Suite("Orders of targets")
struct TargetOrderTests {
    private static func chiSquare(_ counts: [Int], _ shares: [Double]) -> Double {
        let total = Double(counts.reduce(0, +))
        return zip(counts, shares).reduce(0) { sum, entry in
            let expected = entry.1 * total
            return sum + (Double(entry.0) - expected) * (Double(entry.0) - expected) / expected
        }
    }

    /// The distribution's value for 2 degrees of freedom that 1 seed of 10,000 exceeds; the seeds are fixed.
    private static let limitForThree = 18.42
    /// The same for 1 degree.
    private static let limitForTwo = 15.14

    @Test(arguments: 0..<20 as Range<UInt64>)
    func sharesFollowTheWeights(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var first = [0, 0, 0]
        var secondAfterFirst = [0, 0]
        for _ in 0..<3000 {
            let order = TargetOrder.weighted([0.7, 0.2, 0.1], using: &random)
            #expect(order.sorted() == [0, 1, 2])
            first[order[0]] += 1
            if order[0] == 0 { secondAfterFirst[order[1] - 1] += 1 }
        }
        #expect(Self.chiSquare(first, [0.7, 0.2, 0.1]) < Self.limitForThree)
        // What falls to the first when it fails is spread over the others by their weights.
        #expect(Self.chiSquare(secondAfterFirst, [2.0 / 3, 1.0 / 3]) < Self.limitForTwo)
    }

    @Test func thoseOfWeightZeroComeLast() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<100 {
            #expect(TargetOrder.weighted([0, 1, 0, 3], using: &random).suffix(2) == [0, 2])
        }
        #expect(TargetOrder.weighted([], using: &random) == [])
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func theWorstOfTwoChoicesIsNeverFirst(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var first = [0, 0, 0]
        for _ in 0..<3000 {
            let order = TargetOrder.twoChoices(count: 3, using: &random) { [30, 10, 20][$0] }
            #expect(order.sorted() == [0, 1, 2])
            first[order[0]] += 1
        }
        #expect(first[0] == 0)
        // The best one wins both of the pairs that it is in, the next one of them.
        #expect(Self.chiSquare([first[1], first[2]], [2.0 / 3, 1.0 / 3]) < Self.limitForTwo)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func equalsAreDrawn(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var choices = [0, 0, 0]
        var lowest = [0, 0, 0]
        for _ in 0..<3000 {
            choices[TargetOrder.twoChoices(count: 3, using: &random) { _ in 5 }[0]] += 1
            lowest[TargetOrder.lowest(count: 3, using: &random) { _ in 5 }[0]] += 1
        }
        #expect(Self.chiSquare(choices, [1.0 / 3, 1.0 / 3, 1.0 / 3]) < Self.limitForThree)
        #expect(Self.chiSquare(lowest, [1.0 / 3, 1.0 / 3, 1.0 / 3]) < Self.limitForThree)
    }

    @Test func theFewestAndTheCheapestComeFirst() {
        var random = SeededGenerator(seed: 1)
        #expect(TargetOrder.lowest(count: 4, using: &random) { [3, 0, 9, 1][$0] } == [1, 3, 0, 2])
        #expect(TargetOrder.cheapest(count: 4) { [3, nil, 1, 3][$0] } == [2, 0, 3, 1])
    }

    @Test(
        arguments: [
            (TargetLoad(latency: 100, runningCount: 0), 100), (TargetLoad(latency: 100, runningCount: 3), 400),
            (TargetLoad(), 0), (TargetLoad(runningCount: 2), 2e9), (TargetLoad(latency: .nan), 0),
            (TargetLoad(latency: -5, runningCount: -1), 0),
        ] as [(TargetLoad, Double)]
    )
    func theUnknownIsTriedOnceAtATime(load: TargetLoad, wait: Double) {
        #expect(load.expectedWait == wait)
    }
}
