/// Builds a configuration from environment variables alone, for a start without a file.
public enum EnvironmentConfiguration {
    /// The providers of ``ProviderCatalogue`` that the environment has a key for, in the catalogue's order; for those
    /// that work without a key, the ones that it has an address for; clouds where it names all that they need.
    ///
    /// The address of the provider `name` is taken from `NAME_BASE_URL` where that is set. It may end in `/v1`, as the
    /// software kits of the providers have it.
    /// - Returns: The configuration, without providers where nothing was found; nil where a variable holds something
    ///   unusable. What is wrong is named by the variables, never with their values.
    public static func read(
        _ environment: [String: String]
    ) -> (configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
        var problems: [ConfigurationProblem] = []
        var providers: [ProviderConfiguration] = []
        for known in ProviderCatalogue.all {
            if let provider = provider(known, environment, &problems) { providers.append(provider) }
        }
        return (problems.isEmpty ? GatewayConfiguration(providers: providers) : nil, problems)
    }

    private static func provider(
        _ known: KnownProvider,
        _ environment: [String: String],
        _ problems: inout [ConfigurationProblem]
    ) -> ProviderConfiguration? {
        if known.kind.isCloud { return CloudEnvironment(environment).provider(known, &problems) }
        let keyVariable = known.keyVariables.first { !(environment[$0] ?? "").isEmpty }
        let addressVariable = "\(known.name.uppercased())_BASE_URL"
        let address = environment[addressVariable].flatMap { $0.isEmpty ? nil : $0 }
        guard keyVariable != nil || (known.isKeyless && address != nil) else { return nil }
        guard let text = address ?? known.baseURL else { return nil }
        guard let baseURL = BaseURL(text) else {
            let message = "the value is not an http or https address"
            let fix = "write it like \"https://api.example.com\""
            problems.append(ConfigurationProblem(.error, path: addressVariable, message: message, fix: fix))
            return nil
        }
        var provider = ProviderConfiguration(known, baseURL: known.corrected(baseURL) ?? baseURL)
        guard let keyVariable, let value = environment[keyVariable] else {
            provider.isKeyless = true
            return provider
        }
        guard ProviderKey.isAcceptable(value) else {
            let message = ProviderKey.unacceptableMessage
            problems.append(ConfigurationProblem(.error, path: keyVariable, message: message, fix: "copy it again"))
            return nil
        }
        provider.keys = [ProviderKey(name: keyVariable, value: value)]
        return provider
    }
}
