package import Dialects

/// How a provider is spoken to: its addresses, its formats and where its key goes.
public enum ProviderKind: String, Sendable, CaseIterable {
    /// OpenAI, and all who answer in its formats.
    case openAI = "openai"
    /// Anthropic's Messages.
    case anthropic
    /// Google's Gemini.
    case gemini
    /// Amazon Bedrock.
    case bedrock
    /// Models that Azure hosts: OpenAI's, and Anthropic's in their own format.
    case azure
    /// Models that Vertex AI hosts: Google's, Anthropic's and others, each in its own format.
    case vertex
    /// Cohere's second version.
    case cohere

    /// Whether it has the models of others, in regions or for each customer apart.
    var isCloud: Bool { self == .azure || self == .bedrock || self == .vertex }

    /// The path of the operation that every kind has, below the provider's address. `{model}` stands for the model.
    public var chatPath: String {
        switch self {
        case .openAI: "/v1/chat/completions"
        case .cohere: "/v2/chat"
        case .anthropic: "/v1/messages"
        case .gemini: "/models/{model}:generateContent"
        case .bedrock: "/model/{model}/converse"
        case .azure: "/openai/v1/chat/completions"
        case .vertex: "\(Self.vertexPath)/endpoints/openapi/chat/completions"
        }
    }

    /// The path of OpenAI's Responses below the address of a provider that has them.
    var responsesPath: String { self == .azure ? "/openai/v1/responses" : "/v1/responses" }

    /// The path of embeddings below the provider's address, `{model}` standing for the model; nil when it has none.
    public var embeddingsPath: String? {
        switch self {
        case .openAI: "/v1/embeddings"
        case .anthropic: nil
        case .vertex: "\(Self.vertexPath)/publishers/google/models/{model}:predict"
        case .gemini: "/models/{model}:batchEmbedContents"
        case .bedrock: "/model/{model}/invoke"
        case .azure: "/openai/v1/embeddings"
        case .cohere: "/v2/embed"
        }
    }

    /// The path of the list of models below the provider's address.
    public var modelsPath: String {
        switch self {
        case .openAI, .anthropic, .cohere: "/v1/models"
        case .gemini: "/models"
        case .bedrock: "/foundation-models"
        case .azure: "/openai/v1/models"
        // The first version knows single models alone.
        case .vertex: "/v1beta1/publishers/google/models"
        }
    }

    /// The format of that operation.
    package var chatFormat: WireFormat {
        switch self {
        case .openAI, .azure, .vertex: .openAIChat
        case .anthropic: .anthropicMessages
        case .gemini: .gemini
        case .bedrock: .bedrockConverse
        case .cohere: .cohereChat
        }
    }

    /// The header fields that carry the key.
    var keyFields: [StaticString] {
        switch self {
        case .openAI, .bedrock, .cohere: ["Authorization"]
        // The second is for Claude.
        case .azure: ["api-key", "x-api-key"]
        case .anthropic: ["x-api-key"]
        case .gemini, .vertex: ["x-goog-api-key"]
        }
    }

    /// What stands in front of the key.
    var keyPrefix: StaticString {
        switch self {
        case .openAI, .bedrock, .cohere: "Bearer "
        case .anthropic, .gemini, .azure, .vertex: ""
        }
    }

    /// The address of a cloud's models in a region; nil for kinds that are not of regions.
    ///
    /// - Parameter region: Must be ``AWSRegion/isName(_:)``.
    func address(inRegion region: String) -> BaseURL? {
        switch self {
        case .bedrock: return BaseURL("https://\(AWSRegion.host(of: "bedrock-runtime", in: region))")
        case .vertex:
            let host =
                switch region {
                case "global": "aiplatform.googleapis.com"
                // Several regions that are one (Google Cloud, "Deployments and endpoints").
                case "us", "eu": "aiplatform.\(region).rep.googleapis.com"
                default: "\(region)-aiplatform.googleapis.com"
                }
            return BaseURL("https://\(host)")
        case .openAI, .anthropic, .gemini, .azure, .cohere: return nil
        }
    }

    /// The name of a model that tells what it can: the caller's, where the provider's is one of its customer's own.
    func usualName(of model: String, knownAs name: String) -> String {
        switch self {
        case .azure: model
        case .bedrock where name.hasPrefix("arn:"):
            // Other resources, such as application profiles, have ids that say nothing.
            name.contains(":foundation-model/") || name.contains(":inference-profile/") ? name : model
        case .openAI, .anthropic, .gemini, .bedrock, .vertex, .cohere: name
        }
    }

    /// Where the models are listed of a provider at this address: Bedrock has a host of its own for it.
    func listAddress(for base: BaseURL) -> BaseURL {
        let prefix = "bedrock-runtime."
        guard self == .bedrock, base.isSecure, base.host.hasPrefix(prefix) else { return base }
        return BaseURL("https://bedrock.\(base.host.dropFirst(prefix.count)):\(base.port)\(base.path)") ?? base
    }

    private static let vertexPath = "/v1/projects/{project}/locations/{region}"

    /// What else it is asked, besides the operations that every kind has, before them.
    var ownEndpoints: [ProviderEndpoint] {
        switch self {
        case .openAI, .anthropic, .gemini, .bedrock, .cohere: []
        case .azure:
            [ProviderEndpoint(format: .anthropicMessages, family: .claude, path: "/anthropic/v1/messages")]
        case .vertex:
            [
                ProviderEndpoint(
                    format: .anthropicMessages,
                    family: .claude,
                    path: "\(Self.vertexPath)/publishers/anthropic/models/{model}:rawPredict"
                ),
                ProviderEndpoint(
                    format: .anthropicMessages,
                    operation: .tokenCount,
                    family: .claude,
                    path: "\(Self.vertexPath)/publishers/anthropic/models/count-tokens:rawPredict"
                ),
                ProviderEndpoint(
                    format: .gemini,
                    family: .gemini,
                    path: "\(Self.vertexPath)/publishers/google/models/{model}:generateContent"
                ),
                ProviderEndpoint(
                    format: .gemini,
                    operation: .tokenCount,
                    family: .gemini,
                    path: "\(Self.vertexPath)/publishers/google/models/{model}:countTokens"
                ),
            ]
        }
    }
}
