import TestSupport
import Testing

@testable import Martlet

/// Tables, budgets, breakers and keys at work together, in a time that is only counted.
@Suite("Requests among failing targets")
struct FaultSimulationTests {
    /// One fails every other time, one never answers, one is well: every request succeeds, and those that fail are soon
    /// left alone.
    @Test(arguments: [UInt64(1), 2, 3])
    func oneTargetThatIsWellIsEnough(seed: UInt64) {
        var world = FaultWorld(seed: seed) { target, random in
            switch target {
            case 0: random < 0.5 ? .serverError : nil
            case 1: .firstByteTimeout
            default: nil
            }
        }
        let outcomes = (0..<2000).map { _ in world.request() }
        #expect(outcomes.allSatisfy { $0.failure == nil })
        #expect(outcomes.allSatisfy { $0.attemptCount <= 5 })
        // In 40 s the target that never answers is asked until its breaker opens, and then by probes alone.
        #expect((5...15).contains(world.attemptCounts[1]))
        // Retries and second targets are a small part of all that is sent.
        #expect(world.attemptCounts.reduce(0, +) < 2000 * 6 / 5)
    }

    @Test func whenAllFailEachRequestHasItsBudgetAndNoMore() {
        var world = FaultWorld(seed: 4) { _, _ in .serverError }
        let outcomes = (0..<1000).map { _ in world.request() }
        #expect(outcomes.allSatisfy { $0.failure == .serverError })
        #expect(outcomes.allSatisfy { $0.attemptCount >= 1 && $0.attemptCount <= 5 })
        // Three targets, 20 s: retries are a fifth of the requests and ten in each window.
        #expect(world.retryCount <= 3 * 2 * 10 + world.attemptCounts.reduce(0, +) / 5)
    }

    /// A minute in which everything fails does not outlast itself.
    @Test func whatWasIllIsFoundWellAgain() {
        var isIll = true
        var world = FaultWorld(seed: 5) { _, _ in nil }
        world.failure = { _, _ in isIll ? .connectFailed : nil }
        for _ in 0..<500 { _ = world.request() }
        isIll = false
        world.failure = { _, _ in nil }
        let outcomes = (0..<2000).map { _ in world.request() }
        #expect(outcomes.allSatisfy { $0.failure == nil && $0.attemptCount == 1 })
        #expect(world.attemptCounts.allSatisfy { $0 > 300 })
    }

    @Test func aCallersMistakeIsSentOnce() {
        var world = FaultWorld(seed: 6) { _, _ in .callerError }
        let outcomes = (0..<1000).map { _ in world.request() }
        #expect(outcomes.allSatisfy { $0.failure == .callerError && $0.attemptCount == 1 })
    }
}

/// Three targets, and requests that arrive every 20 ms.
private struct FaultWorld {
    struct Outcome {
        var attemptCount: Int
        var failure: FailureClass?
    }

    /// What becomes of an attempt at a target, given a random number.
    var failure: (_ target: Int, _ random: Double) -> FailureClass?
    private(set) var attemptCounts = [0, 0, 0]
    private(set) var retryCount = 0

    private var random: SeededGenerator
    private var now = Moment(nanoseconds: 0)
    private var breakers: [CircuitBreaker]
    private var retryBudgets: [RetryBudget]

    init(seed: UInt64, failure: @escaping (_ target: Int, _ random: Double) -> FailureClass?) {
        self.failure = failure
        random = SeededGenerator(seed: seed)
        let start = now
        breakers = (0..<3).map { _ in CircuitBreaker(now: start) }
        retryBudgets = (0..<3).map { _ in RetryBudget(now: start) }
    }

    /// A request to the three targets in an order of its own.
    mutating func request() -> Outcome {
        now = now + Interval(seconds: 0.02)
        let order = [0, 1, 2].shuffled(using: &random)
        let now = now
        let asked = order.filter { if case .refusing = breakers[$0].availability(now: now) { false } else { true } }
        let soonest = order.min { end(of: $0) < end(of: $1) }
        let targets = asked.isEmpty ? [soonest ?? 0] : asked
        var budget = AttemptBudget(retryCount: 2, start: now)
        var last: FailureClass?
        var place = 0
        var isRetry = false
        while place < targets.count {
            let target = targets[place]
            guard case .admitted(let ticket) = breakers[target].admit(now: now, isLastResort: asked.isEmpty),
                budget.begin(now: now)
            else {
                // Its breaker has opened since; the next one's turn.
                place += 1
                isRetry = false
                continue
            }
            attemptCounts[target] += 1
            if !isRetry { retryBudgets[target].requestDidBegin(now: now) }
            last = failure(target, random.unit())
            let outcome = last.map { AttemptTable.rule(for: $0).breakerOutcome } ?? .success
            breakers[target].record(outcome, of: ticket, now: now, random: random.unit())
            guard let last else { return Outcome(attemptCount: budget.attemptCount, failure: nil) }
            switch action(after: last, target, unasked: targets.count - place - 1, budget) {
            case .retrySameKey:
                budget.takeRetry()
                retryCount += 1
                isRetry = true
            case .nextTarget:
                place += 1
                isRetry = false
            case .rotateKey, .stop:
                return Outcome(attemptCount: budget.attemptCount, failure: last)
            }
        }
        return Outcome(attemptCount: budget.attemptCount, failure: last)
    }

    /// Until when a target's breaker refuses.
    private func end(of target: Int) -> Moment {
        if case .refusing(let end) = breakers[target].availability(now: now) { end } else { now }
    }

    private mutating func action(
        after failure: FailureClass,
        _ target: Int,
        unasked: Int,
        _ budget: AttemptBudget
    ) -> AttemptAction {
        var situation = AttemptSituation()
        situation.mayRetry = budget.mayRetry(after: .zero, unaskedTargetCount: unasked, now: now)
        situation.hasNextTarget = unasked > 0 && budget.mayMoveOn(now: now)
        let action = AttemptTable.action(after: failure, situation)
        guard action == .retrySameKey, !retryBudgets[target].take(now: now) else { return action }
        situation.mayRetry = false
        return AttemptTable.action(after: failure, situation)
    }
}
