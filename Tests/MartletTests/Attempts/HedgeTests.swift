import TestSupport
import Testing

@testable import Martlet

@Suite("Hedging")
struct HedgeTests {
    private let start = Moment(nanoseconds: 0)

    private func firstTokens(_ count: Int, _ seconds: Double) -> LatencyQuantile {
        var live = LatencyQuantile(now: start)
        for _ in 0..<count { live.record(Interval(seconds: seconds), now: start) }
        return live
    }

    @Test func theWaitIsTheTargetsOwnQuantileWithinItsLimits() throws {
        let policy = HedgePolicy(HedgeSettings())
        #expect(policy.delay(firstTokens(49, 1), now: start) == nil)
        let usual = try #require(policy.delay(firstTokens(50, 1), now: start))
        #expect((1...1.13).contains(usual.seconds))
        #expect(policy.delay(firstTokens(50, 0.001), now: start) == Interval(seconds: 0.2))
        #expect(policy.delay(firstTokens(50, 500), now: start) == Interval(seconds: 30))
    }

    @Test func theSlowestTwentiethDecides() throws {
        var live = firstTokens(940, 0.5)
        for _ in 0..<60 { live.record(Interval(seconds: 8), now: start) }
        let delay = try #require(HedgePolicy(HedgeSettings()).delay(live, now: start))
        #expect(delay.seconds >= 8)
    }

    /// Whatever happens, second attempts stay within their share, apart from what was saved up.
    @Test(arguments: [UInt64(1), 2, 3])
    func secondAttemptsStayWithinTheirShare(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var budget = HedgeBudget(HedgeSettings())
        var requestCount = 0
        var hedgeCount = 0
        for _ in 0..<20_000 {
            budget.requestDidBegin()
            requestCount += 1
            if random.unit() < 0.5, budget.take() { hedgeCount += 1 }
            #expect(Double(hedgeCount) <= 10.0001 + 0.05 * Double(requestCount))
        }
        #expect(hedgeCount > 900)
    }

    @Test func whatWasNotUsedComesBack() {
        var settings = HedgeSettings()
        settings.burst = 1
        settings.share = 0
        var budget = HedgeBudget(settings)
        var taken = [budget.take(), budget.take()]
        budget.giveBack()
        budget.giveBack()
        taken += [budget.take(), budget.take()]
        #expect(taken == [true, false, true, false])
    }
}
