import Dialects
import NIOCore
import Transport

extension GatewayShare {
    func beginning(
        of target: PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ pursuit: Pursuit,
        wait: TimeAmount
    ) -> AttemptRecord {
        var attempt = AttemptRecord(provider: target.provider.name, model: Gateway.shortened(target.model))
        attempt.keyName = target.provider.keys[admission.key.position].configuration.name
        attempt.keyReason = admission.reason.rawValue
        attempt.breaker = admission.breakerState
        attempt.isProbe = admission.isProbe
        attempt.wait = wait
        attempt.beginning = .now() - pursuit.call.start
        return attempt
    }

    /// Makes one attempt and tells the provider's health what became of it.
    ///
    /// - Returns: Nil when the caller has the answer.
    func attempt(
        _ target: inout PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ attempt: inout AttemptRecord,
        _ pursuit: Pursuit,
        _ record: inout RequestRecord
    ) async -> AttemptFailure? {
        let health = target.provider.health
        let start = NIODeadline.now()
        let sink = AttemptSink(pursuit.sink, start: start, awaitsContent: pursuit.request.isRepeatable)
        let isStream = pursuit.request.isStream
        sink.onCommit = {
            let now = NIODeadline.now()
            let time = Interval(nanoseconds: (now - start).nanoseconds)
            health.didBeginWell(admission, after: time, isStream: isStream, now: Moment(now))
        }
        var failure: AttemptFailure?
        do {
            try await send(&target, admission, &attempt, pursuit, &record, through: sink)
        } catch let error as AttemptFailure {
            failure = error
        } catch let error as UpstreamError {
            failure = AttemptFailure(error, provider: target.provider.name, hasContent: sink.isCommitted)
        } catch let error as GatewayError {
            failure = AttemptFailure(error, hasContent: sink.isCommitted)
        } catch {
            failure = AttemptFailure(
                GatewayError(.badAnswer, "Unexpected failure: \(error)."),
                hasContent: sink.isCommitted
            )
        }
        attempt.duration = .now() - start
        if let failure {
            attempt.outcome = failure.failure.rawValue
            health.didFail(
                admission,
                failure.failure,
                retryAfter: failure.retryAfter,
                now: .now,
                random: random.unit()
            )
        }
        health.didEnd(admission, now: .now)
        return failure
    }

    func send(
        _ target: inout PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ attempt: inout AttemptRecord,
        _ pursuit: Pursuit,
        _ record: inout RequestRecord,
        through sink: AttemptSink
    ) async throws {
        let key = target.provider.keys[admission.key.position]
        target.wasSent = false
        let outgoing = try await outgoing(&target, key, pursuit)
        record.losses = outgoing.losses
        if pursuit.call.wantsExplanation {
            sink.explanation = { [record, attempt] status in
                var (record, attempt) = (record, attempt)
                attempt.status = status
                attempt.duration = .now() - record.start - attempt.beginning
                record.attempts.append(attempt)
                return Explanation(record).field
            }
        }
        try await enter(target.provider, target.model, pursuit.call, pursuit.sink)
        defer { target.provider.gate?.leave() }
        defer { sink.onCancel = nil }
        record.attemptCount += 1
        target.wasSent = true
        let (exchange, head) = try await ask(outgoing, through: sink)
        attempt.status = head.status
        try await relay(ProviderAnswer(outgoing, exchange, head), &record, to: sink)
    }

    /// The request as the target gets it, made once for each name that the model has there.
    func outgoing(
        _ target: inout PursuedTarget,
        _ key: Provider.Key,
        _ pursuit: Pursuit
    ) async throws -> OutgoingRequest {
        let model = key.name(of: target.model)
        if let made = target.outgoing, made.model == model {
            let outgoing = made.with(key)
            target.outgoing = outgoing
            return outgoing
        }
        let provider = target.provider
        let usual = provider.configuration.kind.usualName(of: target.model, knownAs: model)
        var draft = try OutgoingRequest.draft(
            of: pursuit.call,
            pursuit.request,
            model: model,
            usualModel: usual,
            provider: provider
        )
        if let unfilled = draft {
            draft = try await fetchingMedia(unfilled, provider: provider, pursuit.sink)
        }
        let outgoing = try OutgoingRequest(
            pursuit.call,
            pursuit.request,
            draft,
            model: model,
            usualModel: usual,
            provider: provider,
            key: key,
            refusesLoss: pursuit.call.refusesLoss || gateway.configuration.refusesLoss
        )
        target.outgoing = outgoing
        return outgoing
    }

    /// Waits for the request's turn at a provider that is asked so much at once.
    func enter(
        _ provider: Provider,
        _ model: String,
        _ call: InferenceCall,
        _ sink: any AnswerSink
    ) async throws {
        guard let gate = provider.gate else { return }
        var patience = call.timeouts.firstByte ?? provider.timeouts(for: model).firstByte
        if let total = call.timeouts.total { patience = min(patience, total - (.now() - call.start)) }
        do {
            try await gate.enter(sink, of: call.caller, within: max(patience, .zero), on: eventLoop)
        } catch ConcurrencyGate.Refusal.cancelled(let reason) {
            throw GatewayError(.cancelled(reason), provider: provider.name)
        } catch ConcurrencyGate.Refusal.late {
            throw GatewayError(
                .overloaded,
                "The request's turn at provider \(provider.name) did not come in time. Try again soon.",
                retryAfter: 1
            )
        } catch {
            throw GatewayError(
                .overloaded,
                "As many requests to provider \(provider.name) run and wait as may. Try again soon.",
                retryAfter: 1
            )
        }
    }
}
