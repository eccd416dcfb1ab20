import Martlet

/// What is said when the gateway is up.
struct Banner {
    let settings: ServeSettings
    let source: ConfigurationSource
    let port: Int
    let mockPort: Int?

    var text: String {
        var lines = ["Martlet \(MartletVersion.current) listens on \(address)"]
        lines.append("  configuration  \(source.file ?? "from the environment")")
        if let mockPort {
            lines.append("  providers      mock, embedded on port \(mockPort): no provider's key was found")
            lines.append("                 in the environment. Set OPENAI_API_KEY, for example, to use a real one.")
        } else if source.configuration.providers.isEmpty {
            lines.append("  providers      none: add some to the configuration")
        } else {
            let names = source.configuration.providers.map { provider in
                provider.isKeyless ? provider.name : "\(provider.name) (\(Self.count(provider.keys.count, "key")))"
            }
            lines.append("  providers      \(names.joined(separator: ", "))")
        }
        lines.append("")
        lines.append("Try it in a browser at \(reachableAddress)/ or with:")
        lines.append("")
        lines.append("  \(example)")
        lines.append("")
        return lines.joined(separator: "\n")
    }

    private var address: String {
        let name = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return "\(settings.tls == nil ? "http" : "https")://\(name):\(port)"
    }

    /// The address for programs on this machine.
    private var reachableAddress: String {
        let host = settings.host == "0.0.0.0" || settings.host == "::" ? "127.0.0.1" : settings.host
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(settings.tls == nil ? "http" : "https")://\(name):\(port)"
    }

    private var example: String {
        """
        curl \(settings.tls == nil ? "" : "-k ")\(reachableAddress)/v1/chat/completions -H 'Content-Type: \
        application/json' -d '{"model":"\(model)","messages":[{"role":"user","content":"Hello!"}]}'
        """
    }

    /// A model of the first provider that is likely to be there.
    private var model: String {
        guard mockPort == nil, let provider = source.configuration.providers.first else { return "mock/gpt-4o-mini" }
        let named = provider.keys.lazy.compactMap { key in key.models.first { $0 != "*" } }.first
        return "\(provider.name)/\(named ?? Self.commonModels[provider.name] ?? "gpt-4o-mini")"
    }

    private static let commonModels = [
        "openai": "gpt-4o-mini",
        "anthropic": "claude-haiku-4-5",
        "gemini": "gemini-2.5-flash",
        "mistral": "mistral-small-latest",
        "groq": "llama-3.1-8b-instant",
        "cerebras": "llama3.1-8b",
        "openrouter": "openai/gpt-4o-mini",
        "perplexity": "sonar",
        "xai": "grok-3-mini",
        "deepseek": "deepseek-chat",
    ]

    private static func count(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}
