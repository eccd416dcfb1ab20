/// One key of a provider.
public struct ProviderKey: Sendable, Equatable {
    /// What the key is called in logs and metrics.
    public var name: String
    /// The secret itself; empty where ``credentials`` hold another.
    public var value: String
    /// The models that it is used for; empty, or `*` among them, for all.
    public var models: [String] = []
    /// Models that it is not used for.
    public var excludedModels: [String] = []
    /// Its share of the requests, relative to the other keys that could serve them.
    public var weight = 1.0
    /// What models are called where the key leads: deployments of Azure's, profiles of Bedrock's, the model of a server.
    public var aliases: [String: String] = [:]
    /// Whether it is used for models of ``aliases`` alone.
    public var servesAliasesOnly = false
    /// Where its requests go; nil for the provider's address.
    public var baseURL: BaseURL?
    /// What opens the provider.
    public var credentials = KeyCredentials.secret
    /// What stands in the paths of its requests: `region` and `project`.
    public var pathValues: [String: String] = [:]
    /// The version of Azure's interface that it speaks, as in `2024-10-21`; nil for the one without versions.
    public var azureVersion: String?

    /// A key for all models.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Whether requests with the key can be OpenAI's Responses: Azure's versions with dates have them since this one
    /// (Azure OpenAI, "API lifecycle").
    var speaksResponses: Bool {
        guard let version = azureVersion, version.first?.isNumber == true else { return true }
        return version >= "2025-03-01-preview"
    }

    /// Whether the key is used for `model`.
    public func serves(_ model: String) -> Bool {
        if excludedModels.contains(model) { return false }
        if servesAliasesOnly, aliases[model] == nil { return false }
        return models.isEmpty || models.contains("*") || models.contains(model)
    }
}

/// What opens a provider.
public enum KeyCredentials: Sendable, Equatable {
    /// The key's own value, sent as it is.
    case secret
    /// Tokens of Microsoft Entra.
    case azure(AzureKeyCredentials)
    /// Tokens of Google Cloud.
    case google(GoogleKeyCredentials)
    /// Signatures of Amazon Web Services.
    case aws(AWSKeyCredentials)
}

/// Who asks Microsoft Entra for tokens. Without an application, the machine's own identity does.
public struct AzureKeyCredentials: Sendable, Equatable {
    /// The directory; nil with the machine's identity.
    public var tenantID: String?
    /// The application, or the identity assigned to the machine.
    public var clientID: String?
    /// The application's secret; nil with the machine's identity.
    public var clientSecret: String?
    /// What the tokens are for.
    public var scopes: [String] = []

    /// The machine's own identity.
    public init() {}
}

/// Who asks Google for tokens.
public struct GoogleKeyCredentials: Sendable, Equatable {
    /// A file of credentials, such as a service account's, as JSON; nil for what the machine has: application default
    /// credentials.
    public var json: String?

    /// Application default credentials.
    public init(json: String? = nil) {
        self.json = json
    }
}

/// Who signs requests to Amazon Web Services. Without an access key, it is looked for in the environment and the
/// machine's metadata.
public struct AWSKeyCredentials: Sendable, Equatable {
    /// The access key's id.
    public var accessKeyID: String?
    /// The access key's secret.
    public var secretAccessKey: String?
    /// What belongs to a temporary access key.
    public var sessionToken: String?
    /// A role that is assumed with it.
    public var roleARN: String?
    /// What the role's owner asks for.
    public var externalID: String?
    /// What the session is called in the owner's records.
    public var sessionName: String?

    /// What the environment and the machine have.
    public init() {}
}
