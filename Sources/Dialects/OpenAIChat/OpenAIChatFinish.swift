/// Why answers end.
///
/// Format: OpenAI API reference, `finish_reason`; OpenRouter documentation, `native_finish_reason`; vLLM
/// documentation, `stop_reason`.
enum OpenAIChatFinish {
    /// The reason in the format's word and the provider's own.
    ///
    /// - Parameters:
    ///   - native: `native_finish_reason`, which tells more than the word where the word is only close.
    ///   - stopReason: The stop sequence that came, where it is told.
    static func reason(_ word: String, native: String? = nil, stopReason: String? = nil) -> FinishReason {
        switch (word, native) {
        case (_, "pause_turn"): .pause
        case (_, "refusal"): .refusal
        case (_, "model_context_window_exceeded"): .contextWindow
        case (_, "malformed_function_call"), (_, "MALFORMED_FUNCTION_CALL"): .malformedToolCall
        case ("stop", _), ("eos", _): stopReason.map(FinishReason.stopSequence) ?? .stop
        case ("stop_sequence", _): .stopSequence(stopReason)
        case ("length", _), ("max_tokens", _): .length
        // Mistral's word for a full window.
        case ("model_length", _): .contextWindow
        case ("tool_calls", _), ("function_call", _): .toolCalls
        case ("content_filter", _): .contentFilter
        default: .other(word)
        }
    }

    /// The words for a caller, and whether the first is only close.
    ///
    /// What is not a complete answer is never `stop`.
    ///
    /// - Parameter hasRefusal: Whether the message says its refusal, which is complete then.
    static func words(_ reason: FinishReason, hasRefusal: Bool) -> (word: String, native: String?, isClose: Bool) {
        switch reason {
        case .stop, .stopSequence: ("stop", nil, false)
        case .length: ("length", nil, false)
        case .contextWindow: ("length", "model_context_window_exceeded", false)
        case .toolCalls: ("tool_calls", nil, false)
        case .contentFilter: ("content_filter", nil, false)
        case .refusal where hasRefusal: ("stop", nil, false)
        case .refusal: ("content_filter", "refusal", true)
        case .pause: ("length", "pause_turn", true)
        case .malformedToolCall: ("length", "malformed_function_call", true)
        case .other(let word): ("stop", word, true)
        }
    }
}
