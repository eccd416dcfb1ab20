import Testing

@testable import Martlet

@Suite("Times of AWS")
struct AWSTimeTests {
    private func signatureTime(_ second: Int64) -> String {
        String(decoding: AWSTime.signatureTime(second), as: UTF8.self)
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_400, "20000229T000000Z"), (1_787_149_101, "20260819T141821Z"),
        (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"),
        (253_402_300_799, "99991231T235959Z"), (253_402_300_800, "99991231T235959Z"), (-1, "19700101T000000Z"),
        (.max, "99991231T235959Z"), (.min, "19700101T000000Z"),
    ])
    func areWrittenInFull(_ second: Int64, _ text: String) {
        #expect(signatureTime(second) == text)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400), ("2026-08-19T14:18:21Z", 1_787_149_101),
        ("2026-08-19T14:18:21.123456Z", 1_787_149_101), ("2026-08-19T14:18:21+00:00", 1_787_149_101),
        ("9999-12-31T23:59:59Z", 253_402_300_799), ("2016-12-31T23:59:60Z", 1_483_228_800),
    ])
    func areRead(_ text: String, _ second: Int64) {
        #expect(AWSTime.second(of: text) == second)
    }

    @Test(arguments: [
        "", "2026-08-19", "2026-08-19T14:18:21", "2026-08-19T14:18:21X", "2026-08-19T14:18:21+02:00",
        "2026-08-19T14:18:21.Z", "2026-08-19 14:18:21Z", "2026-13-19T14:18:21Z", "2026-00-19T14:18:21Z",
        "2026-02-29T14:18:21Z", "2100-02-29T14:18:21Z", "2026-04-31T14:18:21Z", "2026-08-00T14:18:21Z",
        "2026-08-19T24:18:21Z", "2026-08-19T14:60:21Z", "2026-08-19T14:18:61Z", "1969-12-31T23:59:59Z",
        "-026-08-19T14:18:21Z", "20260819T141821Z", "2026-08-19T14:18:21ZZ", "ä026-08-19T14:18:21Z",
    ])
    func mustBeRightAndInUTC(_ text: String) {
        #expect(AWSTime.second(of: text) == nil)
    }

    @Test func areTheSameBothWays() {
        for day in stride(from: Int64(0), to: 60_000, by: 1) {
            let second = day * 86_400 + day * 7919 % 86_400
            let text = Array(signatureTime(second))
            let spread =
                "\(String(text[0..<4]))-\(String(text[4..<6]))-\(String(text[6..<8]))T"
                + "\(String(text[9..<11])):\(String(text[11..<13])):\(String(text[13..<15]))Z"
            guard AWSTime.second(of: spread) == second else {
                Issue.record("\(second) is written as \(spread)")
                return
            }
        }
    }
}
