/// Finds clouds in environment variables that name all they need, by the names that the clouds' own software kits have
/// for them. Half of it is no reason to guess: keys of AWS are for much else than models.
struct CloudEnvironment {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// A cloud with one key; nil where the environment does not name it.
    func provider(_ known: KnownProvider, _ problems: inout [ConfigurationProblem]) -> ProviderConfiguration? {
        let key: ProviderKey? =
            switch known.kind {
            case .azure: azure(known, &problems)
            case .bedrock: bedrock(&problems)
            case .vertex: vertex(&problems)
            case .openAI, .anthropic, .gemini, .cohere: nil
            }
        guard let key, let address = key.baseURL else { return nil }
        guard key.value.isEmpty || ProviderKey.isAcceptable(key.value) else {
            note(ProviderKey.unacceptableMessage, fix: "copy it again", at: key.name, &problems)
            return nil
        }
        var provider = ProviderConfiguration(known, baseURL: address)
        provider.keys = [key]
        if !key.speaksResponses { provider.responsesPath = nil }
        return provider
    }

    private func azure(_ known: KnownProvider, _ problems: inout [ConfigurationProblem]) -> ProviderKey? {
        let addressName = ["AZURE_OPENAI_ENDPOINT", "AZURE_BASE_URL"].first { self[$0] != nil }
        guard let addressName, let text = self[addressName] else { return nil }
        var key: ProviderKey
        if let name = known.keyVariables.first(where: { self[$0] != nil }) {
            key = ProviderKey(name: name, value: self[name] ?? "")
        } else if self["AZURE_TENANT_ID"] != nil, self["AZURE_CLIENT_ID"] != nil {
            key = ProviderKey(name: "AZURE_CLIENT_ID", value: "")
            key.credentials = .azure(AzureKeyCredentials())
        } else {
            return nil
        }
        key.baseURL = address(text, at: addressName, &problems)?.withoutAzurePath
        key.azureVersion = (self["AZURE_OPENAI_API_VERSION"] ?? self["OPENAI_API_VERSION"]).flatMap {
            $0 == "v1" ? nil : $0
        }
        return key
    }

    private func bedrock(_ problems: inout [ConfigurationProblem]) -> ProviderKey? {
        guard let name = ["AWS_REGION", "AWS_DEFAULT_REGION"].first(where: { self[$0] != nil }), let region = self[name]
        else { return nil }
        var key: ProviderKey
        if let token = self["AWS_BEARER_TOKEN_BEDROCK"] {
            key = ProviderKey(name: "AWS_BEARER_TOKEN_BEDROCK", value: token)
        } else if self["AWS_ACCESS_KEY_ID"] != nil, self["AWS_SECRET_ACCESS_KEY"] != nil {
            key = ProviderKey(name: "AWS_ACCESS_KEY_ID", value: "")
            key.credentials = .aws(AWSKeyCredentials())
        } else {
            return nil
        }
        return place(&key, .bedrock, in: region, name, "BEDROCK_BASE_URL", &problems)
    }

    private func vertex(_ problems: inout [ConfigurationProblem]) -> ProviderKey? {
        guard let project = self["GOOGLE_CLOUD_PROJECT"], let region = self["GOOGLE_CLOUD_LOCATION"] else { return nil }
        var key = ProviderKey(name: "GOOGLE_CLOUD_PROJECT", value: "")
        key.credentials = .google(GoogleKeyCredentials())
        key.pathValues = ["project": project]
        return place(&key, .vertex, in: region, "GOOGLE_CLOUD_LOCATION", "VERTEX_BASE_URL", &problems)
    }

    private func place(
        _ key: inout ProviderKey,
        _ kind: ProviderKind,
        in region: String,
        _ regionName: String,
        _ addressName: String,
        _ problems: inout [ConfigurationProblem]
    ) -> ProviderKey? {
        guard AWSRegion.isName(region) else {
            note("the value is not the name of a region", fix: "write it like \"us-east-1\"", at: regionName, &problems)
            return nil
        }
        key.pathValues["region"] = region
        key.baseURL =
            if let text = self[addressName] {
                address(text, at: addressName, &problems)
            } else {
                kind.address(inRegion: region)
            }
        return key
    }

    private func address(
        _ text: String,
        at name: String,
        _ problems: inout [ConfigurationProblem]
    ) -> BaseURL? {
        if let address = BaseURL(text) { return address }
        let message = "the value is not an http or https address"
        note(message, fix: "write it like \"https://api.example.com\"", at: name, &problems)
        return nil
    }

    private func note(_ message: String, fix: String, at name: String, _ problems: inout [ConfigurationProblem]) {
        problems.append(ConfigurationProblem(.error, path: name, message: message, fix: fix))
    }

    private subscript(name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
