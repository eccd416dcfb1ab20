/// A place in a ``RoutingConfiguration``, by positions in its lists.
enum RoutingPlace: Hashable {
    case alias(Int)
    case virtualModel(Int)
    case virtualModelTarget(Int, Int)
    case rule(Int)
    case ruleCondition(Int)
    case ruleModel(Int)
    case ruleTarget(Int, Int)
    case fallbacks(Int)
    case fallback(Int, Int)
    case model(Int)
}

/// Something about routing that is wrong or has no effect.
struct RoutingProblem: Equatable {
    /// How bad it is.
    let severity: ConfigurationProblem.Severity
    /// Where it is.
    let place: RoutingPlace
    /// What is wrong, as a clause about the place.
    let message: String
    /// What to do about it, as a clause.
    let fix: String?
}

/// Why a configuration has no router.
package struct RoutingProblems: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in the order in which it was found.
    package let problems: [ConfigurationProblem]

    /// A line for each problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension RoutingConfiguration {
    /// A problem with its path, for configurations that come from no file.
    func problem(_ problem: RoutingProblem) -> ConfigurationProblem {
        ConfigurationProblem(
            problem.severity,
            path: path(of: problem.place),
            message: problem.message,
            fix: problem.fix
        )
    }

    private func path(of place: RoutingPlace) -> String {
        let top = ConfigurationPlace().member("routing", at: 0)
        func entry(_ section: String, _ name: String) -> ConfigurationPlace {
            top.member(section, at: 0).member(name, at: 0)
        }
        func rule(_ index: Int) -> ConfigurationPlace { top.member("rules", at: 0).element(index) }
        switch place {
        case .alias(let index): return entry("aliases", aliases[index].name).path
        case .virtualModel(let index): return entry("virtual_models", virtualModels[index].name).path
        case .virtualModelTarget(let index, let target):
            return entry("virtual_models", virtualModels[index].name).member("targets", at: 0).element(target).path
        case .rule(let index): return rule(index).path
        case .ruleCondition(let index): return rule(index).member("if", at: 0).path
        case .ruleModel(let index): return rule(index).member("model", at: 0).path
        case .ruleTarget(let index, let target):
            return rule(index).member("targets", at: 0).element(target).path
        case .fallbacks(let index): return entry("fallbacks", fallbacks[index].name).path
        case .fallback(let index, let model):
            return entry("fallbacks", fallbacks[index].name).element(model).path
        case .model(let index): return entry("models", models[index].name).path
        }
    }
}
