package import JSON

/// A model out of a list, as the lists of all formats can say it.
package struct ListedModel: Sendable, Equatable {
    /// The name that callers of the gateway use: `provider/model`.
    package var id: String
    /// The provider's name in the gateway.
    package var provider: String
    /// The name for people, where it is told.
    package var displayName: String?
    /// Seconds since 1970, where it is told.
    package var created: Int?
    /// Most tokens of a prompt, where it is told.
    package var inputTokenLimit: Int?
    /// Most tokens of an answer, where it is told.
    package var outputTokenLimit: Int?
    /// The provider's own words, in the shape of `shape`; nil when only the configuration names the model.
    package var entry: JSONObject?
    /// The shape of `entry`.
    package var shape: ModelListShape

    /// A model that only the configuration names.
    package init(_ model: String, provider: String) {
        id = "\(provider)/\(model)"
        self.provider = provider
        shape = .openAI
    }

    /// Reads an element of a provider's list.
    ///
    /// - Returns: Nil when it has no name.
    package init?(_ value: JSONValue, shape: ModelListShape, provider: String) {
        guard let entry = value.object, let name = shape.name(in: entry) else { return nil }
        let model = shape == .gemini && name.utf8.starts(with: "models/".utf8) ? String(name.dropFirst(7)) : name
        guard !model.isEmpty else { return nil }
        self.init(model, provider: provider)
        self.shape = shape
        // What has another name for the name is in no shape that callers know.
        if entry[shape.nameMember] != nil { self.entry = entry }
        switch shape {
        case .openAI:
            created = entry["created"]?.integer
        case .anthropic:
            displayName = entry["display_name"]?.string
            created = entry["created_at"]?.string.flatMap(GeminiTime.seconds)
            inputTokenLimit = entry["max_input_tokens"]?.integer
            outputTokenLimit = entry["max_tokens"]?.integer
        case .gemini:
            displayName = entry["displayName"]?.string
            inputTokenLimit = entry["inputTokenLimit"]?.integer
            outputTokenLimit = entry["outputTokenLimit"]?.integer
        }
    }

    /// The element for a list in this shape. A provider's own words are kept where the shape is theirs.
    package func value(in shape: ModelListShape) -> JSONValue {
        if var entry, shape == self.shape {
            entry.set(shape.nameMember, to: .string(shape == .gemini ? "models/\(id)" : id))
            return .object(entry)
        }
        switch shape {
        case .openAI:
            return [
                "id": .string(id), "object": "model", "created": .number(created ?? 0), "owned_by": .string(provider),
            ]
        case .anthropic:
            return [
                "type": "model", "id": .string(id), "display_name": .string(displayName ?? id),
                // Anthropic's word for an unknown time is the beginning of the count.
                "created_at": .string("\(UTCTime.text(ofSecond: created ?? 0))Z"),
            ]
        case .gemini:
            var object: JSONObject = ["name": .string("models/\(id)"), "displayName": .string(displayName ?? id)]
            if let inputTokenLimit { object.append("inputTokenLimit", .number(inputTokenLimit)) }
            if let outputTokenLimit { object.append("outputTokenLimit", .number(outputTokenLimit)) }
            object.append(
                "supportedGenerationMethods",
                ["generateContent", "streamGenerateContent", "countTokens"]
            )
            return .object(object)
        }
    }
}
