/// Plans where requests go. A plan is a value and depends on nothing but what is passed in.
package final class Router: Sendable {
    /// What must be known of a request.
    package let neededFacts: NeededFacts

    let providers: Set<String>
    let embeddingProviders: Set<String>
    let defaultProvider: String?
    let rules: [CompiledRule]
    /// Aliases and virtual models.
    let names: PatternTable<RouteNode>
    let fallbacks: PatternTable<CompiledFallbacks>
    let knowledge: ModelKnowledge
    /// Whether there is nothing but providers.
    private let isPlain: Bool

    /// A router for a configuration.
    ///
    /// - Throws: ``RoutingProblems`` when the configuration's routing contradicts itself.
    package convenience init(_ configuration: GatewayConfiguration) throws(RoutingProblems) {
        var compiler = RouteCompiler(configuration.routing, providers: configuration.providers)
        compiler.compile()
        let errors = compiler.problems.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw RoutingProblems(problems: errors.map { configuration.routing.problem($0) })
        }
        self.init(configuration, compiler)
    }

    private init(_ configuration: GatewayConfiguration, _ compiled: RouteCompiler) {
        let given = configuration.providers
        providers = Set(given.map(\.name))
        embeddingProviders = Set(given.filter { $0.embeddingsPath != nil }.map(\.name))
        defaultProvider =
            configuration.defaultProvider.flatMap { [providers] in providers.contains($0) ? $0 : nil }
            ?? (providers.contains("openai") ? "openai" : given.first?.name)
        rules = compiled.rules
        names = compiled.names
        fallbacks = compiled.fallbacks
        knowledge = compiled.knowledge
        isPlain = rules.isEmpty && names.isEmpty && fallbacks.isEmpty && knowledge.isEmpty
        neededFacts = compiled.neededFacts
    }

    /// Plans where a request goes.
    ///
    /// - Parameters:
    ///   - facts: The request, as far as ``neededFacts`` asks.
    ///   - live: How a target is doing; asked by the strategies that depend on it.
    ///   - random: Where draws come from. The same numbers give the same plan.
    package func plan(
        _ facts: RequestFacts,
        live: (RouteTarget) -> TargetLoad = { _ in TargetLoad() },
        using random: inout some RandomNumberGenerator
    ) -> RoutePlan {
        if isPlain, facts.fallbacks.isEmpty {
            let (leaf, origin) = named(facts.model, facts)
            guard !leaf.target.provider.isEmpty else {
                var plan = RoutePlan()
                plan.skipped = [SkippedTarget(target: leaf.target, origin: origin, reason: .unknownProvider)]
                return plan
            }
            return RoutePlan(candidates: [RouteCandidate(target: leaf.target, origin: origin)])
        }
        var planning = RoutePlanning(router: self, facts: facts)
        planning.run(live: live, using: &random)
        return planning.plan
    }

    /// The model that a name means by itself: of the provider in front of the slash, else of the default one.
    func named(_ name: String, _ facts: RequestFacts) -> (leaf: RouteLeaf, origin: RouteOrigin) {
        let parts = ModelName(name) { providers.contains($0) }
        let target: RouteTarget
        if let provider = parts.provider {
            target = RouteTarget(provider: provider, model: parts.model)
        } else {
            let preferred = facts.preferredProvider.flatMap { providers.contains($0) ? $0 : nil }
            target = RouteTarget(provider: preferred ?? defaultProvider ?? "", model: parts.model)
        }
        let origin = parts.provider == nil ? RouteOrigin.defaultProvider : .request
        return (RouteLeaf(target: target, facts: knowledge.facts(of: target)), origin)
    }
}

/// A rule that has been understood.
struct CompiledRule: Sendable {
    enum Destination: Sendable {
        case model(String, RouteNode)
        case targets(RouteGroup)
    }

    let name: String
    let condition: RuleCondition
    let destination: Destination
    let stops: Bool
}

/// Fallbacks of the configuration that have been understood.
struct CompiledFallbacks: Sendable {
    /// The name that they are for.
    let name: String
    let models: [(name: String, node: RouteNode)]
}
