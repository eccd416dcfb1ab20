import JSON

extension TokenUsage {
    /// Reads the `usage` of a response. What is absent or no number counts as 0.
    init?(responses value: JSONValue?) {
        guard let value, value.object != nil else { return nil }
        let input = value["input_tokens_details"]
        self.init(
            input: Self.count(value["input_tokens"]),
            output: Self.count(value["output_tokens"]),
            cachedInput: Self.count(input?["cached_tokens"]),
            cacheWrite: Self.count(input?["cache_write_tokens"]),
            reasoning: Self.count(value["output_tokens_details"]?["reasoning_tokens"])
        )
    }

    /// The `usage` of a response.
    var responsesValue: JSONValue {
        [
            "input_tokens": .number(input),
            "input_tokens_details": [
                "cached_tokens": .number(cachedInput), "cache_write_tokens": .number(cacheWrite),
            ],
            "output_tokens": .number(output),
            "output_tokens_details": ["reasoning_tokens": .number(reasoning)],
            "total_tokens": .number(total),
        ]
    }

    private static func count(_ value: JSONValue?) -> Int {
        max(0, value?.integer ?? value?.double.flatMap(Int.init(exactly:)) ?? 0)
    }
}
