import JSON

/// Reads a member of `routing.models`.
enum BifrostModelFacts {
    private static let members = ConfigurationMembers(
        applied: ["context_window", "images", "tools", "documents", "input_price", "output_price"],
        hints: [
            "context_length": "context_window", "max_input_tokens": "context_window", "vision": "images",
            "supports_vision": "images", "function_calling": "tools", "pdf": "documents",
            "input_cost_per_token": "input_price", "output_cost_per_token": "output_price",
        ]
    )

    static func read(
        _ name: String,
        _ node: ConfigurationNode,
        _ reading: inout ConfigurationReading
    ) -> ModelFacts? {
        guard let object = reading.object(node) else { return nil }
        reading.check(object, against: members)
        var facts = ModelFacts(name: name)
        facts.contextWindow = reading.integer(object["context_window"], in: 1...1_000_000_000, of: "tokens")
        facts.takesImages = reading.boolean(object["images"])
        facts.takesTools = reading.boolean(object["tools"])
        facts.takesDocuments = reading.boolean(object["documents"])
        facts.inputPrice = price(object["input_price"], &reading)
        facts.outputPrice = price(object["output_price"], &reading)
        return facts
    }

    private static func price(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> Double? {
        reading.number(node, upTo: 1_000_000, of: "US dollars per million tokens", example: "2.5")
    }
}
