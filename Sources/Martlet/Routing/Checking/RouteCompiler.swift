/// Checks a ``RoutingConfiguration`` and makes of it what a router follows.
struct RouteCompiler {
    /// How many names may stand for each other in a row.
    static let maximumDepth = 8

    /// What a name of the configuration is.
    enum Definition: Hashable, Sendable {
        case alias(Int)
        case virtualModel(Int)
    }

    /// What a name turned out to stand for.
    struct Compiled {
        let node: RouteNode
        /// How many models it leads to, repetitions included.
        var leafCount = 1
        /// How many names stand for each other.
        var depth = 0
    }

    private enum State {
        case inProgress
        /// Nil where it is wrong, which has been noted.
        case done(Compiled?)
    }

    let routing: RoutingConfiguration
    private let keys: [String: Set<String>]
    private let absent: Set<String>
    private var definitions = PatternTable<Definition>()
    private var states: [Definition: State] = [:]
    /// The names that are being followed.
    private var stack: [String] = []

    private(set) var problems: [RoutingProblem] = []
    private(set) var rules: [CompiledRule] = []
    private(set) var names = PatternTable<RouteNode>()
    private(set) var fallbacks = PatternTable<CompiledFallbacks>()
    private(set) var neededFacts = NeededFacts()
    let knowledge: ModelKnowledge

    init(_ routing: RoutingConfiguration, providers: [ProviderConfiguration]) {
        self.routing = routing
        keys = Dictionary(
            providers.map { ($0.name, Set($0.keys.map(\.name))) },
            uniquingKeysWith: { first, _ in first }
        )
        absent = Set(routing.absentProviders)
        knowledge = ModelKnowledge(routing.models)
    }

    /// Does all of it; what is wrong is noted.
    mutating func compile() {
        checkNames()
        for (index, alias) in routing.aliases.enumerated() {
            if let node = compiled(.alias(index), at: .alias(index))?.node { names.insert(node, for: alias.name) }
        }
        for (index, virtual) in routing.virtualModels.enumerated() {
            let compiled = compiled(.virtualModel(index), at: .virtualModel(index))
            if let node = compiled?.node { names.insert(node, for: virtual.name) }
        }
        compileRules()
        compileFallbacks()
        checkModels()
        for rule in rules { rule.condition.expression.collect(&neededFacts) }
        let groups = routing.virtualModels.map(\.strategy) + routing.rules.compactMap(\.strategy)
        if groups.contains(.lowestPrice) || routing.models.contains(where: \.limitsContent) {
            neededFacts.content = true
        }
    }

    /// Notes something that makes the configuration useless.
    mutating func error(_ place: RoutingPlace, _ message: String, fix: String?) {
        problems.append(RoutingProblem(severity: .error, place: place, message: message, fix: fix))
    }

    /// Notes something that the author should know.
    mutating func warn(_ place: RoutingPlace, _ message: String, fix: String?) {
        problems.append(RoutingProblem(severity: .warning, place: place, message: message, fix: fix))
    }

    /// Makes a name known; the first of its kind stays.
    mutating func define(_ name: String, as definition: Definition) {
        definitions.insert(definition, for: name)
    }

    /// Adds a rule that has been understood.
    mutating func append(_ rule: CompiledRule) {
        rules.append(rule)
    }

    /// Adds fallbacks that have been understood.
    mutating func append(_ entry: CompiledFallbacks) {
        fallbacks.insert(entry, for: entry.name)
    }

    /// Whether a provider may stand in front of a slash.
    func isProvider(_ name: String) -> Bool { keys[name] != nil || absent.contains(name) }

    // MARK: - Following names

    /// What a definition stands for; nil where it is wrong, which is noted.
    private mutating func compiled(_ definition: Definition, at place: RoutingPlace) -> Compiled? {
        switch states[definition] {
        case .done(let compiled): return compiled
        case .inProgress:
            let circle = stack.drop { $0 != name(of: definition) } + [name(of: definition)]
            let shown = circle.map(ShownText.escaped).joined(separator: " -> ")
            error(place, "leads back to itself: \(shown)", fix: "name a model as provider/model")
            return nil
        case nil: break
        }
        guard stack.count < Self.maximumDepth else {
            let message = "stands at the end of more than \(Self.maximumDepth) names in a row"
            error(place, message, fix: "name the model itself, as provider/model")
            return nil
        }
        states[definition] = .inProgress
        stack.append(name(of: definition))
        var result: Compiled?
        switch definition {
        case .alias(let index): result = alias(index)
        case .virtualModel(let index): result = virtualModel(index)
        }
        stack.removeLast()
        if let found = result, found.depth > Self.maximumDepth {
            let message = "leads through more than \(Self.maximumDepth) names in a row"
            error(place, message, fix: "name the models themselves, as provider/model")
            result = nil
        }
        states[definition] = .done(result)
        return result
    }

