import JSON

/// Reads the `config.json` of Bifrost (github.com/maximhq/bifrost), in all spellings from its version 1.1 on.
///
/// What this version of Martlet applies is listed in docs/configuration.md. Fields that Bifrost knows beyond that are
/// warnings, fields that neither knows are errors.
public enum BifrostConfiguration {
    private static let members = ConfigurationMembers(
        applied: ["$schema", "version", "client", "providers", "routing", "reliability"],
        unapplied: [
            "encryption_key", "auth_config", "framework", "governance", "mcp", "vector_store", "config_store",
            "logs_store", "plugins", "websocket", "large_payload_optimization", "cluster_config", "saml_config",
            "load_balancer_config", "guardrails_config", "audit_logs",
        ],
        hints: ["client_config": "client"]
    )

    /// Reads a file and notes everything that is wrong with it.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - fileName: What the file is called in problems.
    ///   - environment: The variables that `env.NAME` and a proxy of type `environment` refer to. Without `providers`
    ///     in the file, they are also looked for here, as by ``EnvironmentConfiguration``.
    /// - Returns: The configuration, nil exactly if one of the problems is an error; the problems in the file's order.
    public static func read(
        _ bytes: [UInt8],
        fileName: String,
        environment: [String: String]
    ) -> (configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes.span)
        } catch {
            return (nil, [problem(for: error, in: bytes.span, fileName: fileName)])
        }
        var reading = ConfigurationReading(fileName: fileName, environment: environment)
        let configuration = configuration(from: value, &reading)
        var problems = reading.problems(in: bytes.span)
        guard let configuration, !problems.contains(where: { $0.severity == .error }) else { return (nil, problems) }
        guard configuration.providers.isEmpty, value["providers"] == nil else { return (configuration, problems) }
        let found = EnvironmentConfiguration.read(environment)
        problems += found.problems
        guard let providers = found.configuration?.providers else { return (nil, problems) }
        var completed = configuration
        completed.providers = providers
        return (completed, problems)
    }

    private static func problem(for error: JSONError, in bytes: Span<UInt8>, fileName: String) -> ConfigurationProblem {
        let position = error.position(in: bytes)
        return ConfigurationProblem(
            .error,
            fileName: fileName,
            path: "$",
            line: position.line,
            column: position.column,
            message: "is not valid JSON: \(error.reason.explanation)",
            fix: error.reason == .byteOrderMark ? "save it as UTF-8 without a byte order mark" : nil
        )
    }

    private static func configuration(
        from value: JSONValue,
        _ reading: inout ConfigurationReading
    ) -> GatewayConfiguration? {
        guard let top = reading.object(ConfigurationNode(value: value, place: ConfigurationPlace())) else { return nil }
        reading.check(top, against: members)
        checkVersion(top["version"], &reading)
        var providers: [ProviderConfiguration] = []
        var names: Set<String> = []
        let allowsDirectKeys = value["client"]?["allow_direct_keys"]?.boolean == true
        let errorsBefore = reading.errorCount
        if let node = top["providers"], let object = reading.object(node) {
            for (name, provider) in object.members where provider.value != .null {
                names.insert(name)
                let read = BifrostProvider.read(name, provider, allowsDirectKeys: allowsDirectKeys, &reading)
                if let read { providers.append(read) }
            }
            if providers.isEmpty, reading.errorCount == errorsBefore {
                reading.warn(node.place.name, "no provider is left to send requests to", fix: "add one")
            }
        }
        var configuration = GatewayConfiguration(providers: providers)
        BifrostClient.apply(top["client"], to: &configuration, named: names, &reading)
        if value["providers"] == nil {
            // They are going to be those of the environment.
            providers = EnvironmentConfiguration.read(reading.environment).configuration?.providers ?? []
            names = Set(ProviderCatalogue.all.map(\.name))
        }
        configuration.reliability = BifrostReliability.read(top["reliability"], &reading)
        BifrostRouting.apply(top["routing"], to: &configuration, providers: providers, named: names, &reading)
        return configuration
    }

    private static func checkVersion(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let version = reading.integer(node, in: 1...2, of: "the format"), version == 2 else { return }
        reading.warn(
            node.place,
            "an empty list of a key's models means all models in Martlet, in version 2 of Bifrost's format none",
            fix: "name the models, or leave the key out"
        )
    }
}
