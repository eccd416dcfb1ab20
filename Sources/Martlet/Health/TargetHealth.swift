/// What is known of one model of a provider.
struct TargetHealth: Sendable {
    /// One for each key: deployments behind two keys of Azure's fail apart from each other.
    var breakers: [CircuitBreaker]
    var retries: RetryBudget
    var latency = LatencyEstimate()
    /// Times to the first token.
    var firstTokens: LatencyQuantile
    var hedges: HedgeBudget

    init(keyCount: Int, _ settings: ReliabilitySettings, now: Moment) {
        breakers = Array(repeating: CircuitBreaker(settings.breaker, now: now), count: keyCount)
        retries = RetryBudget(settings.retryBudget, now: now)
        firstTokens = LatencyQuantile(now: now)
        hedges = HedgeBudget(settings.hedging ?? HedgeSettings())
    }
}

/// How the gateway deals with failing providers.
package struct ReliabilitySettings: Sendable, Equatable {
    /// How often and how long one request is tried.
    package var attempts = AttemptLimits()
    /// Which failures go to the next target beyond those that always do.
    package var fallbacks = FallbackRules()
    /// How many retries a target bears.
    package var retryBudget = RetryBudgetSettings()
    /// When a target is left alone.
    package var breaker = BreakerSettings()
    /// How long keys rest.
    package var keyRest = KeyRestSettings()
    /// When a second target is asked for the sake of speed; nil for never.
    package var hedging: HedgeSettings?
    /// How long prompts are remembered; nil when requests are not kept where their beginning is cached.
    package var affinity: AffinitySettings? = AffinitySettings()

    /// The default settings.
    package init() {}
}
