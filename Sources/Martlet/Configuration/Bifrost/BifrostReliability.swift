import JSON

/// Reads the top-level member `reliability`, which Bifrost does not have: how failing providers are dealt with.
struct BifrostReliability {
    private var settings = ReliabilitySettings()

    private static let members = ConfigurationMembers(
        applied: [
            "max_attempts", "attempts_time_in_seconds", "fall_back_on", "retry_budget", "circuit_breaker", "key_rest",
            "hedging", "prompt_cache_affinity",
        ],
        hints: ["max_retries": "providers.NAME.network_config.max_retries", "breaker": "circuit_breaker"]
    )

    /// The settings; the default ones where nothing is said.
    static func read(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) -> ReliabilitySettings {
        guard let node, let object = reading.object(node) else { return ReliabilitySettings() }
        reading.check(object, against: members)
        var reader = BifrostReliability()
        reader.readAttempts(object, &reading)
        reader.readFallbacks(object["fall_back_on"], &reading)
        reader.settings.retryBudget = section(
            object["retry_budget"],
            reader.settings.retryBudget,
            retryBudget,
            &reading
        )
        reader.settings.breaker = section(object["circuit_breaker"], reader.settings.breaker, breaker, &reading)
        reader.settings.keyRest = section(object["key_rest"], reader.settings.keyRest, keyRest, &reading)
        reader.settings.hedging = optional(object["hedging"], nil, HedgeSettings(), hedging, &reading)
        reader.settings.affinity = optional(
            object["prompt_cache_affinity"],
            AffinitySettings(),
            AffinitySettings(),
            affinity,
            &reading
        )
        return reader.settings
    }

    private mutating func readAttempts(_ object: ConfigurationObject, _ reading: inout ConfigurationReading) {
        if let count = reading.integer(object["max_attempts"], in: 1...100, of: "attempts") {
            settings.attempts.maximumAttemptCount = count
        }
        settings.attempts.totalTime = reading.numberOrDefault(
            object["attempts_time_in_seconds"],
            upTo: 86_400,
            of: "seconds",
            example: "60"
        )
    }

    private mutating func readFallbacks(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let elements = reading.array(node) else { return }
        let names = FailureClass.allCases.filter { AttemptTable.rule(for: $0).fallback == .whenConfigured }
            .map(\.rawValue)
        for element in elements {
            guard let name = reading.string(element) else { continue }
            if let failure = FailureClass(rawValue: name.text), names.contains(name.text) {
                settings.fallbacks.configured.insert(failure)
            } else {
                let list = names.joined(separator: ", ")
                reading.error(element.place, "\(name.shown()) is not a failure to choose", fix: "use \(list)")
            }
        }
    }

    // MARK: Numbers

    /// A number of a section: its name, the largest value, and where it goes.
    private struct Field<Settings> {
        let name: String
        let maximum: Double
        let set: (inout Settings, Double) -> Void

        init(_ name: String, upTo maximum: Double, _ path: WritableKeyPath<Settings, Double>) {
            self.name = name
            self.maximum = maximum
            set = { $0[keyPath: path] = $1 }
        }

        init(_ name: String, upTo maximum: Int, count path: WritableKeyPath<Settings, Int>) {
            self.name = name
            self.maximum = Double(maximum)
            set = { $0[keyPath: path] = Int($1) }
        }
    }

    private static var retryBudget: [Field<RetryBudgetSettings>] {
        [
            Field("share", upTo: 1, \.share), Field("min_retries", upTo: 1_000_000, count: \.minimumCount),
            Field("window_in_seconds", upTo: 3600, \.window),
        ]
    }

    private static var breaker: [Field<BreakerSettings>] {
        [
            Field("consecutive_failures", upTo: 1_000_000, count: \.consecutiveFailureLimit),
            Field("failure_rate", upTo: 1, \.failureRate),
            Field("min_requests", upTo: 1_000_000, count: \.minimumRequestCount),
            Field("window_in_seconds", upTo: 3600, \.window), Field("open_in_seconds", upTo: 86_400, \.openTime),
            Field("max_open_in_seconds", upTo: 86_400, \.maximumOpenTime),
            Field("probe_timeout_in_seconds", upTo: 86_400, \.probeTimeout),
        ]
    }

    private static var keyRest: [Field<KeyRestSettings>] {
        [
            Field("rest_in_seconds", upTo: 86_400, \.rest), Field("max_rest_in_seconds", upTo: 86_400, \.maximumRest),
            Field("max_retry_after_in_seconds", upTo: 86_400, \.maximumRetryAfter),
            Field("dead_in_seconds", upTo: 86_400, \.deadTime),
            Field("max_dead_in_seconds", upTo: 86_400, \.maximumDeadTime),
        ]
    }

    private static var hedging: [Field<HedgeSettings>] {
        [
            Field("quantile", upTo: 1, \.quantile), Field("min_samples", upTo: 1_000_000, count: \.minimumSampleCount),
            Field("min_delay_in_seconds", upTo: 3600, \.minimumDelay),
            Field("max_delay_in_seconds", upTo: 3600, \.maximumDelay), Field("share", upTo: 1, \.share),
            Field("burst", upTo: 1_000_000, \.burst),
        ]
    }

    private static var affinity: [Field<AffinitySettings>] {
        [
            Field("max_entries", upTo: 10_000_000, count: \.maximumCount),
            Field("lifetime_in_seconds", upTo: 86_400, \.lifetime),
        ]
    }

    private static func section<Settings>(
        _ node: ConfigurationNode?,
        _ defaults: Settings,
        _ fields: [Field<Settings>],
        _ reading: inout ConfigurationReading
    ) -> Settings {
        guard let node, let object = reading.object(node) else { return defaults }
        reading.check(object, against: ConfigurationMembers(applied: fields.map(\.name)))
        return filled(defaults, fields, object, &reading)
    }

    /// A section with a switch of its own.
    private static func optional<Settings>(
        _ node: ConfigurationNode?,
        _ absent: Settings?,
        _ defaults: Settings,
        _ fields: [Field<Settings>],
        _ reading: inout ConfigurationReading
    ) -> Settings? {
        guard let node, let object = reading.object(node) else { return absent }
        reading.check(object, against: ConfigurationMembers(applied: ["enabled"] + fields.map(\.name)))
        let settings = filled(defaults, fields, object, &reading)
        return reading.boolean(object["enabled"]) ?? true ? settings : nil
    }

    private static func filled<Settings>(
        _ defaults: Settings,
        _ fields: [Field<Settings>],
        _ object: ConfigurationObject,
        _ reading: inout ConfigurationReading
    ) -> Settings {
        var settings = defaults
        for field in fields {
            let example = field.maximum == 1 ? "0.5" : "10"
            if let value = reading.number(
                object[field.name],
                upTo: field.maximum,
                of: unit(field.name),
                example: example
            ) {
                field.set(&settings, value)
            }
        }
        return settings
    }

    private static func unit(_ name: String) -> String { name.hasSuffix("_in_seconds") ? "seconds" : "units" }
}
