import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Asks the targets of a plan, one after the other and as often as the budgets allow, until one has answered.
    ///
    /// - Throws: ``AttemptFailure``: the last one that the caller has seen some of, else that of the first target.
    func pursue(
        _ plan: RoutePlan,
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws(AttemptFailure) {
        var targets = plan.candidates.compactMap { candidate in
            provider(of: candidate, call).map { PursuedTarget(candidate: candidate, provider: $0) }
        }
        let retryCount = targets.reduce(0) { max($0, $1.provider.configuration.retries.maximumRetryCount) }
        var limits = gateway.configuration.reliability.attempts
        if let total = call.timeouts.total { limits.totalTime = Double(total.nanoseconds) / 1e9 }
        limits.maximumAttemptCount = max(limits.maximumAttemptCount, targets.count == 1 ? retryCount + 1 : 1)
        let budget = AttemptBudget(limits, retryCount: retryCount, start: Moment(call.start))
        var pursuit = Pursuit(call, request, sink, budget: budget)
        let digest = digest(of: call, request, targets)
        pursuit.place = digest.flatMap { gateway.affinity?.place(for: $0, now: .now) }
        Self.order(&targets, startingAt: pursuit.place, plan)
        var isAnswered: Bool
        if let delay = hedgeDelay(call, targets) {
            isAnswered = try await askHedged(targets, after: delay, &pursuit, &record)
        } else {
            isAnswered = try await ask(targets, &pursuit, &record)
        }
        if !isAnswered, pursuit.budget.attemptCount == 0, let soonest = pursuit.soonest {
            var target = targets[targets.count - 1 - soonest.unaskedCount]
            target.isLastResort = true
            isAnswered = try await askOne(target, &pursuit, &record)
        }
        if isAnswered {
            if let digest, let used = record.attempts.last(where: { $0.action == nil }) {
                remember(digest, at: used, pursuit.place, &record)
            }
            return
        }
        guard let failure = pursuit.primary else {
            throw AttemptFailure(GatewayError(.modelNotFound, plan.refusal, parameter: "model"), .modelNotFound)
        }
        throw failure
    }

    /// When the first of the targets counts as late; nil when nothing is hedged.
    func hedgeDelay(_ call: InferenceCall, _ targets: [PursuedTarget]) -> Interval? {
        guard targets.count > 1, call.operation == .generation, let first = targets.first else { return nil }
        return first.provider.health.hedgeDelay(first.model, now: .now)
    }

    /// Asks the targets in their order.
    ///
    /// - Returns: Whether the caller has an answer.
    /// - Throws: ``AttemptFailure`` when no other target is to be asked.
    func ask(
        _ targets: [PursuedTarget],
        _ pursuit: inout Pursuit,
        _ record: inout RequestRecord
    ) async throws(AttemptFailure) -> Bool {
        for target in targets {
            if try await askOne(target, &pursuit, &record) { return true }
        }
        return false
    }

    /// Asks one target until it has answered or the next one's turn has come.
    ///
    /// - Returns: Whether the caller has an answer.
    /// - Throws: ``AttemptFailure`` when no other target is to be asked.
    func askOne(
        _ target: PursuedTarget,
        _ pursuit: inout Pursuit,
        _ record: inout RequestRecord
    ) async throws(AttemptFailure) -> Bool {
        record.provider = target.provider.name
        record.model = Gateway.shortened(target.model)
        var target = target
        var wait = TimeAmount.zero
        var repeated: ProviderHealth.Admission?
        while true {
            let admission: ProviderHealth.Admission
            if let earlier = repeated {
                admission = target.provider.health.readmit(earlier, now: .now)
            } else {
                switch admit(target, pursuit) {
                case .success(let admitted): admission = admitted
                case .failure(let refusal):
                    noteRefusal(refusal, target, &pursuit, &record)
                    return false
                }
            }
            guard pursuit.beginAttempt(now: .now) else {
                // Whatever it was to find out, it will not.
                target.provider.health.didFail(admission, .deadline, retryAfter: nil, now: .now, random: 0)
                target.provider.health.didEnd(admission, now: .now)
                throw pursuit.primary
                    ?? AttemptFailure(GatewayError(.totalTimeout, "The request's time is over."), .deadline)
            }
            var attempt = beginning(of: target, admission, pursuit, wait: wait)
            record.keyName = attempt.keyName
            let failed = await self.attempt(&target, admission, &attempt, pursuit, &record)
            guard var failure = failed else {
                record.attempts.append(attempt)
                return true
            }
            let (action, delay) = self.action(after: &failure, target, admission, &pursuit)
            attempt.action = action
            record.attempts.append(attempt)
            pursuit.note(failure, of: target.candidate.target)
            switch action {
            case .stop:
                let isFinal = failure.failure == .brokenAfterContent || failure.failure == .cancelled
                throw isFinal || failure.error.isInDoubt ? failure : pursuit.primary ?? failure
            case .nextTarget:
                return false
            case .rotateKey:
                target.tried.insert(admission.key.position)
                repeated = nil
                wait = .zero
            case .retrySameKey:
                pursuit.budget.takeRetry()
                target.retryCount += 1
                repeated = admission
                wait = .nanoseconds(delay.nanoseconds)
                await CancellableWait.wait(wait, on: eventLoop, for: pursuit.sink)
                if let reason = pursuit.sink.cancellationReason {
                    throw AttemptFailure(.cancelled(reason), provider: target.provider.name, hasContent: false)
                }
            }
        }
    }
}
