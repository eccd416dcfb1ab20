import JSON

extension TokenUsage {
    /// Reads the `usage` of an answer or of a stream's last event; nil without one.
    ///
    /// Format: API reference, "TokenUsage". `inputTokens` leaves out what came from and went into the cache (Bedrock
    /// user guide, "Prompt caching for faster model inference").
    init?(bedrock value: JSONValue?) {
        guard case .object(let object) = value else { return nil }
        self.init()
        cachedInput = Self.count(object, "cacheReadInputTokens", "cacheReadInputTokenCount")
        cacheWrite = Self.count(object, "cacheWriteInputTokens", "cacheWriteInputTokenCount")
        output = Self.count(object, "outputTokens")
        input = Self.sum(Self.sum(Self.count(object, "inputTokens"), cachedInput), cacheWrite)
    }

    /// The `usage` for a caller.
    var bedrockValue: JSONValue {
        [
            "inputTokens": .number(uncachedInput),
            "outputTokens": .number(output),
            "totalTokens": .number(total),
            "cacheReadInputTokens": .number(cachedInput),
            "cacheWriteInputTokens": .number(cacheWrite),
        ]
    }

    private static func count(_ object: JSONObject, _ names: String...) -> Int {
        for name in names {
            guard let value = object[name] else { continue }
            if let count = value.integer ?? value.double.flatMap(Int.init(exactly:)) { return max(0, count) }
        }
        return 0
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
