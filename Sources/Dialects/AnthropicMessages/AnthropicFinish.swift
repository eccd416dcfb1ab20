extension FinishReason {
    /// Anthropic's `stop_reason`.
    init(anthropic reason: String, stopSequence: String?) {
        switch reason {
        case "end_turn": self = .stop
        case "stop_sequence": self = .stopSequence(stopSequence)
        case "max_tokens": self = .length
        case "model_context_window_exceeded": self = .contextWindow
        case "tool_use": self = .toolCalls
        case "pause_turn": self = .pause
        case "refusal": self = .refusal
        default: self = .other(reason)
        }
    }

    /// Anthropic's `stop_reason`, and whether it says the same.
    var anthropic: (reason: String, isExact: Bool) {
        switch self {
        case .stop: ("end_turn", true)
        // The SDKs want the sequence with this reason; without it the turn has just ended.
        case .stopSequence(let sequence): sequence == nil ? ("end_turn", true) : ("stop_sequence", true)
        case .length: ("max_tokens", true)
        case .contextWindow: ("model_context_window_exceeded", true)
        case .toolCalls: ("tool_use", true)
        case .pause: ("pause_turn", true)
        case .refusal: ("refusal", true)
        case .contentFilter: ("refusal", false)
        case .malformedToolCall, .other: ("end_turn", false)
        }
    }

    /// The stop sequence that came.
    var anthropicStopSequence: String? {
        if case .stopSequence(let sequence) = self { sequence } else { nil }
    }
}
