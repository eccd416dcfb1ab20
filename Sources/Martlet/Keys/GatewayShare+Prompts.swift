import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// What the request shares with others that a provider may have in its cache. There is nothing to choose with one
    /// key of one target.
    func digest(
        of call: InferenceCall,
        _ request: CallerRequest,
        _ targets: [PursuedTarget]
    ) -> PrefixDigest? {
        guard call.operation == .generation, call.directKey == nil,
            call.body.readableBytes >= PrefixDigest.minimumByteCount,
            targets.count > 1 || targets.contains(where: { $0.provider.keys.count > 1 }),
            let affinity = gateway.affinity
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

    /// Puts the target that knows the prompt in front, where it is as good as the first: a virtual model that says an
    /// order, or the lowest price, means it. Each target then knows its place.
    static func order(_ targets: inout [PursuedTarget], startingAt place: AffinityPlace?, _ plan: RoutePlan) {
        if let place, let position = targets.firstIndex(where: { $0.candidate.target.name == place.target }),
            position > 0,
            targets[position].candidate.origin == targets[0].candidate.origin,
            isFree(targets[0].candidate.origin, plan)
        {
            targets.insert(targets.remove(at: position), at: 0)
        }
        for position in targets.indices {
            targets[position].unaskedCount = targets.count - position - 1
            targets[position].isLastResort = targets.count == 1
        }
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
