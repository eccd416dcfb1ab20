import Dialects
import NIOCore
import Transport

extension GatewayShare {
    func admit(
        _ target: PursuedTarget,
        _ pursuit: Pursuit
    ) -> Result<ProviderHealth.Admission, ProviderHealth.Refusal> {
        let provider = target.provider
        var wish = KeyWish(serving: provider.keys(serving: target.model))
        wish.tried = target.tried
        wish.model = ProviderHealth.number(of: target.model)
        wish.pinnedName = pursuit.call.pinnedKey(of: target.candidate)
        wish.session = pursuit.call.session.map { RendezvousHash.hash(ofName: $0) }
        if let place = pursuit.place, place.target == target.candidate.target.name {
            wish.preferred = provider.keys.firstIndex { $0.configuration.name == place.key }
        }
        return provider.health.admit(
            target.model,
            wish,
            isFirst: target.tried == KeySet(),
            isLastResort: target.isLastResort,
            now: .now,
            random: random.unit()
        )
    }

    func noteRefusal(
        _ refusal: ProviderHealth.Refusal,
        _ target: PursuedTarget,
        _ pursuit: inout Pursuit,
        _ record: inout RequestRecord
    ) {
        // Keys that were tried have failures and records of their own, which say more.
        guard target.tried == KeySet() else { return }
        if case .breaker(let end) = refusal { pursuit.noteOpenBreaker(of: target, until: end) }
        let error = GatewayError(refusal, provider: target.provider.name, model: target.model, now: .now)
        pursuit.note(AttemptFailure(error, hasContent: false), of: target.candidate.target)
        var attempt = AttemptRecord(provider: target.provider.name, model: Gateway.shortened(target.model))
        attempt.beginning = .now() - pursuit.call.start
        attempt.outcome = error.kind.rawValue
        let isAnotherLeft = !target.isLast || (pursuit.soonest != nil && pursuit.budget.attemptCount == 0)
        attempt.action = isAnotherLeft ? .nextTarget : .stop
        record.attempts.append(attempt)
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
