import JSON

/// Reads the `azure_key_config` of a key.
enum BifrostAzureKey {
    private static let members = ConfigurationMembers(
        applied: ["endpoint", "deployments", "api_version", "client_id", "client_secret", "tenant_id", "scopes"],
        hints: ["url": "endpoint", "base_url": "endpoint", "version": "api_version"]
    )

    static func read(
        _ block: ConfigurationObject,
        of owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        reading.check(block, against: members)
        readEndpoint(block, owner, &key, &reading)
        let hasDeployments = BifrostKeyBlock.addDeployments(block["deployments"], to: &key, &reading)
        key.servesAliasesOnly = hasDeployments && key.models.isEmpty
        if let node = block["api_version"], let version = reading.string(node) {
            let isPlain = version.text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            if isPlain {
                key.azureVersion = version.text == "v1" ? nil : version.text
            } else {
                let fix = "write it like \"2024-10-21\", or leave it out for the newest interface"
                reading.error(node.place, "\(version.shown()) is no version", fix: fix)
            }
        }
        readIdentity(block, &key, &reading)
    }

    private static func readEndpoint(
        _ block: ConfigurationObject,
        _ owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        let errorsBefore = reading.errorCount
        key.baseURL = BifrostKeyBlock.address(block["endpoint"], &reading).map(\.withoutAzurePath)
        guard key.baseURL == nil, !owner.hasAddress, reading.errorCount == errorsBefore else { return }
        reading.error(
            block.place,
            "has no endpoint",
            fix: "add \"azure_key_config\": {\"endpoint\": \"https://NAME.openai.azure.com\"}"
        )
    }

    private static func readIdentity(
        _ block: ConfigurationObject,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        var identity = AzureKeyCredentials()
        identity.tenantID = reading.string(block["tenant_id"])?.text
        identity.clientID = reading.string(block["client_id"])?.text
        identity.clientSecret = reading.string(block["client_secret"])?.text
        identity.scopes = reading.strings(block["scopes"]) ?? []
        if identity.clientSecret != nil, identity.tenantID == nil || identity.clientID == nil {
            let missing = identity.tenantID == nil ? "tenant_id" : "client_id"
            reading.error(block.place, "has a client_secret and no \(missing)", fix: "add \(missing)")
        }
        // Without a secret and a key, the machine's own identity is meant.
        if identity.clientSecret != nil || key.value.isEmpty { key.credentials = .azure(identity) }
    }
}

extension BaseURL {
    /// Without the paths that Azure's portal shows behind the address of a resource.
    var withoutAzurePath: BaseURL {
        for suffix in ["/openai/v1", "/openai", "/anthropic/v1", "/anthropic"] where path.hasSuffix(suffix) {
            return BaseURL(String(description.dropLast(suffix.count))) ?? self
        }
        return self
    }
}
