/// Times of day in UTC, as RFC 3339 writes them.
package enum UTCTime {
    /// The time down to the second and without a zone: `2026-08-19T14:38:21`.
    ///
    /// The civil date is that of the proleptic Gregorian calendar: whole eras of 400 years are 146,097 days, and years
    /// are counted from 1 March, so that the leap day is a year's last.
    ///
    /// - Parameter second: Seconds since 1970-01-01T00:00:00Z. Times before it, and behind the year 9999, are shown as
    ///   the nearest that is neither.
    package static func text(ofSecond second: Int) -> String {
        let second = min(max(second, 0), 253_402_300_799)
        let time = second % 86_400
        let shifted = second / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let clock = [time / 3600, time / 60 % 60, time % 60].map(twoDigits).joined(separator: ":")
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))T\(clock)"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
