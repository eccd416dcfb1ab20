import Martlet

/// Where the gateway's configuration came from, and what it says.
struct ConfigurationSource {
    /// What was read.
    let configuration: GatewayConfiguration
    /// The file read; nil when the environment alone spoke.
    let file: String?
    /// What is worth a warning.
    let problems: [ConfigurationProblem]

    /// Reads the file that is named; without one, `config.json` of the directory where there is one, else the
    /// environment.
    init(_ settings: ServeSettings, environment: [String: String]) throws {
        let standard = "\(settings.appDirectory)/config.json"
        guard let file = settings.configurationFile ?? (FileContents.exists(standard) ? standard : nil) else {
            let result = EnvironmentConfiguration.read(environment)
            configuration = try Self.usable(result)
            problems = result.problems
            self.file = nil
            return
        }
        let result = BifrostConfiguration.read(
            try FileContents.read(file),
            fileName: file,
            environment: environment
        )
        configuration = try Self.usable(result)
        problems = result.problems
        self.file = file
    }

    private static func usable(
        _ result: (configuration: GatewayConfiguration?, problems: [ConfigurationProblem])
    ) throws(CommandFailure) -> GatewayConfiguration {
        if let configuration = result.configuration { return configuration }
        let errors = result.problems.filter { $0.severity == .error }
        throw CommandFailure("The configuration cannot be used.\n" + errors.map(\.description).joined(separator: "\n"))
    }

    /// Whether no provider was found, in a place where nobody asked for any.
    var isEmpty: Bool { file == nil && configuration.providers.isEmpty }

    /// The configuration with the embedded mock provider, so that a first request is answered without any key.
    func configuration(withMockOnPort port: Int) -> GatewayConfiguration {
        var result = configuration
        guard let baseURL = BaseURL("http://127.0.0.1:\(port)") else { return result }
        var provider = ProviderConfiguration(name: "mock", baseURL: baseURL)
        provider.isKeyless = true
        result.providers.append(provider)
        return result
    }
}
