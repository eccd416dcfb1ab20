import NIOCore

/// Why the text of an option is not acceptable; each case holds that text.
package enum MockScriptError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidPercentiles(String)
    case invalidUsage(String)
    case invalidFailureKinds(String)
    case invalidFailureRate(String)

    /// One sentence that shows how it is written.
    package var description: String {
        switch self {
        case .invalidPercentiles(let text):
            "\"\(text)\" is no latency distribution: "
                + "write percent:milliseconds pairs, both rising, such as 50:100,99:900."
        case .invalidUsage(let text):
            "\"\(text)\" is no token usage: write prompt:completion, such as 10:20."
        case .invalidFailureKinds(let text):
            "\"\(text)\" is no list of failures: write some of "
                + MockScript.FailureKind.allCases.map(\.rawValue).joined(separator: ",") + "."
        case .invalidFailureRate(let text):
            "\"\(text)\" is no failure rate: write a number from 0 to 1, such as 0.05."
        }
    }
}

extension MockScript {
    /// Reads `percent:milliseconds` pairs separated by commas, such as `50:100,99:900`. Percentages lie above 0 or at
    /// it, up to 100, and rise; milliseconds do not fall and stay within a day.
    ///
    /// - Throws: `MockScriptError.invalidPercentiles`.
    package static func parsePercentiles(_ text: String) throws(MockScriptError) -> [LatencyPercentile] {
        var points: [LatencyPercentile] = []
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let percent = Double(parts[0]), (0...100).contains(percent),
                let milliseconds = Int64(parts[1]), (0...maximumMilliseconds).contains(milliseconds)
            else { throw .invalidPercentiles(text) }
            let point = LatencyPercentile(percent: percent, latency: .milliseconds(milliseconds))
            if let last = points.last, last.percent >= percent || last.latency > point.latency {
                throw .invalidPercentiles(text)
            }
            points.append(point)
        }
        return points
    }

    /// Reads token counts as `prompt:completion`, such as `10:20`.
    ///
    /// - Throws: `MockScriptError.invalidUsage`.
    package static func parseUsage(_ text: String) throws(MockScriptError) -> MockUsage {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let prompt = Int(parts[0]), let completion = Int(parts[1]), prompt >= 0, completion >= 0
        else { throw .invalidUsage(text) }
        return MockUsage(promptTokens: prompt, completionTokens: completion)
    }

    /// Reads the spellings of failures separated by commas, such as `429,reset`.
    ///
    /// - Throws: `MockScriptError.invalidFailureKinds`.
    package static func parseFailureKinds(_ text: String) throws(MockScriptError) -> [FailureKind] {
        var kinds: [FailureKind] = []
        for spelling in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = FailureKind(rawValue: String(spelling)) else { throw .invalidFailureKinds(text) }
            kinds.append(kind)
        }
        return kinds
    }

    /// Reads a share from 0 to 1, such as `0.05`.
    ///
    /// - Throws: `MockScriptError.invalidFailureRate`.
    package static func parseFailureRate(_ text: String) throws(MockScriptError) -> Double {
        guard let rate = Double(text), (0...1).contains(rate) else { throw .invalidFailureRate(text) }
        return rate
    }

    /// A day, beyond which a time can only be a mistake.
    static let maximumMilliseconds: Int64 = 86_400_000
}
