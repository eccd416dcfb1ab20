/// Why an answer ended, in Bedrock's words.
///
/// Format: API reference, "Converse", `stopReason`.
enum BedrockStopReason {
    static let names: Set<String> = [
        "end_turn", "tool_use", "max_tokens", "stop_sequence", "guardrail_intervened", "content_filtered",
        "malformed_model_output", "malformed_tool_use", "model_context_window_exceeded",
    ]

    /// - Parameter stopSequence: The sequence, where `additionalModelResponseFields` tells it.
    static func finish(_ name: String?, stopSequence: String?) -> FinishReason {
        switch name {
        case "end_turn": .stop
        case "stop_sequence": .stopSequence(stopSequence)
        case "max_tokens": .length
        case "model_context_window_exceeded": .contextWindow
        case "tool_use": .toolCalls
        case "guardrail_intervened", "content_filtered": .contentFilter
        case "malformed_tool_use": .malformedToolCall
        case .some(let name): .other(name)
        case nil: .other("unknown")
        }
    }

    /// The word for a caller, and whether it says less than the reason does.
    static func name(_ finish: FinishReason) -> (name: String, isApproximated: Bool) {
        switch finish {
        case .stop: ("end_turn", false)
        case .stopSequence: ("stop_sequence", false)
        case .length: ("max_tokens", false)
        case .contextWindow: ("model_context_window_exceeded", false)
        case .toolCalls: ("tool_use", false)
        case .contentFilter: ("content_filtered", false)
        case .refusal: ("content_filtered", true)
        case .malformedToolCall: ("malformed_tool_use", false)
        case .pause: ("end_turn", true)
        case .other(let name): names.contains(name) ? (name, false) : ("end_turn", true)
        }
    }
}
