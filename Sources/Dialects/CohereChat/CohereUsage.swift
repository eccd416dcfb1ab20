import JSON

extension TokenUsage {
    /// Reads the `usage` of an answer or of a stream's last event; nil without figures.
    ///
    /// `tokens` counts all that the model read and wrote, with the words that Cohere puts around a conversation, and
    /// `cached_tokens` is a part of that; `billed_units` leaves those words out and takes the place of missing figures.
    ///
    /// Format: Cohere API reference, "Chat", `usage`.
    init?(cohere value: JSONValue?) {
        guard let value, let counts = value["tokens"]?.object ?? value["billed_units"]?.object else { return nil }
        let input = Self.count(counts["input_tokens"])
        self.init(
            input: input,
            output: Self.count(counts["output_tokens"]),
            cachedInput: min(input, Self.count(value["cached_tokens"]))
        )
    }

    /// A number that may be spelled with a fraction.
    private static func count(_ value: JSONValue?) -> Int {
        max(0, value?.integer ?? value?.double.flatMap(Int.init(exactly:)) ?? 0)
    }
}
