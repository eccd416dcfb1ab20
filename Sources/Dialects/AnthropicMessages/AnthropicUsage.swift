import JSON

/// Figures of Anthropic's `usage`, which the start of a stream tells in part and its end again: the last word on each
/// figure counts.
///
/// `input_tokens` leaves out what came from and went into the cache.
struct AnthropicUsage: Equatable {
    private var uncachedInput = 0
    private var cacheRead = 0
    private var cacheWrite = 0
    private var output = 0
    private var thinking = 0

    init() {}

    /// Takes over the figures that are there.
    mutating func update(_ bytes: Span<UInt8>, in range: Range<Int>) {
        try? JSONScanner.scanObject(bytes, in: range) { member throws(JSONError) in
            if member.isNamed("input_tokens", in: bytes) {
                uncachedInput = Self.count(bytes, member) ?? uncachedInput
            } else if member.isNamed("output_tokens", in: bytes) {
                output = Self.count(bytes, member) ?? output
            } else if member.isNamed("cache_read_input_tokens", in: bytes) {
                cacheRead = Self.count(bytes, member) ?? cacheRead
            } else if member.isNamed("cache_creation_input_tokens", in: bytes) {
                cacheWrite = Self.count(bytes, member) ?? cacheWrite
            } else if member.kind == .object, member.isNamed("output_tokens_details", in: bytes) {
                try JSONScanner.scanObject(bytes, in: member.value) { detail throws(JSONError) in
                    if detail.isNamed("thinking_tokens", in: bytes) {
                        thinking = Self.count(bytes, detail) ?? thinking
                    }
                }
            }
        }
    }

    /// The figures in the neutral count.
    var tokens: TokenUsage {
        TokenUsage(
            input: Self.sum(Self.sum(uncachedInput, cacheRead), cacheWrite),
            output: output,
            cachedInput: cacheRead,
            cacheWrite: cacheWrite,
            reasoning: min(thinking, output)
        )
    }

    /// `usage` of a whole message. `input_tokens` and `output_tokens` are always there, as the SDKs want.
    static func value(_ usage: TokenUsage) -> JSONObject {
        var object: JSONObject = [
            "input_tokens": .number(usage.uncachedInput),
            "cache_creation_input_tokens": .number(usage.cacheWrite),
            "cache_read_input_tokens": .number(usage.cachedInput),
            "output_tokens": .number(usage.output),
        ]
        if usage.reasoning > 0 {
            object.append("output_tokens_details", ["thinking_tokens": .number(usage.reasoning)])
        }
        return object
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    private static func count(_ bytes: Span<UInt8>, _ member: JSONMember) -> Int? {
        guard member.kind == .number else { return nil }
        if let integer = JSONText.integer(bytes, member.value) { return max(0, integer) }
        guard let value = try? JSONValue(parsing: bytes.extracting(member.value)), let double = value.double else {
            return nil
        }
        return Int(exactly: double).map { max(0, $0) }
    }
}
