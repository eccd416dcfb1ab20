/// Reads the `client` object.
enum BifrostClient {
    private static let members = ConfigurationMembers(
        applied: [
            "drop_excess_requests", "initial_pool_size", "enable_logging", "max_request_body_size_mb",
            "default_provider", "strict_translation", "fetch_media", "header_filter_config",
            "allow_direct_keys",
        ],
        unapplied: [
            "prometheus_labels", "allowed_origins", "enable_governance", "enforce_governance_header",
            "enforce_auth_on_inference", "disable_content_logging", "log_retention_days",
            "logging_headers", "hide_deleted_virtual_keys_in_filters", "enable_litellm_fallbacks",
            "disable_db_pings_in_health", "required_headers", "allowed_headers",
            "whitelisted_routes", "async_job_result_ttl", "mcp_agent_depth", "mcp_tool_execution_timeout",
            "mcp_code_mode_binding_level", "mcp_tool_sync_interval", "compat",
        ]
    )

    /// - Parameter names: All providers of the file, also those that were left out.
    static func apply(
        _ node: ConfigurationNode?,
        to configuration: inout GatewayConfiguration,
        named names: Set<String>,
        _ reading: inout ConfigurationReading
    ) {
        guard let node, let client = reading.object(node) else { return }
        reading.check(client, against: members)
        if let drops = reading.boolean(client["drop_excess_requests"]) { configuration.dropsExcessRequests = drops }
        if let logs = reading.boolean(client["enable_logging"]) { configuration.logsRequests = logs }
        if let refuses = reading.boolean(client["strict_translation"]) { configuration.refusesLoss = refuses }
        if let fetches = reading.boolean(client["fetch_media"]) { configuration.allowsMediaFetching = fetches }
        if let allows = reading.boolean(client["allow_direct_keys"]) { configuration.allowsDirectKeys = allows }
        // Bifrost fills object pools of this size at its start; there is nothing like it here to be sized.
        _ = reading.integer(client["initial_pool_size"], in: 0...1_000_000_000, of: "objects")
        let megabytes = reading.integerOrDefault(client["max_request_body_size_mb"], upTo: 10_000, of: "megabytes")
        if let megabytes { configuration.maximumRequestByteCount = megabytes << 20 }
        readFilter(client["header_filter_config"], &configuration.headerFilter, &reading)
        guard let node = client["default_provider"], let name = reading.string(node) else { return }
        if configuration.providers.contains(where: { $0.name == name.text }) {
            configuration.defaultProvider = name.text
        } else if names.contains(name.text) {
            reading.warn(node.place, "\(name.shown()) is left out, so it cannot be the default")
        } else {
            let nearest = NameSuggestion.nearest(to: name.text, in: names.sorted())
            let fix =
                nearest.map { "did you mean \"\(ShownText.escaped($0))\"?" }
                ?? "use the name of a provider in this file"
            reading.error(node.place, "\(name.shown()) is not a provider in this file", fix: fix)
        }
    }

    private static func readFilter(
        _ node: ConfigurationNode?,
        _ filter: inout HeaderFilter,
        _ reading: inout ConfigurationReading
    ) {
        guard let node, let object = reading.object(node) else { return }
        reading.check(object, against: ConfigurationMembers(applied: ["allowlist", "denylist"]))
        filter.allowed = reading.strings(object["allowlist"])?.map { $0.lowercased() } ?? []
        filter.forbidden = reading.strings(object["denylist"])?.map { $0.lowercased() } ?? []
    }
}
