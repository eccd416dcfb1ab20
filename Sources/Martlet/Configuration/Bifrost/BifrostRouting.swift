import JSON

/// Reads the `routing` object, which is Martlet's own.
struct BifrostRouting {
    private static let members = ConfigurationMembers(
        applied: ["aliases", "virtual_models", "rules", "fallbacks", "models"],
        hints: [
            "alias": "aliases", "rule": "rules", "fallback": "fallbacks", "model": "models", "routing_rules": "rules",
            "model_aliases": "aliases", "groups": "virtual_models", "prices": "models",
        ]
    )

    private var routing = RoutingConfiguration()
    /// Where what was read is in the file.
    private var places: [RoutingPlace: ConfigurationPlace] = [:]

    /// - Parameters:
    ///   - providers: The providers that requests can go to.
    ///   - names: All providers of the file, also those that were left out.
    static func apply(
        _ node: ConfigurationNode?,
        to configuration: inout GatewayConfiguration,
        providers: [ProviderConfiguration],
        named names: Set<String>,
        _ reading: inout ConfigurationReading
    ) {
        guard let node else { return }
        let errorsBefore = reading.errorCount
        guard let object = reading.object(node) else { return }
        reading.check(object, against: members)
        var found = BifrostRouting()
        found.readAliases(object["aliases"], &reading)
        found.readVirtualModels(object["virtual_models"], &reading)
        found.readRules(object["rules"], &reading)
        found.readFallbacks(object["fallbacks"], &reading)
        found.readModels(object["models"], &reading)
        found.routing.absentProviders = names.subtracting(providers.map(\.name)).sorted()
        configuration.routing = found.routing
        // What could not be read would be missed by what refers to it.
        guard reading.errorCount == errorsBefore else { return }
        var compiler = RouteCompiler(found.routing, providers: providers)
        compiler.compile()
        for problem in compiler.problems {
            let place = found.places[problem.place] ?? node.place
            switch problem.severity {
            case .error: reading.error(place, problem.message, fix: problem.fix)
            case .warning: reading.warn(place, problem.message, fix: problem.fix)
            }
        }
    }

    private mutating func readAliases(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        for (name, node) in object.members where node.value != .null {
            guard let model = text(node, "the model", &reading) else { continue }
            places[.alias(routing.aliases.count)] = node.place
            routing.aliases.append(ModelAlias(name: name, model: model))
        }
    }

    private mutating func readVirtualModels(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        let members = ConfigurationMembers(applied: ["strategy", "targets"], hints: Self.targetListHints)
        for (name, node) in object.members where node.value != .null {
            guard let model = reading.object(node) else { continue }
            reading.check(model, against: members)
            let index = routing.virtualModels.count
            places[.virtualModel(index)] = node.place
            let strategy = strategy(model, &reading)
            let targets = targets(model["targets"], strategy, &reading) { .virtualModelTarget(index, $0) }
            routing.virtualModels.append(VirtualModel(name: name, strategy: strategy, targets: targets))
        }
    }

    private mutating func readRules(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let elements = reading.array(node) else { return }
        let members = ConfigurationMembers(
            applied: ["name", "if", "model", "targets", "strategy", "stop"],
            hints: Self.targetListHints.merging(
                ["cel_expression": "if", "condition": "if", "expression": "if", "when": "if", "then": "model"],
                uniquingKeysWith: { first, _ in first }
            )
        )
        for (number, element) in elements.enumerated() {
            guard let object = reading.object(element) else { continue }
            reading.check(object, against: members)
            let index = routing.rules.count
            places[.rule(index)] = element.place
            places[.ruleCondition(index)] = object["if"]?.place ?? element.place
            places[.ruleModel(index)] = object["model"]?.place ?? element.place
            guard let destination = destination(object, at: index, &reading) else { continue }
            routing.rules.append(
                RoutingRule(
                    name: reading.string(object["name"])?.text ?? "rule-\(number + 1)",
                    condition: reading.string(object["if"])?.text ?? "",
                    destination: destination,
                    stops: reading.boolean(object["stop"]) ?? true
                )
            )
        }
    }

