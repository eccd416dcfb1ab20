extension RouteCompiler {
    static let maximumWeight = 1_000_000.0

    /// What a list of targets stands for; nil where it is wrong, which is noted.
    mutating func group(
        _ targets: [RoutingTarget],
        _ strategy: RoutingStrategy,
        name: String?,
        pattern: NamePattern?,
        at place: RoutingPlace,
        target: (Int) -> RoutingPlace
    ) -> Compiled? {
        guard !targets.isEmpty else {
            error(place, "has no targets", fix: "add one, as in {\"model\": \"provider/model\"}")
            return nil
        }
        let countBefore = problems.count { $0.severity == .error }
        checkWeights(targets, strategy, at: place, target: target)
        var members: [RouteGroup.Member] = []
        var leafCount = 0
        var depth = 0
        var seen: Set<String> = []
        for (index, entry) in targets.enumerated() {
            guard seen.insert(entry.model).inserted else {
                error(target(index), "\(ShownText.quoted(entry.model)) is a target already", fix: "keep one of them")
                continue
            }
            guard let found = resolve(entry, in: pattern, at: target(index)) else { continue }
            leafCount += found.leafCount
            depth = max(depth, found.depth)
            members.append(RouteGroup.Member(name: entry.model, weight: entry.weight, node: found.node))
        }
        guard problems.count(where: { $0.severity == .error }) == countBefore else { return nil }
        let maximum = RoutePlan.maximumCandidateCount
        guard leafCount <= maximum else {
            let message = "leads to \(leafCount) models, and a request may go to \(maximum)"
            error(place, message, fix: "remove targets")
            return nil
        }
        if strategy == .lowestPrice, !members.contains(where: { $0.node.hasPrice }), pattern == nil {
            let fix = "add input_price and output_price to routing.models"
            warn(place, "has the strategy lowest_price, but no price of a target is known", fix: fix)
        }
        let group = RouteGroup(name: name, pattern: pattern, strategy: strategy, members: members)
        return Compiled(node: .group(group), leafCount: leafCount, depth: depth)
    }

    private mutating func checkWeights(
        _ targets: [RoutingTarget],
        _ strategy: RoutingStrategy,
        at place: RoutingPlace,
        target: (Int) -> RoutingPlace
    ) {
        var areValid = true
        for (index, entry) in targets.enumerated() where !(0...Self.maximumWeight).contains(entry.weight) {
            areValid = false
            let fix = "use a number from 0 to \(Int(Self.maximumWeight))"
            error(target(index), "has the weight \(entry.weight)", fix: fix)
        }
        if areValid, strategy == .weighted, targets.allSatisfy({ $0.weight == 0 }) {
            error(place, "has no target with a weight above 0", fix: "give one a weight")
        }
    }
}

extension RoutingRule {
    /// The strategy of its targets; nil where it names a model.
    var strategy: RoutingStrategy? {
        if case .targets(_, let strategy) = destination { strategy } else { nil }
    }
}

extension RouteNode {
    fileprivate var hasPrice: Bool {
        switch self {
        case .target(let leaf): leaf.facts?.inputPrice != nil && leaf.facts?.outputPrice != nil
        case .starred: true
        case .alias(_, _, let inner): inner.hasPrice
        case .group(let group): group.members.contains { $0.node.hasPrice }
        }
    }
}
