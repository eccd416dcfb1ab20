/// The making of one plan.
struct RoutePlanning {
    private let router: Router
    private let facts: RequestFacts
    private(set) var plan = RoutePlan()

    init(router: Router, facts: RequestFacts) {
        self.router = router
        self.facts = facts
    }

    private typealias Leaves = [(leaf: RouteLeaf, origin: RouteOrigin)]

    mutating func run(live: (RouteTarget) -> TargetLoad, using random: inout some RandomNumberGenerator) {
        let route = routeByRules()
        let leaves: Leaves
        if let node = route.node ?? router.names[route.name] {
            let origin = route.rule.map(RouteOrigin.rule) ?? .request
            leaves = self.leaves(of: node, named: route.name, origin, live: live, using: &random)
        } else {
            leaves = [router.named(route.name, facts)]
        }
        plan.candidates.reserveCapacity(leaves.count)
        for entry in leaves { add(entry.leaf, entry.origin) }
        if facts.fallbacks.isEmpty {
            addConfiguredFallbacks(for: route, leaves, live: live, using: &random)
        } else {
            addRequestedFallbacks(live: live, using: &random)
        }
    }

    // MARK: - Rules

    private struct Route {
        /// What the model is called in the end.
        var name: String
        /// The rule that decided it last.
        var rule: String?
        /// What the rule says that it is.
        var node: RouteNode?
    }

    private mutating func routeByRules() -> Route {
        var route = Route(name: facts.model)
        guard !router.rules.isEmpty else { return route }
        var subject = subject(for: route.name)
        for rule in router.rules where rule.condition.holds(for: subject) {
            route.rule = rule.name
            switch rule.destination {
            case .model(let name, let node):
                plan.trail.append(.rule(rule.name, model: name))
                route.name = name
                route.node = node
                if rule.stops { return route }
                subject = self.subject(for: name)
            case .targets(let group):
                plan.trail.append(.rule(rule.name, model: nil))
                route.node = .group(group)
                return route
            }
        }
        return route
    }

    private func subject(for name: String) -> RuleSubject {
        let parts = ModelName(name) { router.providers.contains($0) }
        return RuleSubject(facts: facts, provider: parts.provider ?? "", model: parts.model)
    }

    // MARK: - Names

    /// The models that a node stands for, in the order in which they are tried.
    private mutating func leaves(
        of node: RouteNode,
        named name: String,
        _ origin: RouteOrigin,
        live: (RouteTarget) -> TargetLoad,
        using random: inout some RandomNumberGenerator
    ) -> Leaves {
        switch node {
        case .target(let leaf):
            return [(leaf, origin)]
        case .starred(let starred):
            // `name` is what the star stands for here.
            let target = starred.target(name[...])
            return [(RouteLeaf(target: target, key: starred.key, facts: router.knowledge.facts(of: target)), origin)]
        case .alias(let alias, let model, let inner):
            plan.trail.append(.alias(alias, model: model))
            return leaves(of: inner, named: model, .alias(alias), live: live, using: &random)
        case .group(let group):
            return leaves(of: group, named: name, origin, live: live, using: &random)
        }
    }

    private mutating func leaves(
        of group: RouteGroup,
        named name: String,
        _ origin: RouteOrigin,
        live: (RouteTarget) -> TargetLoad,
        using random: inout some RandomNumberGenerator
    ) -> Leaves {
        if let virtual = group.name {
            plan.trail.append(.virtualModel(virtual, strategy: group.strategy, asked: name))
        }
        let origin = group.name.map(RouteOrigin.virtualModel) ?? origin
        let star = group.pattern?.starred(in: name)
        var members: [Leaves] = []
        members.reserveCapacity(group.members.count)
        for member in group.members {
            var inner = member.name
            if case .starred = member.node { inner = star.map(String.init) ?? "" }
            members.append(leaves(of: member.node, named: inner, origin, live: live, using: &random))
        }
        let order: [Int]
        switch group.strategy {
        case .ordered: return members.flatMap(\.self)
        case .weighted: order = TargetOrder.weighted(group.members.map(\.weight), using: &random)
        case .leastLatency:
            order = TargetOrder.twoChoices(count: members.count, using: &random) { index in
                members[index].first.map { live($0.leaf.target).expectedWait } ?? .infinity
            }
        case .leastBusy:
            order = TargetOrder.lowest(count: members.count, using: &random) { index in
                members[index].first.map { live($0.leaf.target).runningCount } ?? .max
            }
        case .lowestPrice:
            order = TargetOrder.cheapest(count: members.count) { index in
                members[index].first?.leaf.facts?.price(of: facts)
            }
        }
        return order.flatMap { members[$0] }
    }

