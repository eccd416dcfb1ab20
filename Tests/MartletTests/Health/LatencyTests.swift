import TestSupport
import Testing

@testable import Martlet

@Suite("Latencies of targets")
struct LatencyTests {
    private let start = Moment(nanoseconds: 0)

    private func at(_ seconds: Double) -> Moment { start + Interval(seconds: seconds) }
    private func seconds(_ seconds: Double) -> Interval { Interval(seconds: seconds) }

    // MARK: Estimate

    @Test func theEstimateRisesAtOnceAndFallsSlowly() {
        var estimate = LatencyEstimate(decay: seconds(10))
        estimate.observe(seconds(0.1), now: at(0))
        #expect(abs(estimate.value(now: at(0)) / 1e9 - 0.1) < 1e-9)
        estimate.observe(seconds(2), now: at(1))
        #expect(abs(estimate.value(now: at(1)) / 1e9 - 2) < 1e-9)
        estimate.observe(seconds(0.1), now: at(2))
        // 2 · e^(−0.1) + 0.1 · (1 − e^(−0.1))
        #expect(abs(estimate.value(now: at(2)) / 1e9 - 1.8191909) < 1e-6)
        // e^(−1) of it after ten seconds of silence.
        #expect(abs(estimate.value(now: at(12)) / 1e9 - 0.669243) < 1e-5)
    }

    @Test func loadIsTheEstimateAndWhatRuns() {
        var estimate = LatencyEstimate(decay: seconds(10))
        estimate.observe(seconds(0.5), now: at(0))
        for _ in 0..<3 { estimate.begin() }
        #expect(estimate.load(now: at(0)) == TargetLoad(latency: 500, runningCount: 3))
        estimate.end()
        #expect(estimate.runningCount == 2)
        for _ in 0..<5 { estimate.end() }
        #expect(estimate.runningCount == 0)
    }

    @Test func whatIsNotKnownOrForgottenHasNoLatency() {
        var estimate = LatencyEstimate(decay: seconds(10))
        #expect(estimate.load(now: at(0)) == TargetLoad())
        estimate.observe(seconds(0.5), now: at(0))
        #expect(estimate.load(now: at(29)).latency != nil)
        #expect(estimate.load(now: at(31)).latency == nil)
        estimate.observe(seconds(0.5), now: at(40))
        #expect(estimate.load(now: at(40)).latency != nil)
    }

    @Test func strangeTimesDoNoHarm() {
        var estimate = LatencyEstimate(decay: .zero)
        estimate.observe(Interval(nanoseconds: .min), now: at(5))
        estimate.observe(.longest, now: at(1))
        estimate.observe(seconds(1), now: Moment(nanoseconds: .min))
        #expect(estimate.value(now: Moment(nanoseconds: .max)).isFinite)
        #expect(estimate.value(now: Moment(nanoseconds: .min)).isFinite)
    }

    // MARK: Quantile

    @Test(arguments: [0.5, 0.9, 0.95, 0.99, 1])
    func quantilesAreExactToAnEighth(quantile: Double) throws {
        var random = SeededGenerator(seed: 11)
        var live = LatencyQuantile(now: start)
        var times: [Double] = []
        for _ in 0..<5000 {
            // From a few microseconds to minutes.
            var time = 0.00001
            for _ in 0..<Int.random(in: 0...23, using: &random) { time *= 1 + random.unit() }
            times.append(time)
            live.record(seconds(time), now: start)
        }
        times.sort()
        let exact = times[max(0, Int((quantile * 5000).rounded(.up)) - 1)]
        let found = try #require(live.value(quantile, now: start)).seconds
        #expect(found >= exact * 0.999 && found <= exact * 1.126 + 0.000_002)
    }

    @Test func classesAreInOrderAndHaveNoGaps() {
        var previous = Interval.zero
        for position in 0..<240 {
            let bound = LatencyQuantile.upperBound(of: position)
            #expect(bound > previous)
            #expect(LatencyQuantile.position(of: previous) == position)
            #expect(LatencyQuantile.position(of: Interval(nanoseconds: bound.nanoseconds - 1000)) == position)
            previous = bound
        }
        #expect(LatencyQuantile.position(of: .longest) == 239)
        #expect(LatencyQuantile.position(of: Interval(nanoseconds: .min)) == 0)
    }

    @Test func whatIsOldIsForgotten() {
        var live = LatencyQuantile(window: seconds(60), now: start)
        for _ in 0..<100 { live.record(seconds(10), now: at(1)) }
        #expect(live.count(now: at(29)) == 100)
        #expect((live.value(0.95, now: at(40))?.seconds ?? 0) > 9)
        for _ in 0..<100 { live.record(seconds(0.1), now: at(40)) }
        #expect(live.count(now: at(40)) == 200)
        #expect((live.value(0.95, now: at(41))?.seconds ?? 0) > 9)
        for _ in 0..<100 { live.record(seconds(0.1), now: at(71)) }
        #expect(live.count(now: at(71)) == 200)
        #expect((live.value(0.95, now: at(71))?.seconds ?? 9) < 0.2)
        // Of two halves that differ, the older one goes first.
        for _ in 0..<100 { live.record(seconds(10), now: at(110)) }
        #expect((live.value(0.5, now: at(139))?.seconds ?? 9) < 0.2)
        #expect((live.value(0.5, now: at(141))?.seconds ?? 0) > 9)
        #expect(live.count(now: at(200)) == 0)
        #expect(live.value(0.95, now: at(200)) == nil)
        live.record(seconds(1), now: at(500))
        #expect(live.count(now: at(500)) == 1)
    }

    @Test func fewObservationsSayNothing() {
        var live = LatencyQuantile(now: start)
        #expect(live.value(0.5, now: start) == nil)
        for _ in 0..<9 { live.record(seconds(1), now: start) }
        #expect(live.value(0.5, atLeast: 10, now: start) == nil)
        live.record(seconds(1), now: start)
        #expect(live.value(0.5, atLeast: 10, now: start) != nil)
        #expect(live.value(.nan, now: start) != nil)
        #expect(live.value(-3, now: start) == live.value(7, now: start))
    }
}
