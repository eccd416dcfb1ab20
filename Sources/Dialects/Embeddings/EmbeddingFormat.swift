/// The form of a request for embeddings.
///
/// Format: OpenAI API reference, "Create embeddings"; Gemini API reference, "Method: models.embedContent" and "Method:
/// models.batchEmbedContents"; Amazon Bedrock User Guide, "Amazon Titan Text Embeddings" and "Cohere Embed"; Cohere
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

    /// The name for people.
    var title: String {
        switch self {
        case .openAI: "OpenAI Embeddings"
        case .geminiSingle, .geminiBatch: "Gemini embeddings"
        case .titan: "Titan Text Embeddings"
        case .cohere, .bedrockCohere: "Cohere Embed"
        }
    }

    /// Most inputs of one request.
    ///
    /// Source: OpenAI API reference, "Create embeddings"; the error that Gemini's API gives for more; Cohere API reference, "Embed", `texts` and `inputs`; Amazon Bedrock User Guide, "Cohere Embed" and
    /// "Amazon Titan Text Embeddings".
    var maximumInputCount: Int {
        switch self {
        case .openAI: 2048
        case .geminiSingle, .titan: 1
        case .geminiBatch: 100
        case .cohere, .bedrockCohere: 96
        }
    }
}
