import Dialects

/// The interface of a provider, or of a library over several, that an application believes to speak to: what its base
/// URL has behind the gateway's address.
enum Surface: String, CaseIterable {
    /// The gateway's own.
    case native = ""
    /// OpenAI's SDKs.
    case openai
    /// Anthropic's SDKs.
    case anthropic
    /// Google's SDKs.
    case genai
    /// The same in the AI gateway's word.
    case gemini
    /// Amazon's SDKs.
    case bedrock
    /// Cohere's SDKs, for embeddings.
    case cohere
    /// LiteLLM's SDK.
    case litellm
    /// LangChain.
    case langchain
    /// Pydantic AI.
    case pydanticai

    /// The provider of models that name none; nil where the interface is no provider's.
    var defaultProvider: String? {
        switch self {
        case .native, .litellm, .langchain, .pydanticai: nil
        case .openai: "openai"
        case .anthropic: "anthropic"
        case .genai, .gemini: "gemini"
        case .bedrock: "bedrock"
        case .cohere: "cohere"
        }
    }

    /// The format of its errors where the path tells nothing better, and of its list of models.
    var format: WireFormat {
        switch self {
        case .native, .openai, .litellm, .langchain, .pydanticai: .openAIChat
        case .anthropic: .anthropicMessages
        case .genai, .gemini: .gemini
        case .bedrock: .bedrockConverse
        case .cohere: .cohereChat
        }
    }

    /// Whether it serves a format. Those that are no provider's serve all.
    func serves(_ format: WireFormat) -> Bool {
        switch self {
        case .native, .litellm, .langchain, .pydanticai: true
        case .openai: [.openAIChat, .openAIResponses, .openAICompletions].contains(format)
        case .anthropic, .genai, .gemini, .bedrock, .cohere: format == self.format
        }
    }
}

extension Surface {
    /// The interface that a path begins with, also where the rest leads nowhere. Its segment is dropped.
    init(droppingFrom segments: inout PathSegments) {
        for surface in Self.allCases where surface != .native && segments.dropFirst(equalTo: surface.rawValue) {
            self = surface
            return
        }
        self = .native
    }
}