    private func name(of definition: Definition) -> String {
        switch definition {
        case .alias(let index): routing.aliases[index].name
        case .virtualModel(let index): routing.virtualModels[index].name
        }
    }

    private mutating func alias(_ index: Int) -> Compiled? {
        let alias = routing.aliases[index]
        guard let inner = resolve(RoutingTarget(model: alias.model), at: .alias(index)) else { return nil }
        return Compiled(
            node: .alias(alias.name, model: alias.model, inner.node),
            leafCount: inner.leafCount,
            depth: inner.depth + 1
        )
    }

    private mutating func virtualModel(_ index: Int) -> Compiled? {
        let virtual = routing.virtualModels[index]
        let pattern = NamePattern.isPattern(virtual.name) ? NamePattern(virtual.name) : nil
        let found = group(
            virtual.targets,
            virtual.strategy,
            name: virtual.name,
            pattern: pattern,
            at: .virtualModel(index)
        ) { .virtualModelTarget(index, $0) }
        guard var found else { return nil }
        found.depth += 1
        return found
    }

    /// What a name means that the configuration gives as a target; nil where it is wrong, which is noted.
    mutating func resolve(
        _ target: RoutingTarget,
        in pattern: NamePattern? = nil,
        at place: RoutingPlace
    ) -> Compiled? {
        let name = target.model
        guard !name.isEmpty else {
            error(place, "names no model", fix: "write it as provider/model")
            return nil
        }
        let parts = ModelName(name) { isProvider($0) }
        if NamePattern.isPattern(name) { return starred(target, parts, pattern, at: place) }
        if let provider = parts.provider {
            guard check(provider, key: target.key, at: place) else { return nil }
            let model = RouteTarget(provider: provider, model: parts.model)
            let leaf = RouteLeaf(target: model, key: target.key, facts: knowledge.facts(of: model))
            return Compiled(node: .target(leaf))
        }
        guard let definition = definitions[name] else {
            reportUnknown(name, at: place)
            return nil
        }
        guard target.key == nil else {
            let fix = "choose keys where \(ShownText.quoted(name)) is defined"
            error(place, "has a key, but a key belongs to one provider", fix: fix)
            return nil
        }
        return compiled(definition, at: place)
    }

    private mutating func starred(
        _ target: RoutingTarget,
        _ parts: ModelName,
        _ pattern: NamePattern?,
        at place: RoutingPlace
    ) -> Compiled? {
        let pieces = parts.model.split(separator: "*", omittingEmptySubsequences: false)
        guard pattern?.starCount == 1, pieces.count == 2, let head = pieces.first, let tail = pieces.last else {
            let message = "has a * that stands for nothing"
            error(place, message, fix: "use one *, in the name of the virtual model and in its target")
            return nil
        }
        guard let provider = parts.provider else {
            error(place, "has a * but no known provider in front of it", fix: "write it as provider/*")
            return nil
        }
        guard check(provider, key: target.key, at: place) else { return nil }
        let starred = StarredTarget(provider: provider, head: String(head), tail: String(tail), key: target.key)
        return Compiled(node: .starred(starred))
    }

    private mutating func check(_ provider: String, key: String?, at place: RoutingPlace) -> Bool {
        if keys[provider] == nil {
            warn(place, "is skipped, since the provider \(ShownText.escaped(provider)) is left out", fix: nil)
        }
        guard let key, let known = keys[provider], !known.contains(key) else { return true }
        let nearest = NameSuggestion.nearest(to: key, in: known.sorted())
        let fix = nearest.map { "did you mean \(ShownText.quoted($0))?" } ?? "use the name of one of its keys"
        error(place, "\(ShownText.quoted(key)) is not a key of \(ShownText.escaped(provider))", fix: fix)
        return false
    }

    private mutating func reportUnknown(_ name: String, at place: RoutingPlace) {
        let known = routing.aliases.map(\.name) + routing.virtualModels.map(\.name)
        if let nearest = NameSuggestion.nearest(to: name, in: known.sorted()) {
            let message = "\(ShownText.quoted(name)) is no alias, no virtual model and names no provider"
            error(place, message, fix: "did you mean \(ShownText.quoted(nearest))?")
        } else if let slash = name.firstIndex(of: "/") {
            let provider = String(name[..<slash])
            let nearest = NameSuggestion.nearest(to: provider, in: keys.keys.sorted())
            let fix = nearest.map { "did you mean \(ShownText.quoted($0))?" } ?? "use the name of a provider"
            error(place, "\(ShownText.quoted(provider)) is not a configured provider", fix: fix)
        } else {
            let message = "\(ShownText.quoted(name)) is no alias, no virtual model and names no provider"
            let provider = keys.keys.contains("openai") ? "openai" : keys.keys.min() ?? "openai"
            error(place, message, fix: "write it as \(ShownText.quoted("\(provider)/\(name)"))")
        }
    }
}
