import JSON

/// The members of a message that hold thoughts. Providers know one of them each and refuse the others, so thoughts
/// that have no signature carry the name of their member in its place: only a provider that speaks this format gets
/// them back, and in the member that it uses.
enum OpenAIReasoningMember: String {
    /// DeepSeek, vLLM, xAI.
    case content = "reasoning_content"
    /// Groq.
    case plain = "reasoning"
    /// OpenRouter, Bifrost.
    case details = "reasoning_details"
    /// Mistral: parts of the content.
    case thinkingPart = "thinking"

    /// What stands for a signature.
    var signature: ReasoningSignature { ReasoningSignature(origin: .openAIChat, value: rawValue) }

    /// The member whose name the signature is; nil for a true one.
    init?(_ signature: ReasoningSignature?) {
        guard let signature, signature.origin == .openAIChat else { return nil }
        self.init(rawValue: signature.value)
    }
}

/// Gemini's signature of a call in the calls of its OpenAI layer.
///
/// Format: Gemini API documentation, "Thought signatures", part on OpenAI compatibility.
enum GoogleExtraContent {
    private static let mark = "extra_content:"

    /// The signature in `extra_content.google.thought_signature` of a call.
    static func signature(of extraContent: JSONValue?) -> String? {
        extraContent?["google"]?["thought_signature"]?.string
    }

    /// The signature of a provider that speaks this format, which has to come back in the same place.
    static func marked(_ signature: String) -> ReasoningSignature {
        ReasoningSignature(origin: .openAIChat, value: mark + signature)
    }

    /// The signature if it came from that place.
    static func unmarked(_ signature: ReasoningSignature) -> String? {
        guard signature.origin == .openAIChat, signature.value.utf8.starts(with: mark.utf8) else { return nil }
        return String(signature.value.dropFirst(mark.count))
    }

    /// The member for a call.
    static func value(_ signature: String) -> JSONValue {
        ["google": ["thought_signature": .string(signature)]]
    }
}
