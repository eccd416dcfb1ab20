import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// What the request shares with others that a provider may have in its cache. There is nothing to choose with one
    /// key of one target.
    func digest(
        of call: InferenceCall,
        _ request: CallerRequest,
        _ targets: [(RouteCandidate, Provider)]
    ) -> PrefixDigest? {
        guard call.operation == .generation, call.directKey == nil,
            call.body.readableBytes >= PrefixDigest.minimumByteCount,
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
    static func ordered(
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

    static func isFree(_ origin: RouteOrigin, _ plan: RoutePlan) -> Bool {
        guard case .virtualModel(let name) = origin else { return false }
        return plan.trail.contains { decision in
            guard case .virtualModel(name, let strategy, _) = decision else { return false }
            return strategy != .ordered && strategy != .lowestPrice
        }
    }

    func remember(
        _ digest: PrefixDigest,
        at attempt: AttemptRecord,
        _ place: AffinityPlace?,
        _ record: inout RequestRecord
    ) {
        let target = RouteTarget(provider: attempt.provider, model: attempt.model)
        let used = AffinityPlace(target: target.name, key: attempt.keyName)
        gateway.affinity?.remember(digest, at: used, now: .now)
        record.promptPlace = used == place ? .kept : .new
        if used == place {
            gateway.affinity?.didKeep(cachedTokenCount: record.usage?.cachedInput ?? 0)
        }
    }
}
