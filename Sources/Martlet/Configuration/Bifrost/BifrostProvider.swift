import JSON

/// Reads one member of `providers`.
enum BifrostProvider {
    private static let members = ConfigurationMembers(
        applied: [
            "keys", "network_config", "concurrency_and_buffer_size", "proxy_config", "custom_provider_config",
            "meta_config",
        ],
        unapplied: [
            "send_back_raw_response", "send_back_raw_request", "store_raw_request_response", "openai_config",
            "pricing_overrides",
        ],
        hints: hints
    )
    private static let hints: [String: String] = {
        var hints = ["api_key": "keys[].value", "key": "keys[].value", "value": "keys[].value"]
        for name in BifrostNetwork.members.applied + Array(BifrostNetwork.members.hints.keys) {
            hints[name] = "network_config.\(BifrostNetwork.members.hints[name] ?? name)"
        }
        for name in concurrencyMembers.applied { hints[name] = "concurrency_and_buffer_size.\(name)" }
        return hints
    }()
    private static let concurrencyMembers = ConfigurationMembers(
        applied: ["concurrency", "buffer_size"],
        hints: ["limit": "concurrency", "queue_size": "buffer_size"]
    )
    /// Providers of Bifrost's that are not spoken to in a format that is known here, or not for chat.
    static let unsupported = [
        "bedrock_mantle", "databricks", "elevenlabs", "github_copilot", "replicate", "runway",
    ]

    /// - Parameter allowsDirectKeys: Whether callers may bring keys of their own, so that it needs none.
    /// - Returns: Nil where the provider is wrong or left out; the problem is noted.
    static func read(
        _ name: String,
        _ node: ConfigurationNode,
        allowsDirectKeys: Bool,
        _ reading: inout ConfigurationReading
    ) -> ProviderConfiguration? {
        let known = ProviderCatalogue.provider(named: name)
        if unsupported.contains(name), node.value["custom_provider_config"] == nil {
            let fix = "for its OpenAI-compatible address, if it has one, add custom_provider_config and base_url"
            reading.warn(
                node.place.name,
                "the provider is left out: this version of Martlet cannot speak to it",
                fix: fix
            )
            return nil
        }
        guard let object = reading.object(node) else { return nil }
        reading.check(object, against: members)
        let custom = BifrostCustomProvider(object["custom_provider_config"], &reading)
        let hasValidName = check(name, node.place, isKnown: known != nil || custom != nil, &reading)
        let network = BifrostNetwork(object["network_config"], &reading)
        let concurrency = concurrency(object["concurrency_and_buffer_size"], &reading)
        let kind = custom?.kind ?? known?.kind ?? .openAI
        // A custom type has paths of its own, even under a known name.
        let base = custom?.known ?? (custom == nil || custom?.kind == known?.kind ? known : nil)
        let chatPath = custom?.chatCompletionsPath ?? base?.chatCompletionsPath ?? kind.chatPath
        let isKeyless = custom?.isKeyless == true || (custom == nil && known?.isKeyless == true)
        let owner = BifrostKeyOwner(
            name: name,
            kind: kind,
            keyVariable: known?.keyVariables.first ?? "NAME",
            isKeyless: isKeyless,
            needsKeys: !isKeyless && !allowsDirectKeys,
            hasAddress: network.hasBaseURL,
            meta: BifrostMeta(object["meta_config"], of: kind, &reading)
        )
        let keys = keys(object, owner, custom, &reading)
        let keyAddress = keys?.lazy.compactMap(\.baseURL).first
        let address = address(network, known, chatPath, &reading) ?? keyAddress
        let isOfKeys = keyAddress != nil || (kind.isCloud && keys == nil)
        if address == nil, !network.hasBaseURL, hasValidName, !isOfKeys {
            let fix = "add \"network_config\": {\"base_url\": \"http://localhost:8000\"} with the server's address"
            reading.error(
                node.place.name,
                "has no base_url, and \(ShownText.escaped(name)) has none of its own",
                fix: fix
            )
        }
        let proxy = BifrostProxy.read(object["proxy_config"], for: address, &reading)
        if let custom, !custom.allowsChat, !custom.allowsResponses {
            let message = "the provider is left out: chat_completion is not among its allowed_requests"
            reading.warn(node.place.name, message)
            return nil
        }
        guard let address, let keys else { return nil }
        var provider = ProviderConfiguration(name: name, baseURL: address, kind: kind)
        provider.chatCompletionsPath = chatPath
        setOperations(of: &provider, known, base, custom, keys)
        provider.keys = keys
        provider.isKeyless = keys.isEmpty && isKeyless
        provider.extraHeaders = network.extraHeaders
        provider.betaFeatures = network.betaFeatures
        provider.timeouts = network.timeouts
        provider.modelTimeouts = network.modelTimeouts
        provider.retries = network.retries
        provider.throughput = network.throughput
        provider.concurrency = concurrency
        provider.proxy = proxy
        provider.tls = network.tls
        provider.maximumConnectionCount = network.maximumConnectionCount
        return provider
    }

