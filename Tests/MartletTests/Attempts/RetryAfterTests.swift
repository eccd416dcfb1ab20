import Foundation
import TestSupport
import Testing

@testable import Martlet

@Suite("What providers ask to wait")
struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    private static let then = 784_111_777

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("120", 120), ("1.5", 1.5), ("0.25", 0.25), ("7.", 7), (" 3 ", 3), ("\t4", 4),
            ("86400", 86_400), ("86401", 86_400), ("99999999999999999999999", 86_400),
            (String(repeating: "9", count: 400), 86_400), ("00010", 10),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
            ("Sunday, 06-Nov-94 08:50:07 GMT", 30), ("Sun Nov  6 08:50:07 1994", 30),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0), ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Sat, 01 Jan 0000 00:00:00 GMT", 0),
        ] as [(String, Double)]
    )
    func isUnderstood(_ value: String, _ expected: Double) {
        let wait = RetryAfter.interval(value, now: Self.then)
        #expect(wait == Interval(seconds: expected))
    }

    @Test(
        arguments: [
            "", " ", "-1", "-0.5", "+1", "1e3", "0x10", "inf", "nan", "NaN", "1.2.3", ".", ".5", "1 2", "1,5", "soon",
            "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
            "Sun, 6 November 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
            "1994-11-06T08:49:37Z", "Sun, 06 Nov 19940 08:49:37 GMT", "Sun, 29 Feb 1900 00:00:00 GMT", ",,,,,", "١٢",
        ]
    )
    func makesNoSense(_ value: String) {
        #expect(RetryAfter.interval(value, now: Self.then) == nil)
    }

    @Test func millisecondsCountFirstWhereTheyMakeSense() {
        #expect(RetryAfter.interval("9", milliseconds: "1500", now: 0) == Interval(seconds: 1.5))
        #expect(RetryAfter.interval(nil, milliseconds: "20", now: 0) == Interval(seconds: 0.02))
        #expect(RetryAfter.interval("9", milliseconds: "-1", now: 0) == Interval(seconds: 9))
        #expect(RetryAfter.interval("9", milliseconds: "soon", now: 0) == Interval(seconds: 9))
        #expect(RetryAfter.interval(nil, milliseconds: "1e999", now: 0) == nil)
        #expect(RetryAfter.interval(nil, now: 0) == nil)
    }

    /// A provider's clock may be an hour off without harm.
    @Test func aDateIsComparedWithTheClockThatWroteIt() {
        let wait = RetryAfter.interval(
            "Sun, 06 Nov 1994 08:50:07 GMT",
            date: "Sun, 06 Nov 1994 08:49:37 GMT",
            now: Self.then + 3600
        )
        #expect(wait == Interval(seconds: 30))
        let withoutDate = RetryAfter.interval("Sun, 06 Nov 1994 08:50:07 GMT", date: "?", now: Self.then)
        #expect(withoutDate == Interval(seconds: 30))
    }

    /// A year of two digits is one of the next 50 years or else past.
    @Test(
        arguments: [("94", 1_795_222_777, 1994), ("26", 1_795_222_777, 2026), ("76", 1_795_222_777, 2076)]
            + [("77", 1_795_222_777, 1977), ("00", 784_111_777, 2000), ("45", 784_111_777, 1945)]
    )
    func centuries(_ year: String, _ now: Int, _ expected: Int) throws {
        let short = try #require(HTTPDate.second(of: "Sunday, 06-Nov-\(year) 08:49:37 GMT", now: now))
        #expect(short == HTTPDate.second(of: "Sun, 06 Nov \(expected) 08:49:37 GMT", now: now))
    }

    @Test func datesAreThoseOfFoundation() throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.calendar = Calendar(identifier: .gregorian)
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            // From the calendar's reform to the year 9999.
            let second = Int.random(in: -12_000_000_000..<253_402_300_800, using: &random)
            let date = Date(timeIntervalSince1970: Double(second))
            for format in ["EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEE MMM d HH:mm:ss yyyy"] {
                formatter.dateFormat = format
                let text = formatter.string(from: date)
                #expect(HTTPDate.second(of: text, now: 0) == second, "\(text)")
            }
        }
    }

    @Test func noTextIsTooStrange() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("0123456789.-+eE:, GMTSunNov\u{E9}\u{0}")
        for _ in 0..<5000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "0"
                }
            )
            if let wait = RetryAfter.interval(text, milliseconds: text, date: text, now: .max) {
                #expect(wait >= .zero && wait <= RetryAfter.maximum)
            }
        }
    }
}
