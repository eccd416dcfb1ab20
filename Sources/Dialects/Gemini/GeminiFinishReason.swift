/// Why an answer ended.
///
/// Format: Gemini API reference, "FinishReason".
enum GeminiFinishReason {
    /// - Returns: Nil when the word says that there is no reason yet.
    static func reason(_ word: String) -> FinishReason? {
        switch word {
        case "", "FINISH_REASON_UNSPECIFIED": nil
        case "STOP": .stop
        case "MAX_TOKENS": .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR":
            .contentFilter
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL": .malformedToolCall
        default: .other(word)
        }
    }

    /// The word, and whether it says the same.
    static func word(_ reason: FinishReason) -> (word: String, isExact: Bool) {
        switch reason {
        case .stop, .toolCalls, .stopSequence: ("STOP", true)
        case .length: ("MAX_TOKENS", true)
        case .contextWindow: ("MAX_TOKENS", false)
        case .contentFilter: ("SAFETY", true)
        case .refusal: ("SAFETY", false)
        case .malformedToolCall: ("MALFORMED_FUNCTION_CALL", true)
        case .pause: ("OTHER", false)
        case .other(let word): words.contains(word) ? (word, true) : ("OTHER", false)
        }
    }

    private static let words: Set<String> = [
        "OTHER", "LANGUAGE", "IMAGE_OTHER", "NO_IMAGE", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
        "MALFORMED_RESPONSE",
    ]
}
