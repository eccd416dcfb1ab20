/// A live quantile of times over the last minute or so, in fixed memory.
///
/// Times are counted in classes whose bounds grow by an eighth of a power of two, so a quantile is exact to 12 %; the
/// method is that of histograms with logarithmic buckets (G. Tene's HdrHistogram, DataDog's DDSketch). Two halves take
/// turns: the older one is thrown away when the younger one is half a window old.
struct LatencyQuantile: Sendable {
    /// Eight classes below 8 µs, then eight for each power of two up to 2^32 µs, which are 71 minutes.
    private static let classCount = 240

    private let halfLength: Int64
    private var younger = [UInt32](repeating: 0, count: classCount)
    private var older = [UInt32](repeating: 0, count: classCount)
    private var youngerCount = 0
    private var olderCount = 0
    private var youngerStart: Moment

    /// - Parameters:
    ///   - window: How far back observations count, more or less: half of it at least, one and a half of it at most.
    ///   - now: When counting begins.
    init(window: Interval = Interval(seconds: 120), now: Moment) {
        halfLength = max(1, window.nanoseconds / 2)
        youngerStart = now
    }

    /// Counts a time.
    mutating func record(_ time: Interval, now: Moment) {
        turn(now: now)
        let position = Self.position(of: time)
        let (sum, overflows) = younger[position].addingReportingOverflow(1)
        guard !overflows else { return }
        younger[position] = sum
        youngerCount += 1
    }

    /// Observations that count at this time.
    func count(now: Moment) -> Int {
        let age = age(now: now)
        if age < halfLength { return youngerCount + olderCount }
        return age - halfLength < halfLength ? youngerCount : 0
    }

    /// The time that this share of the observations did not exceed: the upper bound of its class.
    ///
    /// - Returns: Nil with fewer observations than `minimumCount`.
    func value(_ quantile: Double, atLeast minimumCount: Int = 1, now: Moment) -> Interval? {
        let count = count(now: now)
        guard count > 0, count >= minimumCount else { return nil }
        let share = quantile.isNaN ? 1 : min(max(0, quantile), 1)
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        let includesOlder = age(now: now) < halfLength
        var sum = 0
        for position in 0..<Self.classCount {
            sum += Int(younger[position]) + (includesOlder ? Int(older[position]) : 0)
            if sum >= rank { return Self.upperBound(of: position) }
        }
        return nil
    }

    private func age(now: Moment) -> Int64 { max(0, (now - youngerStart).nanoseconds) }

    private mutating func turn(now: Moment) {
        let age = age(now: now)
        guard age >= halfLength else { return }
        if age - halfLength < halfLength {
            swap(&younger, &older)
            olderCount = youngerCount
        } else {
            for position in older.indices { older[position] = 0 }
            olderCount = 0
        }
        for position in younger.indices { younger[position] = 0 }
        youngerCount = 0
        youngerStart = now
    }

    static func position(of time: Interval) -> Int {
        let microseconds = UInt64(max(0, time.nanoseconds)) / 1000
        guard microseconds >= 8 else { return Int(microseconds) }
        let exponent = 63 - microseconds.leadingZeroBitCount
        let position = (exponent - 2) * 8 + Int(microseconds >> UInt64(exponent - 3) & 7)
        return min(position, classCount - 1)
    }

    static func upperBound(of position: Int) -> Interval {
        guard position >= 8 else { return Interval(nanoseconds: Int64(position + 1) * 1000) }
        let exponent = position / 8 + 2
        let eighths = Int64(position % 8 + 9)
        return Interval(nanoseconds: (eighths << Int64(exponent - 3)) * 1000)
    }
}