    /// - Parameter base: The provider whose paths and abilities it has; nil for those of its kind in general.
    private static func setOperations(
        of provider: inout ProviderConfiguration,
        _ known: KnownProvider?,
        _ base: KnownProvider?,
        _ custom: BifrostCustomProvider?,
        _ keys: [ProviderKey]
    ) {
        let kind = provider.kind
        provider.servesChat = custom?.allowsChat ?? true
        if let base { provider.chatAbilities = base.chatAbilities }
        if let custom {
            provider.responsesPath = custom.allowsResponses ? custom.responsesPath ?? kind.responsesPath : nil
        } else if keys.allSatisfy(\.speaksResponses) {
            provider.responsesPath = known?.responsesPath
        }
        let embeddingsPath = base == nil ? kind.embeddingsPath : base?.embeddingsPath
        provider.embeddingsPath =
            custom?.allowsEmbeddings == false ? nil : custom?.embeddingsPath ?? embeddingsPath
        provider.modelsPath = custom?.modelsPath ?? base?.modelsPath ?? kind.modelsPath
    }

    private static func check(
        _ name: String,
        _ place: ConfigurationPlace,
        isKnown: Bool,
        _ reading: inout ConfigurationReading
    ) -> Bool {
        let nearest = NameSuggestion.nearest(to: name, in: ProviderCatalogue.all.map(\.name) + unsupported)
        let suggestion = nearest.map { "did you mean \($0)?" }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        if name.isEmpty || !isPlain {
            let fix = isKnown ? nil : suggestion
            let rule = "use lower case letters, digits, hyphens, underscores and dots"
            reading.error(place.name, "is not usable in front of the slash of a model's name", fix: fix ?? rule)
            return false
        }
        if !isKnown {
            let fix = suggestion ?? "add custom_provider_config and base_url for a provider of your own"
            reading.error(place.name, "is not a provider that Martlet knows", fix: fix)
        }
        return isKnown
    }

    private static func address(
        _ network: BifrostNetwork,
        _ known: KnownProvider?,
        _ chatPath: String,
        _ reading: inout ConfigurationReading
    ) -> BaseURL? {
        guard network.hasBaseURL else { return known?.baseURL.flatMap { BaseURL($0) } }
        guard let given = network.baseURL, let place = network.baseURLPlace else { return nil }
        let hasOwnPath = chatPath != known?.chatCompletionsPath
        let corrected = hasOwnPath ? given.withoutVersion(before: chatPath) : known?.corrected(given)
        guard let corrected else { return given }
        let message = "the path does not fit in front of \(ShownText.escaped(chatPath)) and is corrected"
        reading.warn(
            place,
            message,
            fix: "let it end in \(ShownText.quoted(corrected.path.isEmpty ? corrected.host : corrected.path))"
        )
        return corrected
    }

    private static func concurrency(
        _ node: ConfigurationNode?,
        _ reading: inout ConfigurationReading
    ) -> ConcurrencyConfiguration? {
        guard let node, let object = reading.object(node) else { return nil }
        reading.check(object, against: concurrencyMembers)
        let limit = reading.integerOrDefault(object["concurrency"], upTo: 1_000_000, of: "requests")
        let queueLimit = reading.integerOrDefault(object["buffer_size"], upTo: 1_000_000, of: "requests")
        switch (limit, queueLimit) {
        case (let limit?, let queueLimit?):
            if limit > queueLimit {
                reading.error(
                    object["concurrency"]?.place ?? node.place,
                    "\(limit) is more than the buffer_size of \(queueLimit)",
                    fix: "use a buffer_size of \(limit) or more"
                )
            }
            return ConcurrencyConfiguration(limit: limit, queueLimit: queueLimit)
        case (let limit?, nil): return ConcurrencyConfiguration(limit: limit, queueLimit: max(limit, 5000))
        case (nil, let queueLimit?):
            return ConcurrencyConfiguration(limit: min(queueLimit, 1000), queueLimit: queueLimit)
        case (nil, nil): return nil
        }
    }

    /// The provider's keys; nil where it is to be left out or where they are wrong.
    private static func keys(
        _ object: ConfigurationObject,
        _ owner: BifrostKeyOwner,
        _ custom: BifrostCustomProvider?,
        _ reading: inout ConfigurationReading
    ) -> [ProviderKey]? {
        let problemsBefore = reading.problemCount
        let errorsBefore = reading.errorCount
        let elements = object["keys"].map { reading.array($0) } ?? []
        guard let elements else { return nil }
        if elements.isEmpty {
            guard owner.needsKeys else { return [] }
            let place = object["keys"]?.place ?? object.place.name
            reading.error(place, "there are no keys", fix: "add {\"value\": \"env.\(owner.keyVariable)\"} to keys")
            return nil
        }
        let keys = BifrostKeys.read(elements, of: owner, &reading)
        if custom?.isKeyless == true {
            guard !keys.isEmpty, let place = object["keys"]?.place else { return [] }
            reading.warn(place, "the keys are not used, since is_key_less is true")
            return []
        }
        if !keys.isEmpty { return keys }
        if owner.isKeyless, reading.problemCount == problemsBefore { return [] }
        guard reading.errorCount == errorsBefore else { return nil }
        reading.warn(object.place.name, "the provider is left out: none of its keys can be used")
        return nil
    }
}
