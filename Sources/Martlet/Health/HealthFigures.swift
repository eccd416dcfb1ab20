/// How a provider's keys and breakers are doing.
struct HealthFigures: Sendable {
    /// Whose breaker it is, by names that are shown.
    private struct Target: Hashable {
        let model: String
        let key: String
    }

    /// All keys, in their order.
    let keys: [ProviderFigures.Key]
    /// How many breakers are in which state.
    private(set) var breakerCounts: [BreakerState: Int] = [:]
    /// How often breakers opened.
    private(set) var openingCount = 0
    /// Those that are not closed.
    private var states: [Target: BreakerState] = [:]

    init(keys: [ProviderFigures.Key]) {
        self.keys = keys
    }

    /// Takes a breaker into account.
    ///
    /// - Parameter model: The model in full; empty for all that are not told apart.
    mutating func count(_ breaker: CircuitBreaker, of model: String, _ key: String, now: Moment) {
        let state = breaker.condition(now: now)
        breakerCounts[state, default: 0] += 1
        openingCount += breaker.totalOpeningCount
        guard state != .closed else { return }
        let target = Target(model: model.isEmpty ? "other" : Gateway.shortened(model), key: key)
        // Two long names can be the same when they are shortened, and no series may be there twice.
        if states[target] != .open { states[target] = state }
    }

    /// The breakers that are not closed, open ones first and then by name, as far as there is space.
    var breakers: [ProviderFigures.Breaker] {
        let breakers = states.map { ProviderFigures.Breaker(model: $0.model, key: $0.key, state: $1) }
        let sorted = breakers.sorted {
            ($0.state == .open ? 0 : 1, $0.model, $0.key) < ($1.state == .open ? 0 : 1, $1.model, $1.key)
        }
        return Array(sorted.prefix(ProviderFigures.maximumBreakerCount))
    }
}
