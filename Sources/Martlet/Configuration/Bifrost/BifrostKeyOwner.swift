/// What is known of a provider when its keys are read.
struct BifrostKeyOwner {
    /// Its name.
    var name: String
    /// How it is spoken to.
    var kind: ProviderKind
    /// The environment variable that its key usually stands in.
    var keyVariable: String
    /// Whether it works without a key.
    var isKeyless: Bool
    /// Whether it must have keys of its own: it does not work without, and callers may not bring theirs.
    var needsKeys: Bool
    /// Whether it has an address that is not of its keys.
    var hasAddress: Bool
    /// What old files say for all keys.
    var meta = BifrostMeta()
}

/// What the `meta_config` of old files says: Bedrock's keys had their secrets there.
struct BifrostMeta {
    private static let members = ConfigurationMembers(
        applied: ["secret_access_key", "region", "session_token", "arn", "inference_profiles"]
    )

    private(set) var secretAccessKey: String?
    private(set) var region: ConfigurationNode?
    private(set) var sessionToken: String?
    private(set) var arn: String?
    private(set) var profiles: [String: String] = [:]

    /// Nothing.
    init() {}

    init(_ node: ConfigurationNode?, of kind: ProviderKind, _ reading: inout ConfigurationReading) {
        guard let node else { return }
        guard kind == .bedrock else {
            if !node.isVoid { reading.warnUnapplied(node.place) }
            return
        }
        guard let object = reading.object(node) else { return }
        reading.check(object, against: Self.members)
        secretAccessKey = reading.string(object["secret_access_key"])?.text
        region = object["region"]
        sessionToken = reading.string(object["session_token"])?.text
        arn = reading.string(object["arn"])?.text
        profiles = reading.texts(object["inference_profiles"]) ?? [:]
    }
}
