/// Times in header fields (RFC 9110, 5.6.7).
enum HTTPDate {
    /// The time in seconds since 1970-01-01T00:00:00Z, if `text` is in one of the three forms that recipients must
    /// understand:
    ///
    ///     Sun, 06 Nov 1994 08:49:37 GMT
    ///     Sunday, 06-Nov-94 08:49:37 GMT
    ///     Sun Nov  6 08:49:37 1994
    ///
    /// The name of the day is not compared with the date; many senders have it wrong and nothing depends on it.
    ///
    /// - Parameter now: The present in the same seconds, which tells the century of a year of two digits: one that
    ///   would be more than 50 years ahead is past.
    static func second(of text: String, now: Int) -> Int? {
        let words = text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
        switch words.count {
        case 6:
            guard equals(words[5], "GMT"), let year = number(words[3], 4...4) else { return nil }
            return second(year: year, month: words[2], day: words[1], time: words[4])
        case 5:
            guard let year = number(words[4], 4...4) else { return nil }
            return second(year: year, month: words[1], day: words[2], time: words[3])
        case 4:
            let date = words[1].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            guard equals(words[3], "GMT"), date.count == 3, let shortYear = number(date[2], 2...2) else { return nil }
            let year = fullYear(shortYear, now: now)
            return second(year: year, month: date[1], day: date[0], time: words[2])
        default:
            return nil
        }
    }

    private typealias Word = Substring.UTF8View

    private static func second(year: Int, month: Word, day: Word, time: Word) -> Int? {
        let clock = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let month = self.month(month), let day = number(day, 1...2), clock.count == 3,
            let hour = number(clock[0], 2...2), let minute = number(clock[1], 2...2),
            let second = number(clock[2], 2...2),
            (1...daysInMonth(month, year)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
    /// the last of a year.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shiftedYear = month > 2 ? year : year - 1
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    private static func fullYear(_ year: Int, now: Int) -> Int {
        // The present year is exact enough to within a day, which 50 years do not notice.
        let present = 1970 + min(max(now, 0), 253_402_300_799) / 31_556_952
        // The one of the hundred years that end 50 years from now.
        let latest = present + 50
        return latest - (latest - year) % 100
    }

    private static func month(_ word: Word) -> Int? {
        let names: [StaticString] = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        return names.firstIndex { equals(word, $0) }.map { $0 + 1 }
    }

    /// Whether the word has these letters, in upper or lower case.
    private static func equals(_ word: Word, _ letters: StaticString) -> Bool {
        word.count == letters.utf8CodeUnitCount
            && letters.withUTF8Buffer { zip(word, $0).allSatisfy { ($0 | 0x20) == ($1 | 0x20) } }
    }

    private static func number(_ word: Word, _ digitCount: ClosedRange<Int>) -> Int? {
        guard digitCount.contains(word.count) else { return nil }
        var number = 0
        for byte in word {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }
}
