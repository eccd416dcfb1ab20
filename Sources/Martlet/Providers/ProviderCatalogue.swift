package import Dialects

/// What is known of a provider before anything is configured.
public struct KnownProvider: Sendable {
    /// The name in front of the slash in `provider/model`.
    public let name: String
    /// The provider's own address; nil where every installation has another, and for clouds, whose regions have.
    public let baseURL: String?
    /// How it is spoken to.
    public let kind: ProviderKind
    /// The path of chats below the address; `{model}` stands for the model.
    public let chatCompletionsPath: String
    /// The path of OpenAI's Responses below the address; nil when it has none.
    public let responsesPath: String?
    /// The path of embeddings below the address, `{model}` standing for the model; nil when it has none.
    public let embeddingsPath: String?
    /// The path of the list of models below the address.
    public let modelsPath: String
    /// What it knows of Chat Completions, where it is spoken to in them.
    package let chatAbilities: OpenAIChatAbilities
    /// The environment variables that its key is looked for in, first come first.
    public let keyVariables: [String]
    /// Whether it works without a key.
    public let isKeyless: Bool

    init(
        _ name: String,
        _ baseURL: String?,
        kind: ProviderKind = .openAI,
        chat: String? = nil,
        responses: String? = nil,
        embeds: Bool = false,
        models: String? = nil,
        abilities: OpenAIChatAbilities = .compatible,
        keys: [String] = [],
        isKeyless: Bool = false
    ) {
        self.name = name
        self.baseURL = baseURL
        self.kind = kind
        chatCompletionsPath = chat ?? kind.chatPath
        responsesPath = responses
        embeddingsPath = embeds ? kind.embeddingsPath : nil
        modelsPath = models ?? kind.modelsPath
        chatAbilities = abilities
        keyVariables = keys
        self.isKeyless = isKeyless
    }
}

/// The providers that Martlet knows by name.
public enum ProviderCatalogue {
    /// In the order in which they are looked for in the environment.
    public static let all = formats + clouds + compatible + selfHosted

    /// Those whose formats others copy.
    private static let formats = [
        KnownProvider(
            "openai",
            "https://api.openai.com",
            responses: "/v1/responses",
            embeds: true,
            abilities: .openAI,
            keys: ["OPENAI_API_KEY", "OPENAI_KEY"]
        ),
        KnownProvider(
            "anthropic",
            "https://api.anthropic.com",
            kind: .anthropic,
            keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_KEY"]
        ),
        KnownProvider(
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta",
            kind: .gemini,
            embeds: true,
            keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"]
        ),
        KnownProvider(
            "cohere",
            "https://api.cohere.com",
            kind: .cohere,
            embeds: true,
            keys: ["COHERE_API_KEY", "CO_API_KEY"]
        ),
    ]

    /// Those that have the models of others.
    private static let clouds = [
        KnownProvider(
            "azure",
            nil,
            kind: .azure,
            responses: "/openai/v1/responses",
            embeds: true,
            abilities: .openAI,
            keys: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"]
        ),
        KnownProvider("bedrock", nil, kind: .bedrock, embeds: true, keys: ["AWS_BEARER_TOKEN_BEDROCK"]),
        KnownProvider("vertex", nil, kind: .vertex, embeds: true),
    ]

    /// Those that answer in OpenAI's format.
    private static let compatible = [
        KnownProvider(
            "mistral",
            "https://api.mistral.ai",
            embeds: true,
            abilities: .mistral,
            keys: ["MISTRAL_API_KEY", "MISTRAL_KEY"]
        ),
        KnownProvider("groq", "https://api.groq.com/openai", abilities: .groq, keys: ["GROQ_API_KEY"]),
        KnownProvider("cerebras", "https://api.cerebras.ai", abilities: .cerebras, keys: ["CEREBRAS_API_KEY"]),
        KnownProvider(
            "openrouter",
            "https://openrouter.ai/api",
            embeds: true,
            abilities: .openAI,
            keys: ["OPENROUTER_API_KEY"]
        ),
        KnownProvider(
            "perplexity",
            "https://api.perplexity.ai",
            chat: "/chat/completions",
            models: "/models",
            abilities: .perplexity,
            keys: ["PERPLEXITY_API_KEY"]
        ),
        KnownProvider("parasail", "https://api.parasail.io", embeds: true, keys: ["PARASAIL_API_KEY"]),
        KnownProvider("nebius", "https://api.tokenfactory.nebius.com", embeds: true, keys: ["NEBIUS_API_KEY"]),
        KnownProvider("xai", "https://api.x.ai", keys: ["XAI_API_KEY"]),
        KnownProvider("deepseek", "https://api.deepseek.com", abilities: .deepSeek, keys: ["DEEPSEEK_API_KEY"]),
        KnownProvider("fireworks", "https://api.fireworks.ai/inference", embeds: true, keys: ["FIREWORKS_API_KEY"]),
        KnownProvider("together", "https://api.together.xyz", embeds: true, keys: ["TOGETHER_API_KEY"]),
        KnownProvider("huggingface", "https://router.huggingface.co", keys: ["HF_TOKEN", "HUGGINGFACE_API_KEY"]),
        KnownProvider("nvidia", "https://integrate.api.nvidia.com", embeds: true, keys: ["NVIDIA_API_KEY"]),
        KnownProvider("sambanova", "https://api.sambanova.ai", embeds: true, keys: ["SAMBANOVA_API_KEY"]),
        KnownProvider("hyperbolic", "https://api.hyperbolic.xyz", keys: ["HYPERBOLIC_API_KEY"]),
        KnownProvider("moonshot", "https://api.moonshot.ai", keys: ["MOONSHOT_API_KEY"]),
    ]

    /// Servers of one's own.
    private static let selfHosted = [
        KnownProvider("ollama", nil, embeds: true, abilities: .selfHosted, isKeyless: true),
        KnownProvider("sgl", nil, embeds: true, abilities: .selfHosted, isKeyless: true),
        KnownProvider("vllm", nil, embeds: true, abilities: .selfHosted, isKeyless: true),
    ]

    /// The provider of that name.
    public static func provider(named name: String) -> KnownProvider? {
        all.first { $0.name == name }
    }
}

extension ProviderConfiguration {
    /// A known provider at this address, without keys.
    init(_ known: KnownProvider, baseURL: BaseURL) {
        self.init(name: known.name, baseURL: baseURL, kind: known.kind)
        chatCompletionsPath = known.chatCompletionsPath
        responsesPath = known.responsesPath
        embeddingsPath = known.embeddingsPath
        modelsPath = known.modelsPath
        chatAbilities = known.chatAbilities
    }
}
