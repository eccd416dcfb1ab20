/// How a provider's keys, models and queue are doing at one moment, in the form in which it is shown. It has the names of
/// keys and never their values.
package struct ProviderFigures: Sendable {
    /// A key.
    package struct Key: Sendable, Equatable {
        /// Its name; empty for the one of a provider without keys.
        package let name: String
        /// How it is as such. It rests as soon as it does so for one model, since providers limit each by itself.
        package let state: KeyState
        /// Models that it is not ready for although others can be asked for with it, by how it is for them.
        package let modelCounts: [KeyState: Int]
    }

    /// The circuit breaker of a model and a key.
    package struct Breaker: Sendable, Equatable {
        /// The model, shortened; "other" for all that are not told apart.
        package let model: String
        /// The name of the key.
        package let key: String
        package let state: BreakerState
    }

    /// Requests at the limit of those that run at once.
    package struct Queue: Sendable, Equatable {
        package let runningCount: Int
        package let waitingCount: Int
        /// Requests that found the queue full.
        package let fullCount: Int
        /// Requests whose turn did not come in time.
        package let lateCount: Int
    }

    /// Breakers that are shown one by one. Callers choose models, and each is a series where figures are collected.
    package static let maximumBreakerCount = 200

    /// The provider's name.
    package let provider: String
    /// In the order of the configuration.
    package let keys: [Key]
    /// Those that are not closed, open ones first, as far as there is space.
    package let breakers: [Breaker]
    /// How many breakers are in which state, all of them: one for each key of each model that was asked for.
    package let breakerCounts: [BreakerState: Int]
    /// How often breakers opened, also again after a probe.
    package let openingCount: Int
    /// Nil without a limit.
    package let queue: Queue?
}

extension Provider {
    /// How it is doing now.
    package var figures: ProviderFigures {
        let health = self.health.figures(now: .now)
        return ProviderFigures(
            provider: name,
            keys: health.keys,
            breakers: health.breakers,
            breakerCounts: health.breakerCounts,
            openingCount: health.openingCount,
            queue: gate?.figures
        )
    }
}
