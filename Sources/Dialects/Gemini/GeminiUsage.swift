import JSON

/// Tokens that were counted.
///
/// Format: Gemini API reference, "UsageMetadata": `promptTokenCount` holds the cached tokens, and not those of the
/// prompts that the provider's own tools made; `candidatesTokenCount` does not hold those of the thoughts.
enum GeminiUsage {
    /// - Returns: Nil when nothing is counted, as in the first events of Vertex AI's streams.
    static func usage(_ bytes: Span<UInt8>) -> TokenUsage? {
        var usage = TokenUsage()
        var isCounted = false
        var toolPrompt = 0
        var candidates = 0
        try? JSONScanner.scanObject(bytes) { member throws(JSONError) in
            switch member.kind {
            case .number:
                let count = count(bytes, member.value)
                if member.isNamed("promptTokenCount", in: bytes) {
                    usage.input = count
                    isCounted = true
                } else if member.isNamed("candidatesTokenCount", in: bytes) {
                    candidates = count
                    isCounted = true
                } else if member.isNamed("thoughtsTokenCount", in: bytes) {
                    usage.reasoning = count
                    isCounted = true
                } else if member.isNamed("cachedContentTokenCount", in: bytes) {
                    usage.cachedInput = count
                } else if member.isNamed("toolUsePromptTokenCount", in: bytes) {
                    toolPrompt = count
                }
            case .array:
                if member.isNamed("promptTokensDetails", in: bytes) {
                    usage.audioInput = audio(bytes.extracting(member.value))
                } else if member.isNamed("candidatesTokensDetails", in: bytes) {
                    usage.audioOutput = audio(bytes.extracting(member.value))
                }
            default: break
            }
        }
        usage.input = sum(usage.input, toolPrompt)
        usage.output = sum(candidates, usage.reasoning)
        return isCounted ? usage : nil
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// A number that is no whole one, as `1.0`, is read by its value.
    private static func count(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        if let count = JSONText.integer(bytes, range) { return max(0, count) }
        guard let value = try? JSONValue(parsing: bytes.extracting(range)) else { return 0 }
        return max(0, value.double.flatMap(Int.init(exactly:)) ?? 0)
    }

    /// The tokens of sound in a list of kinds.
    private static func audio(_ bytes: Span<UInt8>) -> Int {
        var tokens = 0
        try? JSONScanner.scanArray(bytes) { range, kind throws(JSONError) in
            guard kind == .object else { return }
            let entry = bytes.extracting(range)
            var isAudio = false
            var count = 0
            try JSONScanner.scanObject(entry) { member throws(JSONError) in
                if member.kind == .string, member.isNamed("modality", in: entry) {
                    isAudio = JSONText.string(entry, member.value) == "AUDIO"
                } else if member.kind == .number, member.isNamed("tokenCount", in: entry) {
                    count = Self.count(entry, member.value)
                }
            }
            if isAudio { tokens = sum(tokens, count) }
        }
        return tokens
    }

    /// `usageMetadata`.
    static func value(_ usage: TokenUsage) -> JSONValue {
        var object = JSONObject()
        object.append("promptTokenCount", .number(usage.input))
        let (rest, overflow) = usage.output.subtractingReportingOverflow(usage.reasoning)
        object.append("candidatesTokenCount", .number(overflow ? 0 : max(0, rest)))
        object.append("totalTokenCount", .number(usage.total))
        if usage.cachedInput != 0 { object.append("cachedContentTokenCount", .number(usage.cachedInput)) }
        if usage.reasoning != 0 { object.append("thoughtsTokenCount", .number(usage.reasoning)) }
        if usage.audioInput != 0 {
            object.append("promptTokensDetails", [["modality": "AUDIO", "tokenCount": .number(usage.audioInput)]])
        }
        if usage.audioOutput != 0 {
            object.append("candidatesTokensDetails", [["modality": "AUDIO", "tokenCount": .number(usage.audioOutput)]])
        }
        return .object(object)
    }
}
