import Dialects
import JSON
import NIOCore
import Transport

extension GatewayShare {
    /// Answers a request for a model in the caller's own format, through `sink`, which is always brought to an end.
    package func answer(_ call: InferenceCall, to sink: any AnswerSink) async {
        telemetry.requestDidBegin()
        var record = RequestRecord(requestID: call.requestID, route: call.route, start: call.start)
        do {
            let request = try read(call)
            record.isStream = request.isStream && call.operation == .generation
            record.model = Gateway.shortened(request.model)
            let (provider, model) = try gateway.route(request.model, preferring: call.defaultProvider)
            record.provider = provider.name
            record.model = Gateway.shortened(model)
            if call.operation == .tokenCount, provider.endpointIndex(for: call.format, .tokenCount) == nil {
                try sendEstimate(call, request, &record, to: sink)
            } else {
                try await ask(provider, model, call, request, &record, to: sink)
            }
        } catch let error as GatewayError {
            fail(error, call, &record, to: sink)
        } catch {
            fail(GatewayError(.badAnswer, "Unexpected failure: \(error)."), call, &record, to: sink)
        }
        record.duration = .now() - call.start
        telemetry.requestDidEnd(record)
    }

    /// Makes the provider's request and carries its answer back.
    private func ask(
        _ provider: Provider,
        _ model: String,
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        var draft = try OutgoingRequest.draft(of: call, request, model: model, provider: provider)
        if let unfilled = draft {
            draft = try await fetchingMedia(unfilled, provider: provider, sink)
        }
        let outgoing = try OutgoingRequest(
            call,
            request,
            draft,
            model: model,
            provider: provider,
            refusesLoss: call.refusesLoss || gateway.configuration.refusesLoss
        )
        record.losses = outgoing.losses
        try await enter(provider, sink)
        defer { provider.gate?.leave() }
        try await attempt(outgoing, call, record: &record, to: sink)
    }

    private func read(_ call: InferenceCall) throws -> CallerRequest {
        let bytes = call.body.readableBytesUInt8Span
        do throws(CallerRequest.Problem) {
            return try CallerRequest(bytes, format: call.format, call: call.address)
        } catch {
            throw GatewayError(error, in: bytes)
        }
    }

    private func enter(_ provider: Provider, _ sink: any AnswerSink) async throws {
        guard let gate = provider.gate else { return }
        do {
            try await gate.enter(sink)
        } catch ConcurrencyGate.Refusal.cancelled(let reason) {
            throw GatewayError(.cancelled(reason), provider: provider.name)
        } catch {
            throw GatewayError(
                .overloaded,
                "As many requests to provider \(provider.name) run and wait as may. Try again soon.",
                retryAfter: 1
            )
        }
    }

    /// Sends the request, again where that may help, and carries the answer back.
    private func attempt(
        _ outgoing: OutgoingRequest,
        _ call: InferenceCall,
        record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        let provider = outgoing.provider
        let retries = provider.configuration.retries
        let backoff = Backoff(configuration: retries)
        var retry = 0
        while true {
            guard let key = provider.key(for: outgoing.model, using: &random) else {
                throw GatewayError(
                    .modelNotFound,
                    "No key of provider \(provider.name) serves model \(Gateway.excerpt(outgoing.model)).",
                    parameter: "model"
                )
            }
            record.keyName = key.configuration.name
            record.attemptCount += 1
            let exchange = client.exchange(outgoing.encoded(key: key), with: provider.upstream)
            let isLast = retry >= retries.maximumRetryCount
            var retryAfter: Double?
            do {
                if let reason = sink.cancellationReason { throw UpstreamError.cancelled(reason) }
                sink.onCancel = { exchange.cancel($0) }
                defer { sink.onCancel = nil }
                let head = try await exchange.start()
                if isLast || !Backoff.isRetryable(status: head.status) {
                    let answer = ProviderAnswer(call, outgoing, exchange, head, key: key)
                    try await relay(answer, &record, to: sink)
                    return
                }
                retryAfter = head.fields.retryAfterSeconds
                // Read to its end, so that the connection can be used again.
                _ = try? await exchange.body(limit: Self.maximumErrorByteCount)
            } catch let error as UpstreamError {
                // Once the caller has seen something, nothing can be taken back.
                if isLast || sink.hasBegun || !error.isRetryable {
                    throw GatewayError(error, provider: provider.name)
                }
            }
            let delay = backoff.delay(retry: retry, retryAfter: retryAfter, random: random.unit())
            await CancellableWait.wait(TimeAmount(seconds: delay), on: eventLoop, for: sink)
            if let reason = sink.cancellationReason { throw GatewayError(.cancelled(reason), provider: provider.name) }
            retry += 1
        }
    }

    /// Brings a failed request to its end, whatever the caller has seen of it.
    private func fail(
        _ error: GatewayError,
        _ call: InferenceCall,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) {
        record.error = error
        record.status = sink.hasBegun ? record.status : error.status
        if error.kind == .cancelled {
            record.status = 499
            sink.abort()
            return
        }
        guard !sink.hasBegun else {
            // The relay has told the caller where there was still a way to.
            sink.abort()
            return
        }
        sink.send(
            AnswerHead(failure: error, format: call.format, requestID: call.requestID),
            body: ByteBuffer(bytes: error.body(in: call.format, requestID: call.requestID))
        )
    }
}
