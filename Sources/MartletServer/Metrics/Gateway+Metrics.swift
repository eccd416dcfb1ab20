import Martlet

extension Gateway {
    /// Writes the figures of requests, tokens and errors.
    func writeMetrics(to text: inout PrometheusText) {
        let figures = telemetry.gatewayFigures
        text.metric("martlet_requests_total", "counter", "Requests that have ended.")
        for row in figures.requests {
            text.row("martlet_requests_total", row.count, row.labels)
        }
        text.metric("martlet_request_duration_seconds", "histogram", "From a request's last byte to its answer's last.")
        for row in figures.requests {
            text.histogram("martlet_request_duration_seconds", row.labels, row.duration)
        }
        text.metric("martlet_first_token_seconds", "histogram", "From a request's last byte to a stream's first token.")
        for row in figures.requests where row.isStream {
            text.histogram("martlet_first_token_seconds", row.labels, row.firstToken)
        }
        text.metric("martlet_tokens_total", "counter", "Tokens that providers counted.")
        for row in figures.requests where row.inputTokenCount > 0 || row.outputTokenCount > 0 {
            text.row("martlet_tokens_total", row.inputTokenCount, row.labels + [("direction", "input")])
            text.row("martlet_tokens_total", row.outputTokenCount, row.labels + [("direction", "output")])
        }
        text.metric("martlet_cached_input_tokens_total", "counter", "Input tokens that providers had in their caches.")
        for row in figures.requests where row.cachedInputTokenCount > 0 {
            text.row("martlet_cached_input_tokens_total", row.cachedInputTokenCount, row.labels)
        }
        text.metric("martlet_errors_total", "counter", "Requests that have failed, by kind.")
        for row in figures.errors {
            let labels: [(StaticString, String)] = [("provider", row.provider), ("kind", row.kind.rawValue)]
            text.row("martlet_errors_total", row.count, labels)
        }
        text.metric("martlet_attempt_failures_total", "counter", "Attempts that have failed, and what followed.")
        for row in figures.attemptFailures {
            let labels: [(StaticString, String)] = [
                ("provider", row.provider), ("failure", row.failure), ("then", row.action.rawValue),
            ]
            text.row("martlet_attempt_failures_total", row.count, labels)
        }
        text.metric("martlet_hedges_total", "counter", "Attempts sent because an earlier one was late.")
        for row in figures.hedges {
            let labels: [(StaticString, String)] = [
                ("provider", row.provider), ("answered", row.isAnswer ? "true" : "false"),
            ]
            text.row("martlet_hedges_total", row.count, labels)
        }
        text.metric("martlet_active_requests", "gauge", "Requests under way.")
        text.row("martlet_active_requests", figures.activeCount)
        text.metric("martlet_log_batches_dropped_total", "counter", "Batches of log lines that could not be written.")
        text.row("martlet_log_batches_dropped_total", figures.droppedLogCount)
    }
}

extension GatewayFigures.Requests {
    fileprivate var labels: [(StaticString, String)] {
        [
            ("provider", provider), ("model", model), ("status", String(status)),
            ("stream", isStream ? "true" : "false"),
        ]
    }
}

extension PrometheusText {
    fileprivate mutating func histogram(
        _ name: StaticString,
        _ labels: [(StaticString, String)],
        _ durations: GatewayFigures.Durations
    ) {
        histogram(
            name,
            labels,
            bounds: GatewayFigures.Durations.bounds,
            counts: durations.counts,
            sum: durations.sum
        )
    }
}
