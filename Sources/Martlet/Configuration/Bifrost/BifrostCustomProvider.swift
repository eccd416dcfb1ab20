import JSON

/// What the `custom_provider_config` of a provider says.
struct BifrostCustomProvider {
    private static let members = ConfigurationMembers(
        applied: ["base_provider_type", "is_key_less", "allowed_requests", "request_path_overrides"],
        hints: ["is_keyless": "is_key_less", "type": "base_provider_type"]
    )
    /// Bifrost's names of what can be asked of a provider.
    private static let operations: [String] = [
        "list_models", "text_completion", "text_completion_stream", "chat_completion", "chat_completion_stream",
        "responses", "responses_stream", "count_tokens", "embedding", "rerank", "speech", "speech_stream",
        "transcription", "transcription_stream", "image_generation", "image_generation_stream", "image_edit",
        "image_edit_stream", "image_variation", "video_generation", "video_retrieve", "video_download", "video_delete",
        "video_list", "video_remix", "batch_create", "batch_list", "batch_retrieve", "batch_cancel", "batch_delete",
        "batch_results", "file_upload", "file_list", "file_retrieve", "file_delete", "file_content",
        "container_create", "container_list", "container_retrieve", "container_delete", "container_file_create",
        "container_file_list", "container_file_retrieve", "container_file_content", "container_file_delete",
        "passthrough", "passthrough_stream",
    ]
    private static let overrides = ["chat_completion", "responses", "embedding", "list_models"]

    /// What it is like.
    private struct Base {
        var kind = ProviderKind.openAI
        var known: KnownProvider?
    }

    private(set) var kind = ProviderKind.openAI
    /// The provider whose paths and abilities it has; nil where it is like a format or cloud in general.
    private(set) var known: KnownProvider?
    private(set) var isKeyless = false
    /// Whether chats are allowed in any form.
    private(set) var allowsChat = true
    /// Whether OpenAI's Responses are. Few have them, so they must be named.
    private(set) var allowsResponses = false
    private(set) var chatCompletionsPath: String?
    private(set) var responsesPath: String?
    /// Whether embeddings are allowed.
    private(set) var allowsEmbeddings = true
    private(set) var embeddingsPath: String?
    private(set) var modelsPath: String?

    /// - Parameter provider: The provider's name, for the messages.
    init?(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node else { return nil }
        guard let object = reading.object(node) else { return }
        reading.check(object, against: Self.members)
        let base = Self.base(object, &reading)
        kind = base.kind
        known = base.known
        isKeyless = reading.boolean(object["is_key_less"]) ?? false
        readAllowedRequests(object["allowed_requests"], &reading)
        guard let node = object["request_path_overrides"], let paths = reading.object(node) else { return }
        let unapplied = Self.operations.filter { !Self.overrides.contains($0) }
        reading.check(paths, against: ConfigurationMembers(applied: Self.overrides, unapplied: unapplied))
        chatCompletionsPath = Self.path(paths["chat_completion"], &reading)
        responsesPath = Self.path(paths["responses"], &reading)
        allowsResponses = allowsResponses || responsesPath != nil
        embeddingsPath = Self.path(paths["embedding"], &reading)
        modelsPath = Self.path(paths["list_models"], &reading)
    }

    /// The type may be one of the formats and clouds, or a provider that is known by name.
    private static func base(_ object: ConfigurationObject, _ reading: inout ConfigurationReading) -> Base {
        let names = ProviderKind.allCases.map(\.rawValue)
        let shown = names.map { "\"\($0)\"" }.joined(separator: ", ")
        let fix = "use one of \(shown), or the name of another known provider"
        guard let node = object["base_provider_type"] else {
            reading.error(object.place, "has no base_provider_type", fix: fix)
            return Base()
        }
        let countBefore = reading.problemCount
        let type = reading.string(node)
        if let kind = type.flatMap({ ProviderKind(rawValue: $0.text) }) { return Base(kind: kind) }
        if let known = type.flatMap({ ProviderCatalogue.provider(named: $0.text) }) {
            return Base(kind: known.kind, known: known)
        }
        if reading.problemCount == countBefore {
            reading.error(node.place, type.map { "\($0.shown()) is not supported" } ?? "is empty", fix: fix)
        }
        return Base()
    }

    /// Operations that the list does not name are not allowed; without a list all are.
    private mutating func readAllowedRequests(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        reading.check(object, against: ConfigurationMembers(applied: Self.operations))
        var allowed: Set<String> = []
        for (name, node) in object.members where node.value != .null {
            if Self.operations.contains(name), reading.boolean(node) == true { allowed.insert(name) }
        }
        let chat = allowed.contains("chat_completion")
        let stream = allowed.contains("chat_completion_stream")
        allowsChat = chat || stream
        allowsResponses = allowed.contains("responses") || allowed.contains("responses_stream")
        allowsEmbeddings = allowed.contains("embedding")
        guard chat != stream else { return }
        reading.warn(
            node.place,
            "chat_completion\(chat ? "_stream" : "") is not among them, but this version of Martlet sends such requests",
            fix: "allow both, or ask for \(chat ? "no streams" : "streams") only"
        )
    }

    private static func path(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> String? {
        guard let node, let path = reading.string(node) else { return nil }
        let isPlain = path.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        if isPlain, path.text.hasPrefix("/") { return path.text }
        reading.error(
            node.place,
            "\(path.shown(ShownText.address)) is not a path below base_url",
            fix: "write it like \"/v1/chat/completions\""
        )
        return nil
    }
}
