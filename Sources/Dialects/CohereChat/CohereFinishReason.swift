/// Why an answer ended, in Cohere's words.
///
/// Format: Cohere API reference, "Chat", `finish_reason`.
enum CohereFinishReason {
    /// Whether the answer failed instead of ending.
    static func isFailure(_ name: String?) -> Bool {
        name == "ERROR" || name == "TIMEOUT"
    }

    static func finish(_ name: String?) -> FinishReason {
        switch name {
        case "COMPLETE": .stop
        case "STOP_SEQUENCE": .stopSequence(nil)
        case "MAX_TOKENS": .length
        case "TOOL_CALL": .toolCalls
        case "ERROR_LIMIT": .contextWindow
        case "ERROR_TOXIC": .contentFilter
        case .some(let name): .other(name)
        case nil: .other("unknown")
        }
    }
}
