import JSON

extension TokenUsage {
    /// Reads the `usage` object of an answer or of a stream's last chunk. What is absent, null or no integer counts
    /// as 0.
    ///
    /// Format: OpenAI API reference, "The chat completion object".
    ///
    /// - Parameter bytes: The object's text.
    package init(openAI bytes: Span<UInt8>) {
        var usage = TokenUsage()
        try? JSONScanner.scanObject(bytes) { member throws(JSONError) in
            if member.isNamed("prompt_tokens", in: bytes) {
                usage.input = Self.count(bytes, member)
            } else if member.isNamed("completion_tokens", in: bytes) {
                usage.output = Self.count(bytes, member)
            } else if member.isNamed("prompt_tokens_details", in: bytes) {
                usage.cachedInput = Self.detail("cached_tokens", of: member, in: bytes)
            } else if member.isNamed("completion_tokens_details", in: bytes) {
                usage.reasoning = Self.detail("reasoning_tokens", of: member, in: bytes)
            }
        }
        self = usage
    }

    /// Reads the usage of a whole answer.
    ///
    /// - Returns: Nil when the answer is no JSON object or has no usage.
    package static func ofOpenAIAnswer(_ bytes: Span<UInt8>) -> TokenUsage? {
        var range: Range<Int>?
        try? JSONScanner.scanObject(bytes) { member throws(JSONError) in
            if member.kind == .object, member.isNamed("usage", in: bytes) {
                range = member.value
            }
        }
        return range.map { TokenUsage(openAI: bytes.extracting($0)) }
    }

    private static func count(_ bytes: Span<UInt8>, _ member: JSONMember) -> Int {
        max(0, JSONText.integer(bytes, member.value) ?? 0)
    }

    private static func detail(_ name: StaticString, of member: JSONMember, in bytes: Span<UInt8>) -> Int {
        guard member.kind == .object else { return 0 }
        let inner = bytes.extracting(member.value)
        var value = 0
        try? JSONScanner.scanObject(inner) { member throws(JSONError) in
            if member.isNamed(name, in: inner) {
                value = count(inner, member)
            }
        }
        return value
    }
}
