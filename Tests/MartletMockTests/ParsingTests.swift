import MartletMock
import NIOCore
import Testing

@Suite("Parsing of options")
struct ParsingTests {
    @Test func percentilesAreRead() throws {
        let points = try MockScript.parsePercentiles("50:100,99.5:900")
        #expect(
            points == [
                .init(percent: 50, latency: .milliseconds(100)), .init(percent: 99.5, latency: .milliseconds(900)),
            ]
        )
    }

    @Test(arguments: [
        "", ",", "50", "50:", ":100", "50:100,", "50:100,50:200", "60:100,50:200", "50:200,60:100", "101:5", "-1:5",
        "nan:5", "50:-1", "50:1.5", "50:100:200", "50:99999999999",
    ])
    func percentilesAreRefused(_ text: String) {
        #expect(throws: MockScriptError.invalidPercentiles(text)) { try MockScript.parsePercentiles(text) }
    }

    @Test func usageIsRead() throws {
        #expect(try MockScript.parseUsage("10:20") == MockUsage(promptTokens: 10, completionTokens: 20))
        #expect(try MockScript.parseUsage("9223372036854775807:1").totalTokens == .max)
    }

    @Test(arguments: ["", "10", "10:", ":20", "-1:2", "1:2:3", "1:x", "99999999999999999999:1"])
    func usageIsRefused(_ text: String) {
        #expect(throws: MockScriptError.invalidUsage(text)) { try MockScript.parseUsage(text) }
    }

    @Test func failuresAreRead() throws {
        let kinds = try MockScript.parseFailureKinds("429,500,503,reset,stall,cut,error-event")
        #expect(kinds == [.tooManyRequests, .serverError, .unavailable, .reset, .stall, .cut, .errorEvent])
        #expect(try MockScript.parseFailureRate("0.25") == 0.25)
    }

    @Test(arguments: ["", "418", "429,", "Reset"])
    func failureKindsAreRefused(_ text: String) {
        #expect(throws: MockScriptError.invalidFailureKinds(text)) { try MockScript.parseFailureKinds(text) }
    }

    @Test(arguments: ["", "-0.1", "1.01", "nan", "5%"])
    func failureRatesAreRefused(_ text: String) {
        #expect(throws: MockScriptError.invalidFailureRate(text)) { try MockScript.parseFailureRate(text) }
    }

    @Test(arguments: [
        MockScriptError.invalidPercentiles("a"), .invalidUsage("a"), .invalidFailureKinds("a"),
        .invalidFailureRate("a"),
    ])
    func errorsShowTheText(_ error: MockScriptError) {
        #expect(error.description.hasPrefix("\"a\" is no "))
    }
}
