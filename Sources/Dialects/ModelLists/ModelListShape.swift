package import JSON

/// The shape of a list of models.
///
/// Format: OpenAI API reference, "List models"; Anthropic API reference, "List Models"; Gemini API reference,
/// "Method: models.list"; Vertex AI API, version 1 beta 1, "Method: publishers.models.list".
package enum ModelListShape: Sendable {
    /// OpenAI, and all who answer in its formats.
    case openAI
    /// Anthropic.
    case anthropic
    /// Gemini.
    case gemini

    /// The shape that goes with a format of chats. Bedrock lists its models at an address of their own, and its callers
    /// get OpenAI's shape.
    package init(_ format: WireFormat) {
        self =
            switch format {
            case .anthropicMessages: .anthropic
            case .gemini: .gemini
            default: .openAI
            }
    }

    /// The member of an element that names the model.
    var nameMember: String { self == .gemini ? "name" : "id" }

    /// The model's name. Providers without OpenAI's shape are read as if they had it: Bedrock says `modelId`, Cohere
    /// and Vertex AI `name`.
    func name(in entry: JSONObject) -> String? {
        if let name = entry[nameMember]?.string { return name }
        guard self == .openAI else { return nil }
        return entry["modelId"]?.string ?? entry["name"]?.string.map { Self.name(ofPublished: $0, entry) }
    }

    /// The name by which a publisher's model at Vertex AI is asked. Claude has its version in it.
    private static func name(ofPublished name: String, _ entry: JSONObject) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "publishers", parts[2] == "models" else { return name }
        let version = entry["versionId"]?.string ?? ""
        let isOfVersions = parts[1] == "anthropic" && !version.isEmpty && version != "default" && !name.contains("@")
        return isOfVersions ? "\(parts[3])@\(version)" : String(parts[3])
    }

    /// The whole list, on one page.
    package func list(_ models: [ListedModel]) -> JSONValue {
        let data = JSONValue.array(models.map { $0.value(in: self) })
        switch self {
        case .openAI:
            return ["object": "list", "data": data]
        case .anthropic:
            return [
                "data": data, "has_more": false,
                "first_id": models.first.map { .string($0.id) } ?? .null,
                "last_id": models.last.map { .string($0.id) } ?? .null,
            ]
        case .gemini:
            return ["models": data]
        }
    }
}

/// One page of a provider's list of models.
package struct ModelListPage: Sendable {
    /// Those that have a name.
    package var models: [ListedModel]
    /// What the next page is asked for with; nil on the last one.
    package var cursor: String?

    /// Reads a page.
    ///
    /// - Returns: Nil when it is no list of this shape.
    package init?(_ body: JSONValue, shape: ModelListShape, provider: String) {
        var elements = body[shape == .gemini ? "models" : "data"]?.array
        if elements == nil, shape == .openAI {
            // Together answers with the bare array, Bedrock, Cohere and Vertex AI have names of their own for it.
            elements =
                body.array ?? body["modelSummaries"]?.array ?? body["models"]?.array ?? body["publisherModels"]?.array
        }
        switch shape {
        case .openAI: cursor = body["publisherModels"] == nil ? nil : Self.googleCursor(body)
        case .anthropic: cursor = body["has_more"]?.boolean == true ? body["last_id"]?.string : nil
        case .gemini: cursor = Self.googleCursor(body)
        }
        // Protobuf's JSON leaves empty arrays out.
        guard elements != nil || (shape == .gemini && body.object != nil) else { return nil }
        models = (elements ?? []).compactMap { ListedModel($0, shape: shape, provider: provider) }
    }

    private static func googleCursor(_ body: JSONValue) -> String? {
        body["nextPageToken"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
