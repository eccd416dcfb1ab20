/// What providers say for a person, where their words for programs and the status leave open what happened.
///
/// Format: error messages of OpenAI, Azure OpenAI, Anthropic, Gemini, Vertex AI, Bedrock, Mistral, Cohere, Groq,
/// Cerebras, Together, Fireworks, xAI, DeepSeek, Moonshot, OpenRouter, Alibaba, vLLM, SGLang, llama.cpp and Ollama.
enum FailureWording {
    /// Whether the words say that the conversation does not fit into the model's window.
    static func saysContextLength(_ message: String) -> Bool {
        let text = message.lowercased()
        // Limits of a rate speak of tokens too, and pass by waiting.
        if ["per minute", "per day", "rate limit", "please wait"].contains(where: text.contains) { return false }
        if windows.contains(where: text.contains), excesses.contains(where: text.contains) { return true }
        return lengths.contains { parts in parts.allSatisfy(text.contains) }
    }

    /// Whether the words say that a filter refused the request or its answer.
    static func saysContentPolicy(_ message: String) -> Bool {
        let text = message.lowercased()
        return policies.contains(where: text.contains)
    }

    private static let windows = [
        "context length", "context window", "context size", "context limit", "context_length",
    ]

    private static let excesses = [
        "exceed", "maximum", "longer than", "greater than", "larger than", "too long", "too large", "is only",
    ]

    /// The parts of each must all be said.
    private static let lengths = [
        ["prompt is too long"], ["prompt too long"], ["input is too long"], ["too many tokens"],
        ["too many input tokens"], ["maximum prompt length"], ["reduce the length of the messages"],
        ["exceeded model token limit"], ["maximum allowed input length"], ["range of input length should be"],
        ["max_seq_len"], ["tokens in request", "max tokens allowed"], ["inputs", "max_new_tokens", "must be <="],
        ["token count", "exceeds"], ["token count", "only supports up to"], ["input tokens", "exceed"],
        ["exceeds the maximum number of tokens"], ["string too long", "content'"], ["string too long", ".text'"],
        ["string too long", "'input'"],
    ]

    private static let policies = [
        "content management policy", "content filtering polic", "content filter", "content policy",
        "content policies", "usage policy", "usage policies", "usage guidelines", "our safety system",
        "content exists risk", "inappropriate content", "prohibited content", "responsible ai", "guardrail intervened",
        "considered high risk", "input was flagged",
    ]
}

extension ProviderFailure.Kind {
    /// The kind with the provider's words heard. They count last: only where the words for programs and the status
    /// leave it open, because they say no more than that the request is at fault, is not allowed or went wrong.
    func refined(by message: String) -> ProviderFailure.Kind {
        switch self {
        case .invalidRequest, .requestTooLarge, .server:
            if FailureWording.saysContextLength(message) { return .contextLength }
            return FailureWording.saysContentPolicy(message) ? .contentPolicy : self
        case .permission: return FailureWording.saysContentPolicy(message) ? .contentPolicy : self
        case .authentication, .billing, .notFound, .contextLength, .contentPolicy, .rateLimit, .overloaded, .timeout:
            return self
        }
    }
}
