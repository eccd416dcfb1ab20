import JSON

/// Reads what a key says of the cloud or server that it is for: `azure_key_config` and its like.
enum BifrostKeyBlock {
    private static let servers = ["vllm", "ollama", "sgl"]
    /// The names of all blocks.
    static let names =
        ["azure_key_config", "vertex_key_config", "bedrock_key_config"] + servers.map { "\($0)_key_config" }

    /// The block of a provider's keys; nil where they have none.
    private static func name(of owner: BifrostKeyOwner) -> String? {
        switch owner.kind {
        case .azure: "azure_key_config"
        case .vertex: "vertex_key_config"
        case .bedrock: "bedrock_key_config"
        case .openAI: servers.contains(owner.name) ? "\(owner.name)_key_config" : nil
        case .anthropic, .gemini, .cohere: nil
        }
    }

    /// Whether a key needs no value of its own, because its block or the machine has what opens the provider.
    static func replacesValue(_ object: ConfigurationObject, of owner: BifrostKeyOwner) -> Bool {
        switch owner.kind {
        case .bedrock, .vertex: true
        case .azure, .openAI: name(of: owner).map { object[$0] != nil } ?? false
        case .anthropic, .gemini, .cohere: false
        }
    }

    /// What to do where a key has no value.
    static func fix(forMissingValueOf owner: BifrostKeyOwner) -> String {
        switch owner.kind {
        case .azure: "add \"value\": \"env.AZURE_OPENAI_API_KEY\", or \"azure_key_config\" with an application's secret"
        default: "add \"value\": \"env.NAME\" with the variable that holds the key"
        }
    }

    /// Reads the block.
    ///
    /// - Returns: Whether the key can be used without a value.
    static func apply(
        _ object: ConfigurationObject,
        of owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) -> Bool {
        let own = name(of: owner)
        for name in names where name != own {
            guard let node = object[name], !node.isVoid else { continue }
            reading.warn(node.place.name, "has no effect, since \(ShownText.escaped(owner.name)) is another provider")
        }
        let node = own.flatMap { object[$0] }
        let place = node?.place ?? object.place
        let block = node.map { reading.object($0) } ?? ConfigurationObject(place: place, members: [])
        // Something else than an object stands there, which is noted.
        guard let block else { return false }
        switch owner.kind {
        case .azure: BifrostAzureKey.read(block, of: owner, &key, &reading)
        case .vertex: BifrostVertexKey.read(block, of: owner, &key, &reading)
        case .bedrock: BifrostBedrockKey.read(block, of: owner, &key, &reading)
        case .openAI where own != nil: readServer(block, of: owner, &key, &reading)
        case .openAI, .anthropic, .gemini, .cohere: return false
        }
        return key.credentials != .secret || (owner.kind == .openAI && node != nil)
    }

    /// Reads `deployments`, which say the same as `aliases` and came before them.
    static func readDeployments(
        _ node: ConfigurationNode,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        guard let object = reading.object(node) else { return }
        reading.check(object, against: ConfigurationMembers(applied: ["deployments"]))
        addDeployments(object["deployments"], to: &key, &reading)
    }

    /// - Returns: Whether there are any.
    @discardableResult
    static func addDeployments(
        _ node: ConfigurationNode?,
        to key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) -> Bool {
        guard let deployments = reading.texts(node), !deployments.isEmpty else { return false }
        key.aliases.merge(deployments) { alias, _ in alias }
        return true
    }

    // MARK: Servers of one's own

    private static func readServer(
        _ block: ConfigurationObject,
        of owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        reading.check(block, against: ConfigurationMembers(applied: ["url", "model_name"], hints: ["base_url": "url"]))
        key.baseURL = address(block["url"], &reading).map { $0.withoutVersion(before: "/v1/chat/completions") ?? $0 }
        guard let model = reading.string(block["model_name"])?.text else { return }
        if key.models.isEmpty || key.models.contains("*") {
            key.models = [model] + key.aliases.keys.sorted()
        } else {
            // The server has one model, whatever callers know it by.
            for name in key.models where key.aliases[name] == nil { key.aliases[name] = model }
        }
    }

    /// An address; nil, and an error, for another text.
    static func address(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> BaseURL? {
        guard let node, let text = reading.string(node) else { return nil }
        if let address = BaseURL(text.text) { return address }
        reading.error(
            node.place,
            "\(text.shown(ShownText.address)) is not an http or https address",
            fix: "write it like \"https://api.example.com\""
        )
        return nil
    }

    /// The name of a region, which becomes a part of a host's name; nil, and an error, for another text.
    static func region(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> String? {
        guard let node, let text = reading.string(node) else { return nil }
        let region = text.text.lowercased()
        if AWSRegion.isName(region) { return region }
        reading.error(node.place, "\(text.shown()) is not the name of a region", fix: "write it like \"us-east-1\"")
        return nil
    }
}
