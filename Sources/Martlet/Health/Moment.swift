/// A point on a clock that never goes back, such as SwiftNIO's, in nanoseconds.
///
/// The logic of attempts and health is handed the time, it never looks. Arithmetic stops at the ends of the range
/// instead of trapping, because intervals come from configurations and providers.
struct Moment: Sendable, Hashable, Comparable {
    /// Nanoseconds since the clock's own beginning.
    var nanoseconds: Int64

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (moment: Moment, interval: Interval) -> Moment {
        Moment(nanoseconds: Interval.sum(moment.nanoseconds, interval.nanoseconds))
    }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    static func - (later: Moment, earlier: Moment) -> Interval {
        let (difference, overflows) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        guard overflows else { return Interval(nanoseconds: difference) }
        return later > earlier ? .longest : Interval(nanoseconds: .min)
    }
}

/// A length of time in nanoseconds.
struct Interval: Sendable, Hashable, Comparable {
    static let zero = Interval(nanoseconds: 0)
    /// 292 years, which stands for ever.
    static let longest = Interval(nanoseconds: .max)

    var nanoseconds: Int64

    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Seconds with a fraction, as configurations have them. What is not a number counts as none, what is too large as
    /// for ever.
    init(seconds: Double) {
        let nanoseconds = seconds * 1e9
        if nanoseconds.isNaN {
            self.nanoseconds = 0
        } else {
            self.nanoseconds = Int64(exactly: nanoseconds.rounded()) ?? (nanoseconds < 0 ? .min : .max)
        }
    }

    /// The time in seconds.
    var seconds: Double { Double(nanoseconds) / 1e9 }

    /// The time in whole seconds, rounded up, as `Retry-After` wants it; zero for what is past.
    var wholeSeconds: Int {
        guard nanoseconds > 0 else { return 0 }
        return Int(clamping: (nanoseconds - 1) / 1_000_000_000 + 1)
    }

    static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (left: Interval, right: Interval) -> Interval {
        Interval(nanoseconds: sum(left.nanoseconds, right.nanoseconds))
    }

    /// The interval stretched or shortened; see ``Interval/init(seconds:)`` for what is no number.
    static func * (interval: Interval, factor: Double) -> Interval {
        let product = Double(interval.nanoseconds) * factor
        guard !product.isNaN else { return .zero }
        return Interval(nanoseconds: Int64(exactly: product.rounded()) ?? (product < 0 ? .min : .max))
    }

    /// The interval doubled `count` times, at most `maximum`.
    func doubled(_ count: Int, atMost maximum: Interval) -> Interval {
        var interval = self
        for _ in 0..<min(max(0, count), 63) where interval < maximum {
            interval = interval + interval
        }
        return min(interval, maximum)
    }

    fileprivate static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflows) = left.addingReportingOverflow(right)
        guard overflows else { return sum }
        return left < 0 ? .min : .max
    }
}
