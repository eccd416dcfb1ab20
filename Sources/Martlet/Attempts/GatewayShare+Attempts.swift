import Dialects
import NIOCore
import Transport

/// A request on its way through the targets of its plan.
struct Pursuit {
    let call: InferenceCall
    let request: CallerRequest
    var sink: any AnswerSink
    var budget: AttemptBudget
    /// Where the beginning of the request is probably cached; nil when nobody knows, or it is short.
    var place: AffinityPlace?
    /// The failure of the first target that was asked, which the caller gets when all fail: the others stand in for it.
    var primary: AttemptFailure?

    mutating func note(_ failure: AttemptFailure) {
        primary = primary ?? failure
    }
}

/// One target of a request.
struct PursuedTarget {
    let candidate: RouteCandidate
    let provider: Provider
    let unaskedCount: Int
    var tried = KeySet()
    var retryCount = 0
    /// What is sent, made for a key; another key may have another name for the model.
    var outgoing: OutgoingRequest?

    var isLast: Bool { unaskedCount == 0 }
    var model: String { candidate.target.model }

    /// Takes a hedge from the target's budget, if it has one left.
    func takeHedge() -> Bool { provider.health.takeHedge(model, now: .now) }
}

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
        let targets = plan.candidates.compactMap { candidate in
            gateway.provider(named: candidate.target.provider).map { (candidate, $0) }
        }
        let retryCount = targets.reduce(0) { max($0, $1.1.configuration.retries.maximumRetryCount) }
        var limits = gateway.configuration.reliability.attempts
        if let total = call.timeouts.total { limits.totalTime = Double(total.nanoseconds) / 1e9 }
        limits.maximumAttemptCount = max(limits.maximumAttemptCount, targets.count == 1 ? retryCount + 1 : 1)
        var pursuit = Pursuit(
            call: call,
            request: request,
            sink: sink,
            budget: AttemptBudget(limits, retryCount: retryCount, start: Moment(call.start))
        )
        let digest = digest(of: call, request, targets)
        pursuit.place = digest.flatMap { gateway.affinity?.place(for: $0, now: .now) }
        let ordered = Self.ordered(targets, startingAt: pursuit.place, plan)
        let pursued = ordered.enumerated().map { position, target in
            PursuedTarget(candidate: target.0, provider: target.1, unaskedCount: ordered.count - position - 1)
        }
        let isAnswered: Bool
        if let delay = hedgeDelay(call, pursued) {
            isAnswered = try await askHedged(pursued, after: delay, &pursuit, &record)
        } else {
            isAnswered = try await ask(pursued, &pursuit, &record)
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

    // MARK: Prompts

    /// What the request shares with others that a provider may have in its cache. There is nothing to choose with one
    /// key of one target.
    private func digest(
        of call: InferenceCall,
        _ request: CallerRequest,
        _ targets: [(RouteCandidate, Provider)]
    ) -> PrefixDigest? {
        guard call.operation == .generation, call.body.readableBytes >= PrefixDigest.minimumByteCount,
            targets.count > 1 || targets.contains(where: { $0.1.keys.count > 1 }), let affinity = gateway.affinity
        else { return nil }
        let bytes = call.body.readableBytesUInt8Span
        return PrefixDigest(
            bytes,
            members: request.topMembers,
            format: request.format,
            model: request.model,
            key: affinity.key
        )
    }

    /// The targets with the one that knows the prompt in front, where it is as good as the first: a virtual model that
    /// says an order, or the lowest price, means it.
    private static func ordered(
        _ targets: [(RouteCandidate, Provider)],
        startingAt place: AffinityPlace?,
        _ plan: RoutePlan
    ) -> [(RouteCandidate, Provider)] {
        guard let place, let position = targets.firstIndex(where: { $0.0.target.name == place.target }), position > 0,
            targets[position].0.origin == targets[0].0.origin, isFree(targets[0].0.origin, plan)
        else { return targets }
        var ordered = targets
        ordered.insert(ordered.remove(at: position), at: 0)
        return ordered
    }

    private static func isFree(_ origin: RouteOrigin, _ plan: RoutePlan) -> Bool {
        guard case .virtualModel(let name) = origin else { return false }
        return plan.trail.contains { decision in
            guard case .virtualModel(name, let strategy, _) = decision else { return false }
            return strategy != .ordered && strategy != .lowestPrice
        }
    }

    private func remember(
        _ digest: PrefixDigest,
        at attempt: AttemptRecord,
        _ place: AffinityPlace?,
        _ record: inout RequestRecord
    ) {
        let target = RouteTarget(provider: attempt.provider, model: attempt.model)
        let used = AffinityPlace(target: target.name, key: attempt.keyName)
        gateway.affinity?.remember(digest, at: used, now: .now)
        record.promptPlace = used == place ? .kept : .new
        if used == place, let cached = record.usage?.cachedInput, cached > 0 {
            gateway.affinity?.didSave(cachedTokenCount: cached)
        }
    }

    // MARK: Targets

    /// When the first of the targets counts as late; nil when nothing is hedged.
    private func hedgeDelay(_ call: InferenceCall, _ targets: [PursuedTarget]) -> Interval? {
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
                    return try moveOn(target, pursuit)
                }
            }
            guard pursuit.budget.begin(now: .now) else {
                target.provider.health.didEnd(admission, now: .now)
                throw pursuit.primary
                    ?? AttemptFailure(GatewayError(.totalTimeout, "The request's time is over."), .deadline)
            }
            var attempt = beginning(of: target, admission, pursuit, wait: wait)
            record.keyName = attempt.keyName
            let failure = await self.attempt(&target, admission, &attempt, pursuit, &record)
            guard let failure else {
                record.attempts.append(attempt)
                return true
            }
            let (action, delay) = self.action(after: failure, target, admission, &pursuit)
            attempt.action = action
            record.attempts.append(attempt)
            switch action {
            case .stop:
                throw failure.failure == .brokenAfterContent || failure.failure == .cancelled
                    ? failure : pursuit.primary ?? failure
            case .nextTarget:
                pursuit.note(failure)
                return false
            case .rotateKey:
                pursuit.note(failure)
                target.tried.insert(admission.key.position)
                repeated = nil
                wait = .zero
            case .retrySameKey:
                pursuit.note(failure)
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

    // MARK: Keys and breakers

    private func admit(
        _ target: PursuedTarget,
        _ pursuit: Pursuit
    ) -> Result<ProviderHealth.Admission, ProviderHealth.Refusal> {
        let provider = target.provider
        var wish = KeyWish(serving: provider.keys(serving: target.model))
        wish.tried = target.tried
        wish.model = ProviderHealth.number(of: target.model)
        wish.pinnedName = target.candidate.key ?? pursuit.call.keyName
        wish.session = pursuit.call.session.map { RendezvousHash.hash(ofName: $0) }
        if let place = pursuit.place, place.target == target.candidate.target.name {
            wish.preferred = provider.keys.firstIndex { $0.configuration.name == place.key }
        }
        return provider.health.admit(
            target.model,
            wish,
            isFirst: target.tried == KeySet(),
            isLastResort: target.isLast && pursuit.budget.attemptCount == 0,
            now: .now,
            random: random.unit()
        )
    }

    private func noteRefusal(
        _ refusal: ProviderHealth.Refusal,
        _ target: PursuedTarget,
        _ pursuit: inout Pursuit,
        _ record: inout RequestRecord
    ) {
        let error = GatewayError(refusal, provider: target.provider.name, model: target.model, now: .now)
        pursuit.note(AttemptFailure(error, hasContent: false))
        // Keys that were tried have records of their own.
        guard target.tried == KeySet() else { return }
        var attempt = AttemptRecord(provider: target.provider.name, model: Gateway.shortened(target.model))
        attempt.beginning = .now() - pursuit.call.start
        attempt.outcome = error.kind.rawValue
        attempt.action = target.isLast ? .stop : .nextTarget
        record.attempts.append(attempt)
    }

    private func moveOn(_ target: PursuedTarget, _ pursuit: Pursuit) throws(AttemptFailure) -> Bool {
        if target.isLast, let failure = pursuit.primary { throw failure }
        return false
    }

    // MARK: One attempt

    private func beginning(
        of target: PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ pursuit: Pursuit,
        wait: TimeAmount
    ) -> AttemptRecord {
        var attempt = AttemptRecord(provider: target.provider.name, model: Gateway.shortened(target.model))
        attempt.keyName = target.provider.keys[admission.key.position].configuration.name
        attempt.keyReason = admission.reason.rawValue
        attempt.isProbe = admission.isProbe
        attempt.wait = wait
        attempt.beginning = .now() - pursuit.call.start
        return attempt
    }

    /// Makes one attempt and tells the provider's health what became of it.
    ///
    /// - Returns: Nil when the caller has the answer.
    private func attempt(
        _ target: inout PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ attempt: inout AttemptRecord,
        _ pursuit: Pursuit,
        _ record: inout RequestRecord
    ) async -> AttemptFailure? {
        let health = target.provider.health
        let start = NIODeadline.now()
        let sink = AttemptSink(pursuit.sink, start: start)
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

    private func send(
        _ target: inout PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ attempt: inout AttemptRecord,
        _ pursuit: Pursuit,
        _ record: inout RequestRecord,
        through sink: AttemptSink
    ) async throws {
        let key = target.provider.keys[admission.key.position]
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
        let (exchange, head) = try await ask(outgoing, pursuit.call, through: sink)
        attempt.status = head.status
        try await relay(ProviderAnswer(pursuit.call, outgoing, exchange, head), &record, to: sink)
    }

    /// The request as the target gets it, made once for each name that the model has there.
    private func outgoing(
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
        let (call, provider) = (pursuit.call, target.provider)
        let usual = provider.configuration.kind.usualName(of: target.model, knownAs: model)
        var draft = try OutgoingRequest.draft(
            of: call,
            pursuit.request,
            model: model,
            usualModel: usual,
            provider: provider
        )
        if let unfilled = draft {
            draft = try await fetchingMedia(unfilled, provider: provider, pursuit.sink)
        }
        let outgoing = try OutgoingRequest(
            call,
            pursuit.request,
            draft,
            model: model,
            usualModel: usual,
            provider: provider,
            key: key,
            refusesLoss: call.refusesLoss || gateway.configuration.refusesLoss
        )
        target.outgoing = outgoing
        return outgoing
    }

    /// Waits for the request's turn at a provider that is asked so much at once.
    private func enter(
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

    // MARK: What follows

    private func action(
        after failure: AttemptFailure,
        _ target: PursuedTarget,
        _ admission: ProviderHealth.Admission,
        _ pursuit: inout Pursuit
    ) -> (AttemptAction, Interval) {
        let now = Moment.now
        let retries = target.provider.configuration.retries
        let delay = Interval(
            seconds: Backoff(configuration: retries).delay(
                retry: target.retryCount,
                retryAfter: failure.retryAfter?.seconds,
                random: random.unit()
            )
        )
        var situation = AttemptSituation()
        situation.hasContent = failure.failure == .brokenAfterContent
        situation.fallbacks = gateway.configuration.reliability.fallbacks
        let mayMoveOn = pursuit.budget.mayMoveOn(now: now)
        situation.hasNextTarget = mayMoveOn && !target.isLast
        if mayMoveOn, target.provider.keys.count > 1 {
            var tried = target.tried
            tried.insert(admission.key.position)
            let serving = target.provider.keys(serving: target.model)
            let isFree = target.candidate.key == nil && pursuit.call.keyName == nil
            situation.hasOtherKey =
                isFree && target.provider.health.hasKey(serving, besides: tried, target.model, now: now)
        }
        // Longer than the longest wait that is configured is for the caller to wait.
        let isBearable = (failure.retryAfter ?? .zero) <= Interval(seconds: retries.maximumBackoff)
        situation.mayRetry =
            isBearable && target.retryCount < retries.maximumRetryCount
            && pursuit.budget.mayRetry(after: delay, unaskedTargetCount: target.unaskedCount, now: now)
        var action = AttemptTable.action(after: failure.failure, situation)
        if action == .retrySameKey, !target.provider.health.takeRetry(target.model, now: now) {
            situation.mayRetry = false
            action = AttemptTable.action(after: failure.failure, situation)
        }
        return (action, delay)
    }
}

extension GatewayError {
    /// Words why a target is not asked.
    init(_ refusal: ProviderHealth.Refusal, provider: String, model: String, now: Moment) {
        switch refusal {
        case .keys(let refusal):
            let kind: Kind =
                switch refusal {
                case .noneServes, .pinnedUnknown: .modelNotFound
                case .allTried, .allRefused: .credentialsExhausted
                case .allLimited: .keysLimited
                }
            self.init(
                kind,
                refusal.message(provider: provider, model: Gateway.excerpt(model)),
                parameter: kind == .modelNotFound ? "model" : nil,
                retryAfter: refusal.retryAfter(now: now)
            )
        case .breaker(let end):
            self.init(
                .circuitOpen,
                "Provider \(provider) has failed too often with model \(Gateway.excerpt(model)) and is left alone.",
                retryAfter: max(1, (end - now).wholeSeconds)
            )
        }
    }
}
