extension RouteCompiler {
    /// Checks and understands the rules.
    mutating func compileRules() {
        var seen: Set<String> = []
        var earlier = EarlierRules()
        for (index, rule) in routing.rules.enumerated() {
            if rule.name.isEmpty {
                error(.rule(index), "has no name", fix: "name it, for explanations")
            } else if !seen.insert(rule.name).inserted {
                let message = "\(ShownText.quoted(rule.name)) is the name of another rule too"
                error(.rule(index), message, fix: "give each its own name")
            }
            let condition = condition(of: rule, at: .ruleCondition(index))
            if let condition { checkReach(rule, condition, &earlier, at: index) }
            guard let destination = destination(of: rule, at: index), let condition else { continue }
            append(CompiledRule(name: rule.name, condition: condition, destination: destination, stops: rule.stops))
        }
    }

    private mutating func condition(of rule: RoutingRule, at place: RoutingPlace) -> RuleCondition? {
        do throws(RuleProblem) {
            return try RuleCondition(rule.condition)
        } catch {
            let character = error.character(in: rule.condition)
            self.error(place, "is not a condition: at character \(character): \(error.message)", fix: error.fix)
            return nil
        }
    }

    private mutating func destination(of rule: RoutingRule, at index: Int) -> CompiledRule.Destination? {
        switch rule.destination {
        case .model(let name):
            let found = resolve(RoutingTarget(model: name), at: .ruleModel(index))
            return found.map { .model(name, $0.node) }
        case .targets(let targets, let strategy):
            if !rule.stops {
                let fix = "remove stop, or make the targets a virtual model"
                error(.rule(index), "has targets, so no later rule can see its model", fix: fix)
            }
            let found = group(targets, strategy, name: nil, pattern: nil, at: .rule(index)) {
                .ruleTarget(index, $0)
            }
            guard case .group(let group) = found?.node else { return nil }
            return .targets(group)
        }
    }

    /// Rules that decide what those after them get to see.
    private struct EarlierRules {
        /// The one that always applies.
        var last: String?
        /// Conditions after which nothing follows, since the model was last changed.
        var conditions: [(name: String, expression: RuleExpression)] = []
    }

    private mutating func checkReach(
        _ rule: RoutingRule,
        _ condition: RuleCondition,
        _ earlier: inout EarlierRules,
        at index: Int
    ) {
        if let last = earlier.last {
            let message = "is never reached, since rule \(ShownText.quoted(last)) before it always applies"
            error(.rule(index), message, fix: "move it up")
        } else if condition.expression == .constant(false) {
            error(.ruleCondition(index), "never holds", fix: "remove the rule, or correct the condition")
        } else if let same = earlier.conditions.first(where: { $0.expression == condition.expression }) {
            let message = "is never reached, since rule \(ShownText.quoted(same.name)) has the same condition"
            error(.rule(index), message, fix: "remove one of them")
        }
        guard rule.stops else {
            earlier.conditions = []
            return
        }
        if condition.expression == .constant(true) { earlier.last = earlier.last ?? rule.name }
        earlier.conditions.append((rule.name, condition.expression))
    }
}
