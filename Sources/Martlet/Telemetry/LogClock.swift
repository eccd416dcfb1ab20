import Dialects

#if canImport(Glibc)
import Glibc
#endif

/// The time of day as RFC 3339 writes it, in UTC with milliseconds. The part down to the second is kept from one call
/// to the next.
struct LogClock {
    private var second = -1
    private var text: [UInt8] = []

    mutating func append(to output: inout [UInt8]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        append(second: now.tv_sec, millisecond: now.tv_nsec / 1_000_000, to: &output)
    }

    /// - Parameters:
    ///   - second: Seconds since 1970-01-01T00:00:00Z.
    ///   - millisecond: Milliseconds within the second.
    mutating func append(second: Int, millisecond: Int, to output: inout [UInt8]) {
        if second != self.second {
            self.second = second
            text = Array("\(UTCTime.text(ofSecond: second)).".utf8)
        }
        output.append(contentsOf: text)
        output.append(decimal: millisecond, minimumDigitCount: 3)
        output.append(UInt8(ascii: "Z"))
    }
}
