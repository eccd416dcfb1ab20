/// Two counters that forget: what is older than the window no longer counts.
///
/// The window is ten slots that are emptied one by one as time goes by, so its edge is off by a tenth at most, and
/// neither memory nor time depend on how much is counted.
struct RollingCounts: Sendable {
    private static let slotCount = 10

    /// All that is counted in the window; as of the last call with a time.
    private(set) var first = 0
    /// As `first`.
    private(set) var second = 0

    private let slotLength: Int64
    private var slots = InlineArray<10, (first: Int, second: Int)>(repeating: (0, 0))
    private var newest: Int64

    /// - Parameters:
    ///   - window: How long something counts; a microsecond at least.
    ///   - now: The time at which counting begins.
    init(window: Interval, now: Moment) {
        slotLength = max(100, window.nanoseconds / Int64(Self.slotCount))
        newest = Self.floor(now.nanoseconds, slotLength)
    }

    /// Adds to the counters. A time before the latest one counts as that.
    mutating func add(first: Int = 0, second: Int = 0, now: Moment) {
        advance(to: now)
        let slot = position(of: newest)
        slots[slot].first += first
        slots[slot].second += second
        self.first += first
        self.second += second
    }

    /// Forgets what has become too old.
    mutating func advance(to now: Moment) {
        let slot = Self.floor(now.nanoseconds, slotLength)
        guard slot > newest else { return }
        let (distance, isFar) = slot.subtractingReportingOverflow(newest)
        guard !isFar, distance < Int64(Self.slotCount) else {
            forgetAll()
            newest = slot
            return
        }
        while newest < slot {
            newest += 1
            let position = position(of: newest)
            first -= slots[position].first
            second -= slots[position].second
            slots[position] = (0, 0)
        }
    }

    /// Begins anew.
    mutating func forgetAll() {
        slots = InlineArray(repeating: (0, 0))
        first = 0
        second = 0
    }

    private func position(of slot: Int64) -> Int {
        let rest = Int(slot % Int64(Self.slotCount))
        return rest < 0 ? rest + Self.slotCount : rest
    }

    /// Division that rounds down, so that slots before the clock's beginning are as long as others.
    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}
