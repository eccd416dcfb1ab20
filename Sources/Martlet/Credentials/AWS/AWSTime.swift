/// Times as AWS writes them: `20260819T143821Z` in signatures, `2026-08-19T14:38:21Z` in answers.
///
/// The civil date is that of the proleptic Gregorian calendar: whole eras of 400 years are 146,097 days, and years are
/// counted from 1 March, so that the leap day is a year's last.
enum AWSTime {
    /// The last second that four digits of a year can tell.
    private static let lastSecond: Int64 = 253_402_300_799

    /// The day that a second belongs to, counted from 1970-01-01; seconds out of range count as the nearest within.
    static func day(ofSecond second: Int64) -> Int64 { clamped(second) / 86_400 }

    /// The sixteen bytes of a signature's time; the first eight are its day.
    ///
    /// - Parameter second: Seconds since 1970-01-01T00:00:00Z; out of range counts as the nearest within.
    static func signatureTime(_ second: Int64) -> [UInt8] {
        let second = clamped(second)
        let date = civilDate(day: second / 86_400)
        let time = second % 86_400
        var text: [UInt8] = []
        text.reserveCapacity(16)
        append(date.year, digitCount: 4, to: &text)
        append(date.month, digitCount: 2, to: &text)
        append(date.day, digitCount: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        append(time / 3600, digitCount: 2, to: &text)
        append(time / 60 % 60, digitCount: 2, to: &text)
        append(time % 60, digitCount: 2, to: &text)
        text.append(UInt8(ascii: "Z"))
        return text
    }

    /// Seconds since 1970-01-01T00:00:00Z of a time in UTC as RFC 3339 writes it; fractions of a second are dropped.
    ///
    /// - Returns: Nil for anything else, also for another zone.
    static func second(of text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19])
        else { return nil }
        let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.utf8.first }), isUTC(bytes[19...]) else { return nil }
        guard year >= 1970, (1...12).contains(month), day >= 1, hour < 24, minute < 60, second <= 60 else { return nil }
        let days = dayCount(year: year, month: month, day: day)
        let back = civilDate(day: days)
        guard back.month == month, back.day == day else { return nil }
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    private static func clamped(_ second: Int64) -> Int64 { min(max(second, 0), lastSecond) }

    private static func civilDate(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Days since 1970-01-01. All parts have at most four digits, so nothing overflows.
    private static func dayCount(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return shiftedYear / 400 * 146_097 + dayOfEra - 719_468
    }

    private static func append(_ number: Int64, digitCount: Int, to output: inout [UInt8]) {
        var divisor: Int64 = 1
        for _ in 1..<digitCount { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(digit & 0x0F)
        }
        return value
    }

    /// Whether what stands behind the seconds is a zone without offset, with or without a fraction before it.
    private static func isUTC(_ rest: ArraySlice<UInt8>) -> Bool {
        var rest = rest
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard !fraction.isEmpty else { return false }
            rest = rest[fraction.endIndex...]
        }
        return rest.elementsEqual("Z".utf8) || rest.elementsEqual("+00:00".utf8)
    }
}
