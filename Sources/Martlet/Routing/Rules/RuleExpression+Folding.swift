/// Parts whose outcome is known without a request are replaced by it, so that a rule which always or never applies is
/// found when it is read.
extension RuleExpression {
    /// Whether all hold.
    static func allOf(_ parts: [RuleExpression]) -> RuleExpression {
        if parts.contains(.constant(false)) { return .constant(false) }
        let open = parts.filter { $0 != .constant(true) }
        return open.count > 1 ? .all(open) : open.first ?? .constant(true)
    }

    /// Whether one holds.
    static func anyOf(_ parts: [RuleExpression]) -> RuleExpression {
        if parts.contains(.constant(true)) { return .constant(true) }
        let open = parts.filter { $0 != .constant(false) }
        return open.count > 1 ? .any(open) : open.first ?? .constant(false)
    }

    /// Whether it does not hold.
    static func negated(_ part: RuleExpression) -> RuleExpression {
        switch part {
        case .constant(let value): .constant(!value)
        case .not(let inner): inner
        default: .not(part)
        }
    }

    /// The outcome, where no fact is asked for.
    var folded: RuleExpression {
        switch self {
        case .alike(.constant(let one), .constant(let other)): .constant(one == other)
        case .alike(.constant(let value), let part), .alike(let part, .constant(let value)):
            value ? part : .negated(part)
        case .alike(let one, let other) where one == other: .constant(true)
        case .same(let one, let other) where one == other: .constant(true)
        case .same(.literal, .literal): .constant(false)
        case .compare(.literal(let one), let comparison, .literal(let other)):
            .constant(comparison.holds(one, other))
        case .compare(let one, let comparison, let other) where one == other: .constant(comparison.holds(0, 0))
        case .oneOfTexts(.literal, _), .oneOfNumbers(.literal, _), .startsWith(.literal, _), .endsWith(.literal, _),
            .contains(.literal, _), .matches(.literal, _):
            .constant(holds(for: RuleSubject(facts: RequestFacts(model: ""), provider: "", model: "")))
        default: self
        }
    }
}