    private mutating func destination(
        _ object: ConfigurationObject,
        at index: Int,
        _ reading: inout ConfigurationReading
    ) -> RoutingRule.Destination? {
        switch (object["model"], object["targets"]) {
        case (let model?, nil):
            if let strategy = object["strategy"] {
                reading.error(strategy.place.name, "orders targets, and there are none", fix: "remove it")
            }
            return text(model, "the model", &reading).map { .model($0) }
        case (nil, let targets?):
            let strategy = strategy(object, &reading)
            return .targets(self.targets(targets, strategy, &reading) { .ruleTarget(index, $0) }, strategy)
        case (_?, let targets?):
            reading.error(targets.place.name, "stands beside a model", fix: "keep one of them")
        case (nil, nil):
            let fix = "add \"model\": \"provider/model\""
            reading.error(object.place, "says not where requests go", fix: fix)
        }
        return nil
    }

    private mutating func readFallbacks(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        for (name, node) in object.members where node.value != .null {
            guard let elements = reading.array(node) else { continue }
            let index = routing.fallbacks.count
            places[.fallbacks(index)] = node.place
            var models: [String] = []
            for element in elements {
                places[.fallback(index, models.count)] = element.place
                if let model = text(element, "the model", &reading) { models.append(model) }
            }
            routing.fallbacks.append(ModelFallbacks(name: name, models: models))
        }
    }

    private mutating func readModels(_ node: ConfigurationNode?, _ reading: inout ConfigurationReading) {
        guard let node, let object = reading.object(node) else { return }
        for (name, node) in object.members where node.value != .null {
            guard let facts = BifrostModelFacts.read(name, node, &reading) else { continue }
            places[.model(routing.models.count)] = node.place
            routing.models.append(facts)
        }
    }

    // MARK: - Lists of targets

    private static let targetListHints = [
        "models": "targets", "weights": "targets[].weight", "weight": "targets[].weight", "mode": "strategy",
        "key": "targets[].key",
    ]

    private func strategy(
        _ object: ConfigurationObject,
        _ reading: inout ConfigurationReading
    ) -> RoutingStrategy {
        let countBefore = reading.problemCount
        guard let node = object["strategy"], let name = reading.string(node) else {
            if let node = object["strategy"], reading.problemCount == countBefore {
                reading.error(node.place, "is empty", fix: "remove it, or name a strategy")
            }
            return .weighted
        }
        if let strategy = RoutingStrategy(rawValue: name.text) { return strategy }
        let names = RoutingStrategy.allCases.map(\.rawValue)
        let nearest = NameSuggestion.nearest(to: name.text, in: names)
        let fix = nearest.map { "did you mean \"\($0)\"?" } ?? "use one of \(names.joined(separator: ", "))"
        reading.error(node.place, "\(name.shown()) is not a strategy", fix: fix)
        return .weighted
    }

    private mutating func targets(
        _ node: ConfigurationNode?,
        _ strategy: RoutingStrategy,
        _ reading: inout ConfigurationReading,
        place: (Int) -> RoutingPlace
    ) -> [RoutingTarget] {
        guard let node, let elements = reading.array(node) else { return [] }
        let members = ConfigurationMembers(applied: ["model", "weight", "key"], hints: ["key_id": "key"])
        var targets: [RoutingTarget] = []
        for element in elements {
            places[place(targets.count)] = element.place
            if case .object = element.value, element.value["env_var"] == nil {
                guard let object = reading.object(element) else { continue }
                reading.check(object, against: members)
                guard let model = object["model"] else {
                    reading.error(element.place, "names no model", fix: "add \"model\": \"provider/model\"")
                    continue
                }
                guard let name = text(model, "the model", &reading) else { continue }
                var target = RoutingTarget(model: name)
                if let weight = object["weight"] {
                    let maximum = RouteCompiler.maximumWeight
                    target.weight = reading.number(weight, upTo: maximum, of: "shares", example: "1") ?? 1
                    if strategy != .weighted {
                        reading.warn(weight.place.name, "has no effect with the strategy \(strategy.rawValue)")
                    }
                }
                target.key = reading.string(object["key"])?.text
                targets.append(target)
            } else if let name = text(element, "the model", &reading) {
                targets.append(RoutingTarget(model: name))
            }
        }
        return targets
    }

    /// A string that must not be empty.
    private func text(_ node: ConfigurationNode, _ what: String, _ reading: inout ConfigurationReading) -> String? {
        let countBefore = reading.problemCount
        if let string = reading.string(node) { return string.text }
        if reading.problemCount == countBefore { reading.error(node.place, "is empty", fix: "write \(what)") }
        return nil
    }
}
