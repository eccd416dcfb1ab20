import Dialects

/// The gateway's figures in the form in which they are shown.
package struct GatewayFigures: Sendable {
    /// Requests that ended the same way.
    package struct Requests: Sendable {
        package let provider: String
        package let model: String
        package let status: Int
        package let isStream: Bool
        package let count: Int
        package let inputTokenCount: Int
        package let outputTokenCount: Int
        /// Of the input, what providers had in their caches.
        package let cachedInputTokenCount: Int
        package let duration: Durations
        package let firstToken: Durations
    }

    /// Counts of durations by class.
    package struct Durations: Sendable {
        /// Upper bounds of the classes, in seconds.
        package static let bounds = Histogram.bounds
        /// One count for each bound, and one for what lies above all.
        package let counts: [Int]
        /// Of all durations, in seconds.
        package let sum: Double
    }

    /// Requests that failed the same way.
    package struct Errors: Sendable {
        package let provider: String
        package let kind: GatewayError.Kind
        package let count: Int
    }

    /// Attempts that failed the same way and had the same consequence.
    package struct AttemptFailures: Sendable {
        package let provider: String
        /// The class of the failure, or why nothing was sent.
        package let failure: String
        package let action: AttemptAction
        package let count: Int
    }

    /// Attempts that were sent because an earlier one was late.
    package struct Hedges: Sendable {
        package let provider: String
        /// Whether the caller got their answer.
        package let isAnswer: Bool
        package let count: Int
    }

    package let requests: [Requests]
    package let errors: [Errors]
    package let attemptFailures: [AttemptFailures]
    package let hedges: [Hedges]
    package let activeCount: Int
    package let droppedLogCount: Int
}

extension Telemetry {
    /// What has happened so far, in a stable order.
    package var gatewayFigures: GatewayFigures {
        let figures = self.figures
        let requests = figures.rows.map { key, row in
            GatewayFigures.Requests(
                provider: key.provider,
                model: key.model,
                status: key.status,
                isStream: key.isStream,
                count: row.count,
                inputTokenCount: row.usage.input,
                outputTokenCount: row.usage.output,
                cachedInputTokenCount: row.usage.cachedInput,
                duration: .init(counts: row.duration.counts, sum: row.duration.sum),
                firstToken: .init(counts: row.firstToken.counts, sum: row.firstToken.sum)
            )
        }
        let errors = figures.errors.map { GatewayFigures.Errors(provider: $0.provider, kind: $0.kind, count: $1) }
        let failures = figures.attemptFailures.map {
            GatewayFigures.AttemptFailures(provider: $0.provider, failure: $0.failure, action: $0.action, count: $1)
        }
        let hedges = figures.hedges.map {
            GatewayFigures.Hedges(provider: $0.provider, isAnswer: $0.isAnswer, count: $1)
        }
        return GatewayFigures(
            requests: requests.sorted {
                ($0.provider, $0.model, $0.status, $0.isStream ? 1 : 0)
                    < ($1.provider, $1.model, $1.status, $1.isStream ? 1 : 0)
            },
            errors: errors.sorted { ($0.provider, $0.kind.rawValue) < ($1.provider, $1.kind.rawValue) },
            attemptFailures: failures.sorted {
                ($0.provider, $0.failure, $0.action.rawValue) < ($1.provider, $1.failure, $1.action.rawValue)
            },
            hedges: hedges.sorted { ($0.provider, $0.isAnswer ? 1 : 0) < ($1.provider, $1.isAnswer ? 1 : 0) },
            activeCount: activeCount,
            droppedLogCount: droppedLogCount
        )
    }
}
