extension GatewayShare {
    /// Leaves those targets in a plan that the request has a key for. A caller's own key is that of the provider which
    /// comes first, and no other may see it; nor do others answer at the gateway's expense for a caller that pays itself.
    func keepOpenTargets(_ plan: inout RoutePlan, _ call: InferenceCall) {
        var owner: String?
        let candidates = plan.candidates
        plan.candidates = []
        for candidate in candidates {
            let target = candidate.target
            guard let provider = gateway.provider(named: target.provider), provider.takesKeys else {
                plan.candidates.append(candidate)
                continue
            }
            var reason: SkipReason?
            if call.directKey == nil {
                if provider.keys.isEmpty { reason = .keyNeeded }
            } else {
                if owner == nil { owner = target.provider }
                if owner != target.provider { reason = .otherKey }
            }
            if let reason {
                plan.skipped.append(SkippedTarget(target: target, origin: candidate.origin, reason: reason))
            } else {
                plan.candidates.append(candidate)
            }
        }
    }

    /// The provider of a target, opened by the caller's own key where it brought one.
    func provider(of candidate: RouteCandidate, _ call: InferenceCall) -> Provider? {
        guard let provider = gateway.provider(named: candidate.target.provider) else { return nil }
        guard let key = call.directKey, provider.takesKeys else { return provider }
        let reliability = gateway.configuration.reliability
        return Provider(provider, openedBy: key, for: candidate.target.model, reliability: reliability)
    }
}
