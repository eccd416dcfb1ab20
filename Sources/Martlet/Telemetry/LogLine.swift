import Dialects
import JSON
import NIOCore

/// Writes the log line of a request.
struct LogLine {
    private(set) var bytes: [UInt8] = []
    private let style: LogStyle
    private var clock = LogClock()

    init(style: LogStyle) {
        self.style = style
    }

    var byteCount: Int { bytes.count }

    /// The lines gathered, which are forgotten.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func append(_ record: RequestRecord) {
        switch style {
        case .json: appendJSON(record)
        case .pretty: appendPretty(record)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendJSON(_ record: RequestRecord) {
        bytes.append("{\"time\":\"")
        clock.append(to: &bytes)
        bytes.append(record.error == nil ? "\",\"level\":\"info\"" : "\",\"level\":\"error\"")
        member("request_id", record.requestID)
        member("route", record.route)
        member("provider", record.provider)
        member("model", record.model)
        member("key", record.keyName)
        member("status", record.status)
        bytes.append(record.isStream ? ",\"stream\":true" : ",\"stream\":false")
        member("attempts", record.attemptCount)
        member("duration_ms", milliseconds: record.duration)
        if let time = record.providerTime { member("provider_ms", milliseconds: time) }
        if let time = record.firstTokenTime { member("first_token_ms", milliseconds: time) }
        if let usage = record.usage {
            member("input_tokens", usage.input)
            member("output_tokens", usage.output)
            if usage.cachedInput > 0 { member("cached_input_tokens", usage.cachedInput) }
            if usage.reasoning > 0 { member("reasoning_tokens", usage.reasoning) }
        }
        if let place = record.promptPlace { member("prompt_cache", place.rawValue) }
        if !record.losses.isEmpty { losses(record.losses) }
        if record.isEventful {
            name("trail")
            JSONWriter().append(Explanation(record).value, to: &bytes)
        } else if let attempt = record.attempts.first {
            member("key_reason", attempt.keyReason)
            member("breaker", attempt.breaker.rawValue)
        }
        if let error = record.error {
            member("error", error.kind.rawValue)
            member("message", error.message)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Paths and elements; neither holds what the caller said.
    private mutating func losses(_ losses: [Loss]) {
        name("losses")
        bytes.append(UInt8(ascii: "["))
        for (index, loss) in losses.prefix(Self.maximumLossCount).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append("{\"path\":")
            JSONText.appendQuoted(loss.path.utf8, to: &bytes)
            bytes.append(",\"element\":")
            JSONText.appendQuoted(loss.element.rawValue.utf8, to: &bytes)
            bytes.append(",\"effect\":")
            JSONText.appendQuoted(loss.effect.rawValue.utf8, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Losses in one line: the first ones tell the story.
    private static let maximumLossCount = 32

    private mutating func appendPretty(_ record: RequestRecord) {
        clock.append(to: &bytes)
        bytes += "  \(record.status)  ".utf8
        bytes.append(record.route)
        let name = record.provider.isEmpty ? record.model : "\(record.provider)/\(record.model)"
        // A model name is the caller's text: quoted, so that no terminal takes it for a command.
        bytes.append("  ")
        JSONText.appendQuoted(name.utf8, to: &bytes)
        bytes.append("  ")
        append(milliseconds: record.duration)
        bytes.append(" ms")
        if let time = record.firstTokenTime {
            bytes.append("  first token ")
            append(milliseconds: time)
            bytes.append(" ms")
        }
        if let usage = record.usage {
            bytes += "  \(usage.input) in".utf8
            if usage.cachedInput > 0 { bytes += " (\(usage.cachedInput) cached)".utf8 }
            bytes += ", \(usage.output) out".utf8
        }
        if record.promptPlace == .kept { bytes += "  prompt kept".utf8 }
        bytes += "  \(record.requestID)".utf8
        if let error = record.error {
            bytes += "  \(error.kind.rawValue): ".utf8
            JSONText.appendQuoted(error.message.utf8, to: &bytes)
        }
    }

    // MARK: Parts

    private mutating func name(_ name: StaticString) {
        bytes.append(UInt8(ascii: ","))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        JSONText.appendQuoted(value.utf8, to: &bytes)
    }

    private mutating func member(_ name: StaticString, _ value: StaticString) {
        self.name(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(value)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        bytes.append(decimal: value)
    }

    private mutating func member(_ name: StaticString, milliseconds time: TimeAmount) {
        self.name(name)
        append(milliseconds: time)
    }

    private mutating func append(milliseconds time: TimeAmount) {
        let microseconds = Int(max(0, time.nanoseconds) / 1000)
        bytes.append(decimal: microseconds / 1000)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: microseconds % 1000, minimumDigitCount: 3)
    }

}

extension [UInt8] {
    /// Text that is fixed in the source.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// A number of 0 or more in decimal digits, with zeros in front up to `minimumDigitCount`.
    mutating func append(decimal value: Int, minimumDigitCount: Int = 1) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var start = digits.count
        var rest = value.magnitude
        while start > 0, rest > 0 || digits.count - start < minimumDigitCount {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for position in start..<digits.count { append(digits[position]) }
    }
}
