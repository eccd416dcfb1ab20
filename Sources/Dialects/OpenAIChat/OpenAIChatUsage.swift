import JSON

extension TokenUsage {
    /// Reads the `usage` object of an answer or chunk, with what compatible providers add to it or put elsewhere. What
    /// is absent, null or no integer counts as 0.
    ///
    /// Format: OpenAI API reference, "The chat completion object"; DeepSeek API documentation,
    /// `prompt_cache_hit_tokens`; OpenRouter documentation, `cache_write_tokens`; LiteLLM, `cache_creation_tokens`.
    init(openAIChat value: JSONValue) {
        func count(_ object: JSONValue?, _ names: String...) -> Int {
            for name in names {
                guard let member = object?[name], member != .null else { continue }
                let integer = member.integer ?? member.double.flatMap(Int.init(exactly:))
                return max(0, integer ?? 0)
            }
            return 0
        }
        let prompt = value["prompt_tokens_details"]
        let completion = value["completion_tokens_details"]
        self.init(
            input: count(value, "prompt_tokens"),
            output: count(value, "completion_tokens"),
            cachedInput: count(prompt, "cached_tokens"),
            cacheWrite: count(prompt, "cache_write_tokens", "cache_creation_tokens"),
            reasoning: count(completion, "reasoning_tokens"),
            audioInput: count(prompt, "audio_tokens"),
            audioOutput: count(completion, "audio_tokens")
        )
        if prompt == nil { cachedInput = count(value, "prompt_cache_hit_tokens") }
        addUncountedReasoning(total: count(value, "total_tokens"))
    }

    /// xAI and Gemini's layer count reasoning beside the answer instead of in it, which the total tells.
    private mutating func addUncountedReasoning(total: Int) {
        let (sum, overflow) = output.addingReportingOverflow(reasoning)
        let (all, secondOverflow) = sum.addingReportingOverflow(input)
        if reasoning > 0, !overflow, !secondOverflow, all == total {
            output = sum
        }
    }

    /// The `usage` object for a caller.
    var openAIChat: JSONObject {
        var prompt: JSONObject = ["cached_tokens": .number(cachedInput), "audio_tokens": .number(audioInput)]
        if cacheWrite > 0 { prompt.append("cache_write_tokens", .number(cacheWrite)) }
        return [
            "prompt_tokens": .number(input),
            "completion_tokens": .number(output),
            "total_tokens": .number(total),
            "prompt_tokens_details": .object(prompt),
            "completion_tokens_details": [
                "reasoning_tokens": .number(reasoning),
                "audio_tokens": .number(audioOutput),
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }
}
