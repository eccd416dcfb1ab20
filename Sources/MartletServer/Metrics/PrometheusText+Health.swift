import Martlet

extension PrometheusText {
    /// Writes how the keys, models and queues of providers are doing.
    mutating func writeHealth(_ providers: [ProviderFigures]) {
        writeKeys(providers)
        writeBreakers(providers)
        writeQueues(providers)
    }

    /// Keys are those of the configuration, so each has a row for every state: a state that ends does not vanish, and
    /// one that never began can be asked for.
    private mutating func writeKeys(_ providers: [ProviderFigures]) {
        metric("martlet_key_state", "gauge", "1 for the state that a key is in, 0 for the others.")
        for provider in providers {
            for key in provider.keys {
                for state in KeyState.allCases {
                    row("martlet_key_state", key.state == state ? 1 : 0, labels(provider, key, state))
                }
            }
        }
        metric("martlet_key_models", "gauge", "Models that a key is not ready for.")
        for provider in providers {
            for key in provider.keys {
                for state in KeyState.allCases where state != .ready {
                    row("martlet_key_models", key.modelCounts[state] ?? 0, labels(provider, key, state))
                }
            }
        }
    }

    private func labels(
        _ provider: ProviderFigures,
        _ key: ProviderFigures.Key,
        _ state: KeyState
    ) -> [(StaticString, String)] {
        [("provider", provider.provider), ("key", key.name), ("state", state.rawValue)]
    }

    /// Models are those that callers name, so breakers are counted, and only those that are not closed have rows.
    private mutating func writeBreakers(_ providers: [ProviderFigures]) {
        metric("martlet_breakers", "gauge", "Circuit breakers of models and keys, by state.")
        for provider in providers {
            for state in BreakerState.allCases {
                let labels = [("provider", provider.provider), ("state", state.rawValue)] as [(StaticString, String)]
                row("martlet_breakers", provider.breakerCounts[state] ?? 0, labels)
            }
        }
        metric("martlet_breaker_state", "gauge", "1 for a circuit breaker that is not closed.")
        for provider in providers {
            for breaker in provider.breakers {
                let labels: [(StaticString, String)] = [
                    ("provider", provider.provider), ("model", breaker.model), ("key", breaker.key),
                    ("state", breaker.state.rawValue),
                ]
                row("martlet_breaker_state", 1, labels)
            }
        }
        metric("martlet_breaker_openings_total", "counter", "Times that circuit breakers have opened.")
        for provider in providers {
            row("martlet_breaker_openings_total", provider.openingCount, [("provider", provider.provider)])
        }
    }

    private mutating func writeQueues(_ providers: [ProviderFigures]) {
        metric("martlet_queue_requests", "gauge", "Requests to a provider with a limit, by what they do.")
        for provider in providers {
            guard let queue = provider.queue else { continue }
            for (state, count) in [("running", queue.runningCount), ("waiting", queue.waitingCount)] {
                row("martlet_queue_requests", count, [("provider", provider.provider), ("state", state)])
            }
        }
        metric("martlet_queue_refusals_total", "counter", "Requests that a provider's limit has turned away.")
        for provider in providers {
            guard let queue = provider.queue else { continue }
            for (reason, count) in [("full", queue.fullCount), ("late", queue.lateCount)] {
                row("martlet_queue_refusals_total", count, [("provider", provider.provider), ("reason", reason)])
            }
        }
    }
}
