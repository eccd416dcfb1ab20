import TestSupport
import Testing

@testable import Martlet

@Suite("Moments and intervals")
struct MomentTests {
    @Test(
        arguments: [
            (0, 0), (1, 1_000_000_000), (0.0000000005, 1), (-2, -2_000_000_000), (.nan, 0), (.infinity, .max),
            (-.infinity, .min), (1e300, .max), (-1e300, .min), (9_223_372_036.854775, 9_223_372_036_854_775_000),
        ] as [(Double, Int64)]
    )
    func secondsBecomeNanoseconds(_ seconds: Double, _ nanoseconds: Int64) {
        let difference = Interval(seconds: seconds).nanoseconds.subtractingReportingOverflow(nanoseconds)
        #expect(!difference.overflow && difference.partialValue.magnitude <= 1024)
    }

    @Test(
        arguments: [(0, 0), (-5, 0), (1, 1), (999_999_999, 1), (1_000_000_000, 1), (1_000_000_001, 2)] as [(Int64, Int)]
    )
    func wholeSecondsAreRoundedUp(_ nanoseconds: Int64, _ seconds: Int) {
        #expect(Interval(nanoseconds: nanoseconds).wholeSeconds == seconds)
    }

    @Test func arithmeticStopsAtTheEndsOfTheRange() {
        let last = Moment(nanoseconds: .max)
        let first = Moment(nanoseconds: .min)
        #expect(last + .longest == last)
        #expect(first + Interval(nanoseconds: .min) == first)
        #expect(last - first == .longest)
        #expect(first - last == Interval(nanoseconds: .min))
        #expect(Interval.longest + .longest == .longest)
        #expect(Interval.longest * 2 == .longest)
        #expect(Interval.longest * -2 == Interval(nanoseconds: .min))
        #expect(Interval(seconds: 1) * .nan == .zero)
        #expect(Interval.longest.wholeSeconds == 9_223_372_037)
    }

    @Test func doublingEndsAtTheMaximum() {
        let one = Interval(seconds: 1)
        let maximum = Interval(seconds: 60)
        #expect((-1...7).map { one.doubled($0, atMost: maximum).seconds } == [1, 1, 2, 4, 8, 16, 32, 60, 60])
        #expect(one.doubled(.max, atMost: maximum) == maximum)
        #expect(one.doubled(.max, atMost: .longest) == .longest)
        #expect(Interval.zero.doubled(5, atMost: maximum) == .zero)
    }
}

@Suite("Counters that forget")
struct RollingCountsTests {
    /// Ten slots of a second each.
    private static let window = Interval(seconds: 10)

    @Test func whatIsOlderThanTheWindowDoesNotCount() {
        var counts = RollingCounts(window: Self.window, now: Moment(nanoseconds: 0))
        counts.add(first: 1, now: Moment(nanoseconds: 0))
        counts.add(first: 2, second: 3, now: Moment(nanoseconds: 5_000_000_000))
        counts.advance(to: Moment(nanoseconds: 9_999_999_999))
        #expect((counts.first, counts.second) == (3, 3))
        counts.advance(to: Moment(nanoseconds: 10_000_000_000))
        #expect((counts.first, counts.second) == (2, 3))
        counts.advance(to: Moment(nanoseconds: 15_000_000_000))
        #expect((counts.first, counts.second) == (0, 0))
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func countsAreThoseOfTheWindow(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = Int64.random(in: -50_000_000_000...50_000_000_000, using: &random)
        var counts = RollingCounts(window: Self.window, now: Moment(nanoseconds: start))
        var time = start
        var slots: [Int64: Int] = [:]
        for _ in 0..<2000 {
            time += Int64.random(in: 0...(Bool.random(using: &random) ? 400_000_000 : 3_000_000_000), using: &random)
            counts.add(first: 1, second: 2, now: Moment(nanoseconds: time))
            let slot = (time - (time < 0 ? 999_999_999 : 0)) / 1_000_000_000
            slots[slot, default: 0] += 1
            let expected = slots.reduce(0) { $1.key > slot - 10 && $1.key <= slot ? $0 + $1.value : $0 }
            #expect(counts.first == expected && counts.second == 2 * expected)
        }
    }

    @Test func clocksAtTheEndsOfTheirRangeDoNoHarm() {
        var counts = RollingCounts(window: .zero, now: Moment(nanoseconds: .min))
        counts.add(first: 1, now: Moment(nanoseconds: .max))
        counts.add(first: 1, now: Moment(nanoseconds: .min))
        #expect(counts.first == 2)
        var long = RollingCounts(window: .longest, now: Moment(nanoseconds: .min))
        long.add(second: 1, now: Moment(nanoseconds: .max))
        #expect(long.second == 1)
    }
}
