import Dialects

/// A request as rules see it: the facts, and the model as earlier rules left it.
struct RuleSubject {
    /// The request.
    let facts: RequestFacts
    /// The provider that the model names; empty when it names none.
    var provider: String
    /// The model without its provider.
    var model: String

    fileprivate func text(_ fact: RuleFact.TextFact) -> String {
        switch fact {
        case .model: model
        case .provider: provider
        case .operation: facts.operation.ruleName
        case .format: facts.format.rawValue
        case .key: facts.callerKey
        case .user: facts.user
        }
    }

    fileprivate func number(_ fact: RuleFact.NumberFact) -> Int {
        switch fact {
        case .tools: facts.content.toolCount
        case .images: facts.content.imageCount
        case .documents: facts.content.documentCount
        case .size: facts.byteCount
        case .tokens: facts.tokenCount
        case .maximumTokens: facts.content.maximumTokenCount ?? 0
        }
    }
}

extension TextTerm {
    fileprivate func value(_ subject: RuleSubject) -> String {
        switch self {
        case .literal(let text): text
        case .fact(let fact): subject.text(fact)
        case .header(let name): subject.facts.headers[name] ?? ""
        case .metadata(let name): subject.facts.metadata[name] ?? ""
        }
    }
}

extension NumberTerm {
    fileprivate func value(_ subject: RuleSubject) -> Int {
        switch self {
        case .literal(let number): number
        case .fact(let fact): subject.number(fact)
        }
    }
}

extension RuleExpression {
    /// Whether the condition holds, found in time that grows with the lengths of condition and facts alone.
    func holds(for subject: RuleSubject) -> Bool {
        switch self {
        case .constant(let value): value
        case .truth(.stream): subject.facts.isStream
        case .not(let inner): !inner.holds(for: subject)
        case .all(let parts): parts.allSatisfy { $0.holds(for: subject) }
        case .any(let parts): parts.contains { $0.holds(for: subject) }
        case .same(let one, let other): one.value(subject).utf8.elementsEqual(other.value(subject).utf8)
        case .alike(let one, let other): one.holds(for: subject) == other.holds(for: subject)
        case .compare(let one, let comparison, let other):
            comparison.holds(one.value(subject), other.value(subject))
        case .oneOfTexts(let term, let texts):
            Self.contains(texts, term.value(subject))
        case .oneOfNumbers(let term, let numbers): numbers.contains(term.value(subject))
        case .startsWith(let term, let text): term.value(subject).utf8.starts(with: text.utf8)
        case .endsWith(let term, let text): term.value(subject).utf8.reversed().starts(with: text.utf8.reversed())
        case .contains(let term, let search): Self.finds(search, in: term.value(subject))
        case .matches(let term, let pattern): pattern.matches(term.value(subject))
        }
    }

    private static func contains(_ texts: [String], _ text: String) -> Bool {
        texts.contains { $0.utf8.elementsEqual(text.utf8) }
    }

    private static func finds(_ search: LiteralSearch, in text: String) -> Bool {
        let bytes = text.utf8.span
        return search.end(in: bytes, within: bytes.indices) != nil
    }
}
