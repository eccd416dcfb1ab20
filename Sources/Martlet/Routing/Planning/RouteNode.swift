/// What a name of the configuration stands for, ready to be followed.
indirect enum RouteNode: Sendable {
    /// A model of a provider.
    case target(RouteLeaf)
    /// A model whose name holds what the star of the virtual model stands for.
    case starred(StarredTarget)
    /// Another name.
    case alias(String, model: String, RouteNode)
    /// Several.
    case group(RouteGroup)
}

/// A model of a provider, and what is known of it.
struct RouteLeaf: Sendable {
    let target: RouteTarget
    var key: String?
    var facts: ModelFacts?
}

/// A model whose name is made of what a star stands for.
struct StarredTarget: Sendable {
    let provider: String
    /// What stands in front of the star, and behind it.
    let head: String
    let tail: String
    let key: String?

    func target(_ star: Substring) -> RouteTarget {
        RouteTarget(provider: provider, model: "\(head)\(star)\(tail)")
    }
}

/// Targets and how to order them.
struct RouteGroup: Sendable {
    struct Member: Sendable {
        /// What the configuration calls it.
        let name: String
        let weight: Double
        let node: RouteNode
    }

    /// The virtual model that this is; nil for the targets of a rule.
    let name: String?
    /// The name as a pattern, where it is one.
    let pattern: NamePattern?
    let strategy: RoutingStrategy
    let members: [Member]
}
