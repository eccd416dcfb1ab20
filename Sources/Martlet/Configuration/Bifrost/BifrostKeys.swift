import JSON

/// Reads the `keys` of a provider.
enum BifrostKeys {
    private static let members = ConfigurationMembers(
        applied: [
            "id", "name", "value", "models", "blacklisted_models", "weight", "enabled", "use_for_batch_api", "aliases",
            "huggingface_key_config",
        ] + BifrostKeyBlock.names,
        unapplied: ["replicate_key_config"],
        hints: ["key": "value", "api_key": "value", "model": "models", "allowed_models": "models"]
    )

    /// The keys that can be used, with names of their own; keys that are switched off or without a value are left out.
    ///
    /// - Parameters:
    ///   - elements: The elements of `keys`.
    ///   - provider: What is known of the provider so far.
    static func read(
        _ elements: [ConfigurationNode],
        of provider: BifrostKeyOwner,
        _ reading: inout ConfigurationReading
    ) -> [ProviderKey] {
        var keys: [ProviderKey] = []
        var given: Set<String> = []
        var unnamed: [Int] = []
        for (number, element) in elements.enumerated() {
            guard let object = reading.object(element) else { continue }
            reading.check(object, against: members)
            _ = reading.boolean(object["use_for_batch_api"])
            let name = name(object, &given, &reading)
            var key = ProviderKey(name: name ?? "", value: "")
            key.models = models(object["models"], &reading)
            key.excludedModels = models(object["blacklisted_models"], &reading)
            key.weight = weight(object, &reading)
            key.aliases = reading.texts(object["aliases"]) ?? [:]
            if let block = object["huggingface_key_config"] { BifrostKeyBlock.readDeployments(block, &key, &reading) }
            let value = value(object, provider, &reading)
            let isEnabled = reading.boolean(object["enabled"]) ?? true
            key.value = value?.text ?? ""
            let hasBlock = BifrostKeyBlock.apply(object, of: provider, &key, &reading)
            guard let value, isEnabled, !value.text.isEmpty || hasBlock else { continue }
            if name == nil {
                key.name = value.variable ?? "\(provider.name)-key-\(number + 1)"
                unnamed.append(keys.count)
            }
            keys.append(key)
        }
        for index in unnamed where !given.insert(keys[index].name).inserted {
            keys[index].name = vacantName(for: provider.name, after: index, &given)
        }
        if keys.allSatisfy({ $0.weight == 0 }) {
            for index in keys.indices { keys[index].weight = 1 }
        }
        return keys
    }

    private static func vacantName(for provider: String, after index: Int, _ given: inout Set<String>) -> String {
        var number = index + 1
        while !given.insert("\(provider)-key-\(number)").inserted { number += 1 }
        return "\(provider)-key-\(number)"
    }

    private static func name(
        _ object: ConfigurationObject,
        _ given: inout Set<String>,
        _ reading: inout ConfigurationReading
    ) -> String? {
        let id = reading.string(object["id"])
        guard let node = object["name"], let name = reading.string(node) else {
            guard let id, isPrintable(id.text), given.insert(id.text).inserted else { return nil }
            return id.text
        }
        if !isPrintable(name.text) {
            reading.error(node.place, "holds control characters", fix: "use letters, digits, spaces and hyphens")
        } else if !given.insert(name.text).inserted {
            reading.error(node.place, "\(name.shown()) is the name of another key too", fix: "give each its own name")
        }
        return name.text
    }

    private static func isPrintable(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private static func models(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> [String] {
        reading.strings(node) ?? []
    }

    private static func weight(_ object: ConfigurationObject, _ reading: inout ConfigurationReading) -> Double {
        // A weight of null keeps a key out of the distribution in Bifrost, a missing one does not here.
        if object.members.contains(where: { $0.name == "weight" && $0.node.value == .null }) { return 0 }
        return reading.number(object["weight"], upTo: 1_000_000, of: "shares", example: "1") ?? 1
    }

    /// The value; empty where there is none and none is needed, nil where the key is left out.
    private static func value(
        _ object: ConfigurationObject,
        _ provider: BifrostKeyOwner,
        _ reading: inout ConfigurationReading
    ) -> ConfigurationString? {
        let allowsEmptyValues = provider.isKeyless || BifrostKeyBlock.replacesValue(object, of: provider)
        guard let node = object["value"] else {
            if allowsEmptyValues { return ConfigurationString(text: "") }
            reading.error(object.place, "has no value", fix: BifrostKeyBlock.fix(forMissingValueOf: provider))
            return nil
        }
        switch reading.resolve(node) {
        case .invalid:
            return nil
        case .unset(let variable):
            let message = "the key is left out, since the environment variable \(variable) is not set"
            reading.warn(node.place, message)
            return nil
        case .string(let string):
            if string.text.isEmpty, allowsEmptyValues { return string }
            if string.text.isEmpty {
                reading.error(node.place, "is empty", fix: "write the key, or \"env.NAME\" with its variable")
                return nil
            }
            guard ProviderKey.isAcceptable(string.text) else {
                reading.error(node.place, ProviderKey.unacceptableMessage, fix: "copy it again")
                return nil
            }
            return string
        }
    }
}
