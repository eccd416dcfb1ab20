import Dialects
import Foundation
import JSON
import NIOCore
import Testing

@testable import Martlet

@Suite("Time of day")
struct LogClockTests {
    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000Z"), (1, 5, "1970-01-01T00:00:01.005Z"),
            (86_399, 999, "1970-01-01T23:59:59.999Z"),
            (86_400, 0, "1970-01-02T00:00:00.000Z"), (68_169_600, 10, "1972-02-29T00:00:00.010Z"),
            (68_256_000, 0, "1972-03-01T00:00:00.000Z"), (951_782_399, 0, "2000-02-28T23:59:59.000Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000Z"), (951_868_800, 0, "2000-03-01T00:00:00.000Z"),
            (978_307_199, 0, "2000-12-31T23:59:59.000Z"), (1_709_164_800, 0, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599, 1, "2024-12-31T23:59:59.001Z"), (1_740_787_199, 0, "2025-02-28T23:59:59.000Z"),
            (1_740_787_200, 0, "2025-03-01T00:00:00.000Z"), (4_107_542_399, 0, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"), (253_402_300_799, 0, "9999-12-31T23:59:59.000Z"),
        ]
    )
    func knownDates(_ second: Int, _ millisecond: Int, _ expected: String) {
        var clock = LogClock()
        var output: [UInt8] = []
        clock.append(second: second, millisecond: millisecond, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }

    @Test func everyDayOfFourCenturies() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        var clock = LogClock()
        for day in stride(from: 0, to: 146_097, by: 7) {
            var output: [UInt8] = []
            clock.append(second: day * 86_400 + 3661, millisecond: 0, to: &output)
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(day) * 86_400)
            )
            let date = [parts.month, parts.day].map { "\(($0 ?? 0) < 10 ? "0" : "")\($0 ?? 0)" }.joined(separator: "-")
            #expect(String(decoding: output, as: UTF8.self) == "\(parts.year ?? 0)-\(date)T01:01:01.000Z")
        }
    }

    @Test func theKeptSecondIsNotUsedForAnother() {
        var clock = LogClock()
        var output: [UInt8] = []
        for second in [5, 5, 6, 5] { clock.append(second: second, millisecond: 7, to: &output) }
        let expected = [5, 5, 6, 5].map { "1970-01-01T00:00:0\($0).007Z" }.joined()
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }
}

@Suite("Log lines")
struct LogLineTests {
    private func line(_ record: RequestRecord, _ style: LogStyle = .json) -> [UInt8] {
        var line = LogLine(style: style)
        line.append(record)
        return line.take()
    }

    private func record(_ change: (inout RequestRecord) -> Void) -> RequestRecord {
        var record = RequestRecord(requestID: "req_1", route: "/v1/chat/completions", start: .now())
        change(&record)
        return record
    }

    @Test func allMembers() throws {
        let record = record {
            $0.provider = "openai"
            $0.model = "gpt"
            $0.keyName = "main"
            $0.status = 200
            $0.isStream = true
            $0.attemptCount = 2
            $0.usage = TokenUsage(input: 1, output: 2, cachedInput: 3, reasoning: 4)
            $0.providerTime = .microseconds(1500)
            $0.firstTokenTime = .milliseconds(2)
            $0.duration = .nanoseconds(3_000_999)
            $0.error = GatewayError(.brokenStream, "It broke.")
        }
        let bytes = line(record)
        #expect(bytes.last == UInt8(ascii: "\n"))
        var object = try #require(try JSONValue(parsing: bytes.span).object)
        let time = try #require(object.remove("time")?.string)
        #expect(time.utf8.count == 24 && time.hasSuffix("Z"))
        let expected = """
            {"level":"error","request_id":"req_1","route":"/v1/chat/completions","provider":"openai","model":"gpt",\
            "key":"main","status":200,"stream":true,"attempts":2,"duration_ms":3.000,"provider_ms":1.500,\
            "first_token_ms":2.000,"input_tokens":1,"output_tokens":2,"cached_input_tokens":3,"reasoning_tokens":4,\
            "error":"broken_stream","message":"It broke."}
            """
        #expect(String(decoding: JSONWriter().write(.object(object)), as: UTF8.self) == expected)
    }

    /// What a kept prompt has saved stands in the line of its request, for programs and for people.
    @Test(
        arguments: [
            (
                PromptPlace.kept, 4608, #""cached_input_tokens":4608,"prompt_cache":"kept""#,
                "5000 in (4608 cached), 8 out  prompt kept"
            ),
            (.kept, 0, #""output_tokens":8,"prompt_cache":"kept""#, "5000 in, 8 out  prompt kept"),
            (.new, 0, #""output_tokens":8,"prompt_cache":"new""#, "5000 in, 8 out  req_1"),
            (nil, 7, #""cached_input_tokens":7}"#, "5000 in (7 cached), 8 out  req_1"),
        ] as [(PromptPlace?, Int, String, String)]
    )
    func cachedPrompts(_ place: PromptPlace?, _ cachedCount: Int, _ json: String, _ pretty: String) {
        let record = record {
            $0.promptPlace = place
            $0.usage = TokenUsage(input: 5000, output: 8, cachedInput: cachedCount)
        }
        #expect(String(decoding: line(record), as: UTF8.self).contains(json))
        #expect(String(decoding: line(record, .pretty), as: UTF8.self).contains(pretty))
    }

    @Test func withoutWhatIsUnknown() throws {
        let value = try JSONValue(parsing: line(record { $0.status = 404 }).span)
        let names = value.object?.members.compactMap(\.name.value)
        #expect(
            names == [
                "time", "level", "request_id", "route", "provider", "model", "key", "status", "stream", "attempts",
                "duration_ms",
            ]
        )
        #expect(value["level"]?.string == "info")
    }

    @Test(arguments: LogStyle.allCases)
    func hostileTextStaysOnItsLine(_ style: LogStyle) throws {
        let hostile = "\u{0}\u{1B}[2J\r\n{\"level\":\"info\"}\"\\\u{7F}\u{2028}😀"
        let bytes = line(
            record {
                $0.model = hostile
                $0.error = GatewayError(.invalidRequest, hostile)
            },
            style
        )
        #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 })
        guard style == .json else { return }
        let value = try JSONValue(parsing: bytes.span)
        #expect(value["model"]?.string == hostile)
        #expect(value["message"]?.string == hostile)
    }

    @Test func linesGather() throws {
        var lines = LogLine(style: .json)
        for _ in 0..<3 { lines.append(record { $0.status = 200 }) }
        let bytes = lines.take()
        #expect(lines.byteCount == 0)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            #expect(try JSONScanner.validate(Array(line).span) == .object)
        }
        #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 3)
    }

    @Test(arguments: [(0, "0"), (7, "7"), (1234, "1234"), (-5, "-5"), (Int.max, "\(Int.max)"), (Int.min, "\(Int.min)")])
    func decimals(_ value: Int, _ expected: String) {
        var output: [UInt8] = []
        output.append(decimal: value)
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }
}
