/// How long a provider asks to wait.
enum RetryAfter {
    /// Nothing is longer: what asks for more is a mistake, or means "never".
    static let maximum = Interval(seconds: 86_400)

    /// Reads `retry-after-ms`, which OpenAI's and Azure's services send and their SDKs prefer, else `Retry-After` as
    /// seconds or as a date (RFC 9110, 10.2.3). Seconds may have a fraction, which the standard does not know and some
    /// providers send.
    ///
    /// - Parameters:
    ///   - retryAfter: The value of `Retry-After`.
    ///   - milliseconds: The value of `retry-after-ms`.
    ///   - date: The value of the answer's `Date`. A date is compared with it rather than with this machine's clock,
    ///     because the two were written by the same one.
    ///   - now: This machine's time in seconds since 1970.
    /// - Returns: From zero, also for a date that is past, up to ``maximum``; nil when there is no such field or it
    ///   makes no sense, such as a negative number.
    static func interval(_ retryAfter: String?, milliseconds: String? = nil, date: String? = nil, now: Int) -> Interval?
    {
        if let wait = milliseconds.flatMap(decimal) {
            return capped(wait / 1000)
        }
        guard let retryAfter else { return nil }
        if let wait = decimal(retryAfter) {
            return capped(wait)
        }
        guard let end = HTTPDate.second(of: retryAfter, now: now) else { return nil }
        let start = date.flatMap { HTTPDate.second(of: $0, now: now) } ?? now
        return capped(Double(end) - Double(start))
    }

    private static func capped(_ seconds: Double) -> Interval {
        Interval(seconds: min(max(0, seconds), maximum.seconds))
    }

    /// Digits with at most one point between or behind them. `Double.init` also takes what no header field should
    /// have, such as `0x10`, `inf` and `nan`.
    private static func decimal(_ text: String) -> Double? {
        let bytes = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
        var value = 0.0
        var scale = 1.0
        var hasPoint = false
        var hasDigit = false
        var rest = bytes[...]
        while let byte = rest.first, byte != 0x20, byte != 0x09 {
            rest = rest.dropFirst()
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                hasDigit = true
                value = value * 10 + Double(byte - UInt8(ascii: "0"))
                if hasPoint { scale *= 10 }
            case UInt8(ascii: ".") where hasDigit && !hasPoint:
                hasPoint = true
            default:
                return nil
            }
        }
        guard hasDigit, rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return nil }
        // Hundreds of digits make both infinite; their quotient is then no number.
        let quotient = value / scale
        return quotient.isNaN ? nil : quotient
    }
}
