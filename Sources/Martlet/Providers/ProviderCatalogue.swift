/// What is known of a provider before anything is configured.
public struct KnownProvider: Sendable {
    /// The name in front of the slash in `provider/model`.
    public let name: String
    /// The provider's own address; nil where every installation has another.
    public let baseURL: String?
    /// How it is spoken to.
    public let kind: ProviderKind
    /// The path of chats below the address; `{model}` stands for the model.
    public let chatCompletionsPath: String
    /// The path of OpenAI's Responses below the address; nil when it has none.
    public let responsesPath: String?
    /// The path of the list of models below the address.
    public let modelsPath: String
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
        models: String? = nil,
        keys: [String] = [],
        isKeyless: Bool = false
    ) {
        self.name = name
        self.baseURL = baseURL
        self.kind = kind
        chatCompletionsPath = chat ?? kind.chatPath
        responsesPath = responses
        modelsPath = models ?? kind.modelsPath
        keyVariables = keys
        self.isKeyless = isKeyless
    }
}

/// The providers that Martlet knows by name.
public enum ProviderCatalogue {
    /// In the order in which they are looked for in the environment.
    public static let all: [KnownProvider] = [
        KnownProvider(
            "openai",
            "https://api.openai.com",
            responses: "/v1/responses",
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
            keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"]
        ),
        KnownProvider("mistral", "https://api.mistral.ai", keys: ["MISTRAL_API_KEY", "MISTRAL_KEY"]),
        KnownProvider("groq", "https://api.groq.com/openai", keys: ["GROQ_API_KEY"]),
        KnownProvider("cerebras", "https://api.cerebras.ai", keys: ["CEREBRAS_API_KEY"]),
        KnownProvider("openrouter", "https://openrouter.ai/api", keys: ["OPENROUTER_API_KEY"]),
        KnownProvider(
            "perplexity",
            "https://api.perplexity.ai",
            chat: "/chat/completions",
            models: "/models",
            keys: ["PERPLEXITY_API_KEY"]
        ),
        KnownProvider("parasail", "https://api.parasail.io", keys: ["PARASAIL_API_KEY"]),
        KnownProvider("nebius", "https://api.tokenfactory.nebius.com", keys: ["NEBIUS_API_KEY"]),
        KnownProvider("xai", "https://api.x.ai", keys: ["XAI_API_KEY"]),
        KnownProvider("deepseek", "https://api.deepseek.com", keys: ["DEEPSEEK_API_KEY"]),
        KnownProvider("fireworks", "https://api.fireworks.ai/inference", keys: ["FIREWORKS_API_KEY"]),
        KnownProvider("together", "https://api.together.xyz", keys: ["TOGETHER_API_KEY"]),
        KnownProvider("huggingface", "https://router.huggingface.co", keys: ["HF_TOKEN", "HUGGINGFACE_API_KEY"]),
        KnownProvider("ollama", nil, isKeyless: true),
        KnownProvider("sgl", nil, isKeyless: true),
        KnownProvider("vllm", nil, isKeyless: true),
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
        modelsPath = known.modelsPath
    }
}
