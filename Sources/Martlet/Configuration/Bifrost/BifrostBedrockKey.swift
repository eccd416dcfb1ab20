import JSON

/// Reads the `bedrock_key_config` of a key, and what old files have in `meta_config` instead.
enum BifrostBedrockKey {
    private static let members = ConfigurationMembers(
        applied: [
            "access_key", "secret_key", "session_token", "region", "arn", "deployments", "role_arn", "external_id",
            "session_name",
        ],
        unapplied: ["batch_s3_config"],
        hints: [
            "access_key_id": "access_key", "secret_access_key": "secret_key", "aws_region": "region",
            "inference_profiles": "deployments",
        ]
    )

    static func read(
        _ block: ConfigurationObject,
        of owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        reading.check(block, against: members)
        let arn = reading.string(block["arn"])?.text ?? owner.meta.arn
        readModels(block, arn: arn, owner, &key, &reading)
        readCredentials(block, owner, &key, &reading)
        let errorsBefore = reading.errorCount
        let region = BifrostKeyBlock.region(block["region"] ?? owner.meta.region, &reading) ?? arn.flatMap(region(of:))
        guard reading.errorCount == errorsBefore else { return }
        place(&key, in: region, block.place, owner, &reading)
    }

    private static func place(
        _ key: inout ProviderKey,
        in region: String?,
        _ place: ConfigurationPlace,
        _ owner: BifrostKeyOwner,
        _ reading: inout ConfigurationReading
    ) {
        let variable = reading.variable("AWS_REGION") ?? reading.variable("AWS_DEFAULT_REGION")
        let chosen = region ?? variable.flatMap { AWSRegion.isName($0) ? $0 : nil }
        if chosen == nil {
            let fix = "add \"region\" to bedrock_key_config"
            reading.warn(place, "has no region, so us-east-1 is used", fix: fix)
        }
        key.pathValues = ["region": chosen ?? "us-east-1"]
        if !owner.hasAddress { key.baseURL = ProviderKind.bedrock.address(inRegion: chosen ?? "us-east-1") }
    }

    /// The region that an ARN names (AWS: "Amazon Resource Names", part on the format).
    private static func region(of arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", AWSRegion.isName(String(parts[3])) else { return nil }
        return String(parts[3])
    }

    private static func readModels(
        _ block: ConfigurationObject,
        arn: String?,
        _ owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        let given = key.aliases
        key.aliases = reading.texts(block["deployments"]) ?? owner.meta.profiles
        if var arn {
            while arn.last == "/" { arn.removeLast() }
            if key.aliases.isEmpty {
                let fix = "add \"deployments\": {\"MODEL\": \"PROFILE\"}, or name the whole ARN as the model"
                reading.warn(block["arn"]?.place ?? block.place, "has no effect without deployments", fix: fix)
            }
            // The ARN is that of the profiles' kind; each profile is a resource of it.
            for (model, profile) in key.aliases where !profile.hasPrefix("arn:") {
                key.aliases[model] = "\(arn)/\(profile)"
            }
        }
        key.aliases.merge(given) { _, alias in alias }
    }

    private static func readCredentials(
        _ block: ConfigurationObject,
        _ owner: BifrostKeyOwner,
        _ key: inout ProviderKey,
        _ reading: inout ConfigurationReading
    ) {
        var credentials = AWSKeyCredentials()
        credentials.accessKeyID = reading.string(block["access_key"])?.text
        credentials.secretAccessKey = reading.string(block["secret_key"])?.text ?? owner.meta.secretAccessKey
        credentials.sessionToken = reading.string(block["session_token"])?.text ?? owner.meta.sessionToken
        credentials.roleARN = reading.string(block["role_arn"])?.text
        credentials.externalID = reading.string(block["external_id"])?.text
        credentials.sessionName = reading.string(block["session_name"])?.text
        if credentials.accessKeyID == nil, credentials.secretAccessKey != nil, !key.value.isEmpty {
            // In old files the key's value is the id that belongs to the secret.
            credentials.accessKeyID = key.value
        }
        if credentials.accessKeyID != nil, credentials.secretAccessKey == nil {
            reading.error(block.place, "has an access_key and no secret_key", fix: "add secret_key")
        } else if credentials.accessKeyID == nil, credentials.secretAccessKey != nil {
            reading.error(block.place, "has a secret_key and no access_key", fix: "add access_key")
        }
        // A value by itself is one of Bedrock's API keys.
        if credentials.accessKeyID != nil || key.value.isEmpty { key.credentials = .aws(credentials) }
    }
}