    // MARK: - Fallbacks

    private mutating func addRequestedFallbacks(
        live: (RouteTarget) -> TargetLoad,
        using random: inout some RandomNumberGenerator
    ) {
        plan.trail.append(.requestedFallbacks(count: facts.fallbacks.count))
        for (index, fallback) in facts.fallbacks.enumerated() {
            let origin = RouteOrigin.fallback(index)
            let name = fallback.provider.map { "\($0)/\(fallback.model)" } ?? fallback.model
            if let node = router.names[name] {
                for entry in leaves(of: node, named: name, origin, live: live, using: &random) {
                    add(entry.leaf, origin)
                }
            } else if let provider = fallback.provider {
                let target = RouteTarget(provider: provider, model: fallback.model)
                add(RouteLeaf(target: target, facts: router.knowledge.facts(of: target)), origin)
            } else if let unknown = unknownProvider(of: fallback.model) {
                skip(unknown, origin, .unknownProvider)
            } else {
                add(router.named(fallback.model, facts).leaf, origin)
            }
        }
    }

    /// A fallback is written `provider/model`, so what stands in front of the slash is meant as a provider.
    private func unknownProvider(of name: String) -> RouteTarget? {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let parts = ModelName(name) { router.providers.contains($0) }
        guard parts.provider == nil else { return nil }
        return RouteTarget(provider: String(name[..<slash]), model: String(name[name.utf8.index(after: slash)...]))
    }

    private mutating func addConfiguredFallbacks(
        for route: Route,
        _ leaves: Leaves,
        live: (RouteTarget) -> TargetLoad,
        using random: inout some RandomNumberGenerator
    ) {
        guard !router.fallbacks.isEmpty, let found = configuredFallbacks(for: route, leaves) else { return }
        plan.trail.append(.configuredFallbacks(found.name, count: found.models.count))
        for (index, model) in found.models.enumerated() {
            let origin = RouteOrigin.fallback(index)
            for entry in self.leaves(of: model.node, named: model.name, origin, live: live, using: &random) {
                add(entry.leaf, origin)
            }
        }
    }

    /// The fallbacks of the name that was asked for, else of what rules and aliases made of it, else of the only model
    /// that was left.
    private func configuredFallbacks(for route: Route, _ leaves: Leaves) -> CompiledFallbacks? {
        var names = [facts.model, route.name]
        var node = route.node ?? router.names[route.name]
        while case .alias(_, let model, let inner) = node {
            names.append(model)
            node = inner
        }
        if leaves.count == 1, let only = leaves.first { names.append(only.leaf.target.name) }
        for name in names {
            if let found = router.fallbacks.exactValue(for: name) { return found }
        }
        for name in names {
            if let found = router.fallbacks[name] { return found }
        }
        return nil
    }

    // MARK: - Candidates

    private mutating func add(_ leaf: RouteLeaf, _ origin: RouteOrigin) {
        if let reason = reasonToSkip(leaf) {
            skip(leaf.target, origin, reason)
        } else {
            plan.candidates.append(RouteCandidate(target: leaf.target, key: leaf.key, origin: origin))
        }
    }

    private mutating func skip(_ target: RouteTarget, _ origin: RouteOrigin, _ reason: SkipReason) {
        plan.skipped.append(SkippedTarget(target: target, origin: origin, reason: reason))
    }

    private func reasonToSkip(_ leaf: RouteLeaf) -> SkipReason? {
        if !router.providers.contains(leaf.target.provider) { return .unknownProvider }
        if facts.operation == .embedding, !router.embeddingProviders.contains(leaf.target.provider) {
            return .operation
        }
        if plan.candidates.contains(where: { $0.target == leaf.target }) { return .duplicate }
        if let reason = leaf.facts?.reasonToSkip(facts) { return reason }
        return plan.candidates.count < RoutePlan.maximumCandidateCount ? nil : .candidateLimit
    }
}
