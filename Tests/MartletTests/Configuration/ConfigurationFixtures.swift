import Martlet

/// What reading a text gave, for the tests of the configuration.
struct ReadConfiguration {
    let configuration: GatewayConfiguration?
    let problems: [ConfigurationProblem]

    init(_ text: String, environment: [String: String] = ["OPENAI_API_KEY": "sk-from-environment"]) {
        (configuration, problems) = BifrostConfiguration.read(
            Array(text.utf8),
            fileName: "config.json",
            environment: environment
        )
    }

    /// A file with one provider of this name and content.
    init(provider name: String = "openai", _ text: String, environment: [String: String] = [:]) {
        self.init(#"{"providers":{"\#(name)":\#(text)}}"#, environment: environment)
    }

    /// A file with the provider `openai`, one key and these further members.
    init(members: String, environment: [String: String] = [:]) {
        self.init(provider: "openai", #"{"keys":[{"value":"sk-1"}],\#(members)}"#, environment: environment)
    }

    /// A file with the provider `openai`, one key and this `network_config`.
    init(network: String, environment: [String: String] = [:]) {
        self.init(members: #""network_config":{\#(network)}"#, environment: environment)
    }

    var provider: ProviderConfiguration? { configuration?.providers.first }

    /// Severity, path, message and fix of each problem, without its position.
    var lines: [String] {
        problems.map { problem in
            var problem = problem
            (problem.fileName, problem.line, problem.column) = (nil, nil, nil)
            return problem.description
        }
    }
}
