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
            text = Self.render(second)
        }
        output.append(contentsOf: text)
        output.append(decimal: millisecond, minimumDigitCount: 3)
        output.append(UInt8(ascii: "Z"))
    }

    /// The civil date by the proleptic Gregorian calendar: whole eras of 400 years are 146,097 days, and years are
    /// counted from 1 March, so that the leap day is a year's last.
    private static func render(_ second: Int) -> [UInt8] {
        let day = second / 86_400
        let time = second % 86_400
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        var text: [UInt8] = []
        text.append(decimal: year, minimumDigitCount: 4)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: month, minimumDigitCount: 2)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, minimumDigitCount: 2)
        text.append(UInt8(ascii: "T"))
        text.append(decimal: time / 3600, minimumDigitCount: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time / 60 % 60, minimumDigitCount: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: time % 60, minimumDigitCount: 2)
        text.append(UInt8(ascii: "."))
        return text
    }
}
