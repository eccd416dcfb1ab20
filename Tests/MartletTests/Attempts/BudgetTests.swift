import TestSupport
import Testing

@testable import Martlet

@Suite("Budgets of attempts")
struct BudgetTests {
    private let start = Moment(nanoseconds: 1_000_000)

    private func after(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }

    /// Plays a request to so many targets that all fail the same way; what was asked, target by target.
    private func attempts(targets: Int, keys: Int, retries: Int, limit: Int, _ failure: FailureClass) -> [Int] {
        var limits = AttemptLimits()
        limits.maximumAttemptCount = limit
        var budget = AttemptBudget(limits, retryCount: retries, start: start)
        var asked = [Int](repeating: 0, count: targets)
        var target = 0
        var key = 0
        while budget.begin(now: start) {
            asked[target] += 1
            var situation = AttemptSituation()
            situation.mayRetry = budget.mayRetry(after: .zero, unaskedTargetCount: targets - target - 1, now: start)
            situation.hasOtherKey = key + 1 < keys && budget.mayMoveOn(now: start)
            situation.hasNextTarget = target + 1 < targets && budget.mayMoveOn(now: start)
            switch AttemptTable.action(after: failure, situation) {
            case .retrySameKey: budget.takeRetry()
            case .rotateKey: key += 1
            case .nextTarget: (target, key) = (target + 1, 0)
            case .stop: return asked
            }
        }
        return asked
    }

    @Test(
        arguments: [
            (1, 1, 0, [1]), (1, 1, 2, [3]), (3, 1, 0, [1, 1, 1]), (3, 1, 2, [3, 1, 1]), (3, 1, 100, [6, 1, 1]),
            (8, 1, 100, [1, 1, 1, 1, 1, 1, 1, 1]), (10, 1, 5, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
        ] as [(Int, Int, Int, [Int])]
    )
    func retriesAndTargetsAddUp(_ targets: Int, _ keys: Int, _ retries: Int, _ expected: [Int]) {
        #expect(attempts(targets: targets, keys: keys, retries: retries, limit: 8, .serverError) == expected)
    }

    @Test func deadKeysAddUpWithTheRest() {
        #expect(attempts(targets: 2, keys: 3, retries: 5, limit: 8, .keyRefused) == [3, 3])
        #expect(attempts(targets: 3, keys: 5, retries: 5, limit: 8, .keyRefused) == [5, 3, 0])
        #expect(attempts(targets: 2, keys: 100, retries: 5, limit: 8, .rateLimited) == [8, 0])
    }

    @Test func noCombinationExceedsTheLimit() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let limit = Int.random(in: 1...12, using: &random)
            let asked = attempts(
                targets: Int.random(in: 1...9, using: &random),
                keys: Int.random(in: 1...5, using: &random),
                retries: Int.random(in: 0...20, using: &random),
                limit: limit,
                FailureClass.allCases.randomElement(using: &random) ?? .serverError
            )
            let sum = asked.reduce(0, +)
            #expect(sum >= 1 && sum <= limit)
        }
    }

    @Test func timeEndsAttemptsAndWaitsThatWouldOutlastIt() {
        var limits = AttemptLimits()
        limits.totalTime = 10
        var budget = AttemptBudget(limits, retryCount: 5, start: start)
        // The first attempt is made however late it is.
        var late = budget
        let isLateAllowed = late.begin(now: after(60))
        #expect(isLateAllowed)
        let isFirst = budget.begin(now: start)
        #expect(isFirst)
        #expect(budget.mayRetry(after: Interval(seconds: 5), unaskedTargetCount: 0, now: after(4)))
        #expect(!budget.mayRetry(after: Interval(seconds: 5), unaskedTargetCount: 0, now: after(5)))
        #expect(budget.mayMoveOn(now: after(9.9)))
        #expect(!budget.mayMoveOn(now: after(10)))
        let isOver = !budget.begin(now: after(10))
        #expect(isOver)
    }

    @Test func limitsThatMakeNoSenseStillAllowOneAttempt() {
        var limits = AttemptLimits()
        limits.maximumAttemptCount = -5
        var budget = AttemptBudget(limits, retryCount: -1, start: start)
        let begun = [budget.begin(now: start), budget.begin(now: start)]
        #expect(begun == [true, false])
        #expect(!budget.mayRetry(after: .zero, unaskedTargetCount: -3, now: start))
    }

    // MARK: Of a target

    @Test func retriesOfATargetAreAShareOfItsRequestsAndAFewMore() {
        var budget = RetryBudget(now: start)
        var granted = 0
        for _ in 0..<1000 { budget.requestDidBegin(now: start) }
        for _ in 0..<1000 where budget.take(now: start) { granted += 1 }
        #expect(granted == 210)
        // Nothing is left until the window has gone by.
        let isGranted = budget.take(now: after(8.9))
        #expect(!isGranted)
        granted = 0
        for _ in 0..<1000 where budget.take(now: after(11)) { granted += 1 }
        #expect(granted == 10)
    }

    /// A target that fails for ever is asked at most a fifth more often, apart from the few that are always allowed.
    @Test(arguments: [UInt64(1), 2, 3])
    func retriesCannotStorm(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var budget = RetryBudget(now: start)
        var requests: [Double] = []
        var retries: [Double] = []
        var time = 0.0
        while time < 120 {
            time += random.unit() * 0.02
            budget.requestDidBegin(now: after(time))
            requests.append(time)
            for _ in 0..<5 where budget.take(now: after(time)) { retries.append(time) }
        }
        for end in stride(from: 10.0, to: 120, by: 3.7) {
            let requestCount = requests.count { $0 > end - 10 && $0 <= end }
            let retryCount = retries.count { $0 > end - 10 && $0 <= end }
            // The window's edge is off by one slot of ten.
            #expect(Double(retryCount) <= 1.2 * (10 + 0.2 * Double(requestCount)) + 10)
        }
        #expect(Double(retries.count) < 0.2 * Double(requests.count) + 12 * 12)
        #expect(Double(retries.count) > 0.15 * Double(requests.count))
    }
}
