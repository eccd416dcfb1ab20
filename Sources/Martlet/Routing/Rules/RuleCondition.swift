import Dialects

/// When a rule applies.
struct RuleCondition: Sendable, Equatable {
    /// Longest condition, in bytes.
    static let maximumByteCount = 4096

    /// What must hold.
    let expression: RuleExpression

    /// Understands a condition; an empty one always holds.
    init(_ text: String) throws(RuleProblem) {
        guard text.utf8.count <= Self.maximumByteCount else {
            throw RuleProblem(at: 0, "is longer than \(Self.maximumByteCount) bytes", fix: "use several rules")
        }
        if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
            expression = .constant(true)
        } else {
            var parser = try RuleParser(text)
            expression = try parser.condition()
        }
    }

    /// Whether it holds for a request.
    func holds(for subject: RuleSubject) -> Bool { expression.holds(for: subject) }
}

extension RuleFact {
    /// The names of the formats.
    static let formatNames = WireFormat.callerFormats.map(\.rawValue)
}

extension RuleExpression {
    /// Adds the facts that are asked for.
    func collect(_ needed: inout NeededFacts) {
        switch self {
        case .constant, .truth: break
        case .not(let inner): inner.collect(&needed)
        case .all(let parts), .any(let parts):
            for part in parts { part.collect(&needed) }
        case .alike(let one, let other):
            one.collect(&needed)
            other.collect(&needed)
        case .same(let one, let other):
            one.collect(&needed)
            other.collect(&needed)
        case .compare(let one, _, let other):
            one.collect(&needed)
            other.collect(&needed)
        case .oneOfNumbers(let term, _): term.collect(&needed)
        case .oneOfTexts(let term, _), .startsWith(let term, _), .endsWith(let term, _), .contains(let term, _),
            .matches(let term, _):
            term.collect(&needed)
        }
    }
}

extension TextTerm {
    fileprivate func collect(_ needed: inout NeededFacts) {
        switch self {
        case .header(let name): Self.insert(name, into: &needed.headers)
        case .metadata(let name): Self.insert(name, into: &needed.metadata)
        case .fact(.user): needed.user = true
        case .fact, .literal: break
        }
    }

    private static func insert(_ name: String, into names: inout [String]) {
        guard !names.contains(name) else { return }
        names.append(name)
        names.sort()
    }
}

extension NumberTerm {
    fileprivate func collect(_ needed: inout NeededFacts) {
        guard case .fact(let fact) = self, fact != .size else { return }
        needed.content = true
    }
}
