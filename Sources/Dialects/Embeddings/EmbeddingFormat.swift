/// The form of a request for embeddings.
///
/// Format: OpenAI API reference, "Create embeddings"; Gemini API reference, "Method: models.embedContent" and "Method:
/// models.batchEmbedContents"; Google Cloud, "Text embeddings API" and "Method: models.embedContent"; Amazon Bedrock User Guide, "Amazon Titan Text Embeddings" and "Cohere Embed"; Cohere
/// API reference, version 2, "Embed".
package enum EmbeddingFormat: Sendable, Equatable {
    /// OpenAI, and all who answer in its format.
    case openAI
    /// Gemini, one text.
    case geminiSingle
    /// Gemini, several texts.
    case geminiBatch
    /// Amazon's own models at Bedrock.
    case titan
    /// Cohere.
    case cohere
    /// Cohere's models at Bedrock.
    case bedrockCohere
    /// Google's models for texts at Vertex AI, several texts.
    case vertexTexts
    /// The first of Gemini's models at Vertex AI, one text.
    case vertexText
    /// The others of Gemini's models at Vertex AI, one text.
    case vertexContent

    /// How a provider is asked for embeddings of `model`.
    ///
    /// - Parameter format: The format that it is spoken to in.
    /// - Returns: Nil when its embeddings are not known.
    package init?(provider format: WireFormat, model: String) {
        switch format {
        case .openAIChat: self = .openAI
        case .gemini: self = .geminiBatch
        case .cohereChat: self = .cohere
        case .bedrockConverse where model.contains("titan-embed"): self = .titan
        case .bedrockConverse where model.contains("cohere.embed"): self = .bedrockCohere
        default: return nil
        }
    }

    /// How Vertex AI is asked for embeddings of `model`, which is one of Google's.
    package init(onVertex model: String) {
        if !model.hasPrefix("gemini-embedding") {
            self = .vertexTexts
        } else if model.hasPrefix("gemini-embedding-001") || model.hasPrefix("gemini-embedding-exp") {
            self = .vertexText
        } else {
            self = .vertexContent
        }
    }

    /// The name for people.
    var title: String {
        switch self {
        case .openAI: "OpenAI Embeddings"
        case .geminiSingle, .geminiBatch: "Gemini embeddings"
        case .titan: "Titan Text Embeddings"
        case .cohere, .bedrockCohere: "Cohere Embed"
        case .vertexTexts, .vertexText, .vertexContent: "Vertex AI embeddings"
        }
    }

    /// Most inputs of one request.
    ///
    /// Source: OpenAI API reference, "Create embeddings"; the error that Gemini's API gives for more; Cohere API reference, "Embed", `texts` and `inputs`; Amazon Bedrock User Guide, "Cohere Embed" and
    /// "Amazon Titan Text Embeddings"; Google Cloud, "Get text embeddings".
    var maximumInputCount: Int {
        switch self {
        case .openAI: 2048
        case .geminiSingle, .titan, .vertexText, .vertexContent: 1
        case .geminiBatch: 100
        case .cohere, .bedrockCohere: 96
        case .vertexTexts: 250
        }
    }

    /// Most tokens of all inputs of one request, by our estimate; nil where there is no such limit.
    ///
    /// Source: Google Cloud, "Get text embeddings", has twice as many, which leaves room for estimates that are too low.
    var maximumTokenCount: Int? { self == .vertexTexts ? 10_000 : nil }

    /// Whether it has a place for the titles of texts.
    var hasTitles: Bool {
        switch self {
        case .vertexTexts, .vertexText, .vertexContent: true
        case .openAI, .geminiSingle, .geminiBatch, .titan, .cohere, .bedrockCohere: false
        }
    }
}
