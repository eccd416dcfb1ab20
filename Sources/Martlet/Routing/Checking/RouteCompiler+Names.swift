extension RouteCompiler {
    /// Makes the names of aliases and virtual models known.
    mutating func checkNames() {
        var seen: Set<String> = []
        for (index, alias) in routing.aliases.enumerated() {
            if alias.name.isEmpty {
                error(.alias(index), "has an empty name", fix: "name it")
            } else if NamePattern.isPattern(alias.name) {
                error(.alias(index), "has a * in its name", fix: "make it a virtual model")
            } else if seen.insert(alias.name).inserted {
                define(alias.name, as: .alias(index))
            } else {
                error(.alias(index), "is defined more than once", fix: "keep one of them")
            }
        }
        var patterns: [NamePattern] = []
        for (index, virtual) in routing.virtualModels.enumerated() {
            if virtual.name.isEmpty {
                error(.virtualModel(index), "has an empty name", fix: "name it")
            } else if !seen.insert(virtual.name).inserted {
                let fix = "keep one of them, also among aliases"
                error(.virtualModel(index), "is defined more than once", fix: fix)
            } else {
                checkReach(virtual.name, &patterns, at: .virtualModel(index))
                define(virtual.name, as: .virtualModel(index))
            }
        }
    }

    /// A pattern behind one that matches all of its names would never be looked at.
    private mutating func checkReach(_ name: String, _ patterns: inout [NamePattern], at place: RoutingPlace) {
        guard NamePattern.isPattern(name) else { return }
        let pattern = NamePattern(name)
        if let earlier = patterns.first(where: { $0.covers(pattern) }) {
            let message =
                "is never reached, since \(ShownText.quoted(earlier.text)) stands for the same names before it"
            error(place, message, fix: "move it up")
        }
        patterns.append(pattern)
    }

    /// Checks and understands the fallbacks.
    mutating func compileFallbacks() {
        var seen: Set<String> = []
        var patterns: [NamePattern] = []
        for (index, entry) in routing.fallbacks.enumerated() {
            let place = RoutingPlace.fallbacks(index)
            guard !entry.name.isEmpty, seen.insert(entry.name).inserted else {
                error(place, entry.name.isEmpty ? "has an empty name" : "is defined more than once", fix: "remove it")
                continue
            }
            checkReach(entry.name, &patterns, at: place)
            checkCount(of: entry, at: place)
            var models: [(name: String, node: RouteNode)] = []
            var names: Set<String> = []
            for (position, model) in entry.models.enumerated() {
                let place = RoutingPlace.fallback(index, position)
                if model == entry.name {
                    error(place, "is the model that it is a fallback of", fix: "remove it")
                } else if !names.insert(model).inserted {
                    error(place, "\(ShownText.quoted(model)) is a fallback already", fix: "keep one of them")
                } else if let found = resolve(RoutingTarget(model: model), at: place) {
                    models.append((model, found.node))
                }
            }
            append(CompiledFallbacks(name: entry.name, models: models))
        }
    }

    private mutating func checkCount(of entry: ModelFallbacks, at place: RoutingPlace) {
        let maximum = RoutePlan.maximumCandidateCount - 1
        if entry.models.isEmpty {
            error(place, "names no models", fix: "name one, or remove it")
        } else if entry.models.count > maximum {
            error(place, "names \(entry.models.count) models", fix: "keep \(maximum) of them")
        }
    }

    /// Checks what is said of models.
    mutating func checkModels() {
        var seen: Set<String> = []
        for (index, facts) in routing.models.enumerated() {
            let place = RoutingPlace.model(index)
            if !seen.insert(facts.name).inserted {
                error(place, "is defined more than once", fix: "keep one of them")
            }
            if let window = facts.contextWindow, window < 1 {
                error(place, "has the context window \(window)", fix: "use a number of tokens above 0")
            }
            for price in [facts.inputPrice, facts.outputPrice].compactMap(\.self)
            where !(price.isFinite && price >= 0) {
                error(place, "has the price \(price)", fix: "use US dollars per million tokens")
            }
            checkName(of: facts, at: place)
        }
    }

    private mutating func checkName(of facts: ModelFacts, at place: RoutingPlace) {
        let fix = "write it as provider/model, or with a *"
        guard let slash = facts.name.firstIndex(of: "/") else {
            if !NamePattern.isPattern(facts.name) { error(place, "names no provider", fix: fix) }
            return
        }
        let provider = String(facts.name[..<slash])
        guard !NamePattern.isPattern(provider), !isProvider(provider) else { return }
        error(place, "\(ShownText.quoted(provider)) is not a configured provider", fix: fix)
    }
}
