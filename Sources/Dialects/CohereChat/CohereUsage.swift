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

    /// Reads the tokens of a whole answer with embeddings, and of that no more than it must.
    ///
    /// Format: Cohere API reference, "Embed", `meta.billed_units`.
    ///
    /// - Returns: Nil when the answer tells none.
    package static func ofCohereEmbeddings(_ bytes: Span<UInt8>) -> TokenUsage? {
        var tokens: Int?
        try? JSONScanner.scanObject(bytes) { member throws(JSONError) in
            guard member.kind == .object, member.isNamed("meta", in: bytes) else { return }
            try JSONScanner.scanObject(bytes, in: member.value) { member throws(JSONError) in
                guard member.kind == .object, member.isNamed("billed_units", in: bytes) else { return }
                try JSONScanner.scanObject(bytes, in: member.value) { member throws(JSONError) in
                    if member.isNamed("input_tokens", in: bytes) { tokens = JSONText.integer(bytes, member.value) }
                }
            }
        }
        return tokens.map { TokenUsage(input: max(0, $0)) }
    }
}
