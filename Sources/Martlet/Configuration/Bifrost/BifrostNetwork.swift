import JSON

/// What the `network_config` of a provider says.
struct BifrostNetwork {
    /// The names that are known in it.
    static let members = ConfigurationMembers(
        applied: [
            "base_url", "extra_headers", "default_request_timeout_in_seconds", "stream_idle_timeout_in_seconds",
            "connect_timeout_in_seconds", "total_timeout_in_seconds", "max_retries", "retry_backoff_initial",
            "retry_backoff_initial_ms", "retry_backoff_max", "retry_backoff_max_ms", "insecure_skip_verify",
            "ca_cert_pem", "max_conns_per_host", "model_timeouts", "stream_throughput_guard",
            "beta_header_overrides", "enforce_http2",
        ],
        hints: [
            "url": "base_url", "timeout": "default_request_timeout_in_seconds",
            "timeout_in_seconds": "default_request_timeout_in_seconds", "headers": "extra_headers",
            "retries": "max_retries",
        ]
    )
    /// Longest time that is accepted, in seconds: a day.
    private static let maximumTime = 86_400.0

    /// The address; nil where none is given or it is wrong.
    private(set) var baseURL: BaseURL?
    /// Whether there is an address, be it wrong.
    private(set) var hasBaseURL = false
    /// Where the address is written.
    private(set) var baseURLPlace: ConfigurationPlace?
    private(set) var extraHeaders: [HeaderField] = []
    private(set) var betaFeatures: [String: Bool] = [:]
    private(set) var timeouts = TimeoutConfiguration()
    private(set) var modelTimeouts: [ModelTimeouts] = []
    private(set) var retries = RetryConfiguration()
    private(set) var throughput: ThroughputConfiguration?
    private(set) var tls = TLSConfiguration()
    private(set) var maximumConnectionCount: Int?

    init(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        reading.check(object, against: Self.members)
        readAddress(object["base_url"], &reading)
        extraHeaders = BifrostHeaders.read(object["extra_headers"], &reading)
        betaFeatures = BifrostHeaders.readBetaFeatures(object["beta_header_overrides"], &reading)
        timeouts = Self.times(object, TimeoutConfiguration(), &reading)
        readModelTimeouts(object["model_timeouts"], &reading)
        readRetries(object, &reading)
        throughput = BifrostThroughput.read(object["stream_throughput_guard"], &reading)
        readTLS(object, &reading)
        if let node = object["enforce_http2"], reading.boolean(node) == true {
            reading.warn(
                node.place.name,
                "has no effect: this version of Martlet speaks HTTP/1.1 to every provider",
                fix: "remove it"
            )
        }
        maximumConnectionCount =
            reading.integerOrDefault(object["max_conns_per_host"], upTo: 10_000, of: "connections")
    }

    private mutating func readAddress(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node else { return }
        let countBefore = reading.problemCount
        guard let text = reading.string(node) else {
            hasBaseURL = reading.problemCount > countBefore
            return
        }
        hasBaseURL = true
        baseURLPlace = node.place
        baseURL = BaseURL(text.text)
        guard baseURL == nil else { return }
        reading.error(
            node.place,
            "\(text.shown(ShownText.address)) is not an http or https address",
            fix: "write it like \"https://api.example.com\""
        )
    }

    /// Names of times.
    private static let timeMembers = ConfigurationMembers(
        applied: [
            "connect_timeout_in_seconds", "default_request_timeout_in_seconds", "stream_idle_timeout_in_seconds",
            "total_timeout_in_seconds",
        ]
    )

    private static func times(
        _ object: ConfigurationObject,
        _ defaults: TimeoutConfiguration,
        _ reading: inout ConfigurationReading
    ) -> TimeoutConfiguration {
        func seconds(_ name: String, _ example: String, _ reading: inout ConfigurationReading) -> Double? {
            reading.numberOrDefault(object[name], upTo: Self.maximumTime, of: "seconds", example: example)
        }
        var times = defaults
        if let time = seconds("connect_timeout_in_seconds", "10", &reading) { times.connect = time }
        if let time = seconds("default_request_timeout_in_seconds", "30", &reading) { times.firstByte = time }
        if let time = seconds("stream_idle_timeout_in_seconds", "60", &reading) { times.idle = time }
        if let time = seconds("total_timeout_in_seconds", "600", &reading) { times.total = time }
        return times
    }

    /// What a model's times leave out is the provider's.
    private mutating func readModelTimeouts(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let models = reading.object(node) else { return }
        for (name, node) in models.members {
            guard let object = reading.object(node) else { continue }
            reading.check(object, against: Self.timeMembers)
            modelTimeouts.append(ModelTimeouts(model: name, timeouts: Self.times(object, timeouts, &reading)))
        }
    }

    private mutating func readRetries(_ object: ConfigurationObject, _ reading: inout ConfigurationReading) {
        if let count = reading.integer(object["max_retries"], in: 0...100, of: "retries") {
            retries.maximumRetryCount = count
        }
        let initial = Self.backoff("retry_backoff_initial", object, &reading)
        let maximum = Self.backoff("retry_backoff_max", object, &reading)
        if let initial { retries.initialBackoff = initial }
        if let maximum { retries.maximumBackoff = maximum }
        guard retries.initialBackoff > retries.maximumBackoff else { return }
        guard initial != nil, maximum != nil else {
            // Only one of the two was given, and the default of the other gives way.
            if initial == nil { retries.initialBackoff = retries.maximumBackoff }
            if maximum == nil { retries.maximumBackoff = retries.initialBackoff }
            return
        }
        let node = object["retry_backoff_initial"] ?? object["retry_backoff_initial_ms"]
        reading.warn(node?.place ?? object.place, "the first wait is longer than the longest, which counts")
        retries.initialBackoff = retries.maximumBackoff
    }

    /// A wait in seconds. Bifrost reads the name without `_ms` alone, at first in nanoseconds and later in
    /// milliseconds, while its schema and its documents have always had `_ms`.
    private static func backoff(
        _ name: String,
        _ object: ConfigurationObject,
        _ reading: inout ConfigurationReading
    ) -> Double? {
        let maximum = 3_600_000.0
        let suffixed = object["\(name)_ms"]
        guard let node = object[name] else {
            return reading.numberOrDefault(suffixed, upTo: maximum, of: "milliseconds", example: "500").map {
                $0 / 1000
            }
        }
        if let suffixed { reading.warn(suffixed.place.name, "has no effect, since \(name) is given too") }
        guard let value = node.value.double, value >= 1_000_000, value <= maximum * 1_000_000 else {
            return reading.numberOrDefault(node, upTo: maximum, of: "milliseconds", example: "500").map { $0 / 1000 }
        }
        let seconds = value / 1_000_000_000
        let spelled = ShownText.scalar(node.value) ?? ""
        reading.warn(
            node.place,
            "\(spelled) is read as nanoseconds, as in old files of Bifrost",
            fix: "write \(milliseconds(seconds)) for milliseconds"
        )
        return seconds
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let value = seconds * 1000
        return value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    private mutating func readTLS(_ object: ConfigurationObject, _ reading: inout ConfigurationReading) {
        tls.certificateAuthorityPEM = reading.certificates(object["ca_cert_pem"])
        guard let node = object["insecure_skip_verify"], reading.boolean(node) == true else { return }
        tls.skipsVerification = true
        reading.warn(
            node.place,
            "whoever is on the way to the provider can read its keys",
            fix: "name the provider's certificate authority in ca_cert_pem instead"
        )
    }
}
