extension RuleParser {
    /// The condition that an operand is.
    func truth(_ part: (operand: Operand, offset: Int)) throws(RuleProblem) -> RuleExpression {
        if case .truth(let expression) = part.operand { return expression }
        let fix = "compare it, as in \(Self.example(part.operand))"
        throw RuleProblem(at: part.offset, "\(Self.kind(part.operand)) is neither true nor false", fix: fix)
    }

    static func operand(named name: String, at word: RuleToken) throws(RuleProblem) -> Operand {
        if name == "true" || name == "false" { return .truth(.constant(name == "true")) }
        switch RuleFact(name) {
        case .text(let fact): return .text(.fact(fact))
        case .number(let fact): return .number(.fact(fact))
        case .truth(let fact): return .truth(.truth(fact))
        case .table(let fact): return .table(fact)
        case nil:
            let other = foreignNames[name] ?? NameSuggestion.nearest(to: name, in: RuleFact.names)
            let fix = other.map { "did you mean \($0)?" } ?? "use one of \(RuleFact.names.joined(separator: ", "))"
            throw RuleProblem(at: word.offset, "\(word.shown) is not a fact", fix: fix)
        }
    }

    /// What other gateways call the facts.
    private static let foreignNames = [
        "request_type": "operation", "virtual_key": "key", "virtual_key_name": "key", "api_key": "key",
        "params": "metadata", "header": "headers", "messages": "tokens", "bytes": "size",
    ]

    /// The name in brackets behind `headers` or `metadata`.
    mutating func element(of table: RuleFact.TableFact) throws(RuleProblem) -> TextTerm {
        try expect(.leftBracket)
        guard case .text(let name) = next.kind, !name.isEmpty else { throw unexpected("a name in quotation marks") }
        advance()
        try expect(.rightBracket)
        return table == .headers ? .header(name.lowercased()) : .metadata(name)
    }

    /// The function behind a dot.
    mutating func call(on operand: Operand, at offset: Int) throws(RuleProblem) -> RuleExpression {
        let word = next
        guard case .name(let name) = word.kind else { throw unexpected("the name of a function") }
        let functions = ["startsWith", "endsWith", "contains", "matches"]
        guard functions.contains(name) else {
            let nearest = NameSuggestion.nearest(to: name, in: functions)
            let fix = nearest.map { "did you mean \($0)?" } ?? "use one of \(functions.joined(separator: ", "))"
            throw RuleProblem(at: word.offset, "\(word.shown) is not a function", fix: fix)
        }
        guard case .text(let term) = operand else {
            throw RuleProblem(at: offset, "\(Self.kind(operand)) has no function \(name)", fix: "use it on a text")
        }
        advance()
        try expect(.leftParenthesis)
        guard case .text(let argument) = next.kind else { throw unexpected("a text in quotation marks") }
        advance()
        try expect(.rightParenthesis)
        let expression: RuleExpression =
            switch name {
            case "startsWith": .startsWith(term, argument)
            case "endsWith": .endsWith(term, argument)
            case "contains": .contains(term, LiteralSearch(argument))
            default: .matches(term, NamePattern(argument))
            }
        return expression.folded
    }

    /// The list behind `in`.
    mutating func membership(_ part: (operand: Operand, offset: Int)) throws(RuleProblem) -> RuleExpression {
        try expect(.leftBracket)
        var texts: [String] = []
        var numbers: [Int] = []
        repeat {
            switch (part.operand, next.kind) {
            case (.text(let term), .text(let text)):
                try check(text, against: term, at: next)
                texts.append(text)
            case (.number, .number(let number)): numbers.append(number)
            case (.text, _): throw unexpected("a text in quotation marks")
            case (.number, _): throw unexpected("a number")
            case (.truth, _), (.table, _):
                throw RuleProblem(at: part.offset, "\(Self.kind(part.operand)) cannot be in a list", fix: "compare it")
            }
            advance()
        } while take(.comma)
        guard take(.rightBracket) else { throw unexpected("\",\" or \"]\"") }
        switch part.operand {
        case .text(let term): return RuleExpression.oneOfTexts(term, texts).folded
        case .number(let term): return RuleExpression.oneOfNumbers(term, numbers).folded
        case .truth, .table: return .constant(false)
        }
    }

    /// Two operands with an operator between them.
    func compare(
        _ one: (operand: Operand, offset: Int),
        _ comparison: RuleComparison,
        _ other: (operand: Operand, offset: Int),
        at word: RuleToken
    ) throws(RuleProblem) -> RuleExpression {
        let isEquality = comparison == .equal || comparison == .notEqual
        switch (one.operand, other.operand) {
        case (.number(let first), .number(let second)):
            return RuleExpression.compare(first, comparison, second).folded
        case (.text(let first), .text(let second)) where isEquality:
            if case .literal(let text) = second { try check(text, against: first, at: word) }
            if case .literal(let text) = first { try check(text, against: second, at: word) }
            let same = RuleExpression.same(first, second).folded
            return comparison == .equal ? same : .negated(same)
        case (.truth(let first), .truth(let second)) where isEquality:
            let alike = RuleExpression.alike(first, second).folded
            return comparison == .equal ? alike : .negated(alike)
        case (.text, .text), (.truth, .truth):
            let message =
                "\(word.shown) compares numbers, not \(Self.kind(one.operand)) and \(Self.kind(other.operand))"
            throw RuleProblem(at: word.offset, message, fix: "use == or !=")
        default:
            let message = "\(Self.kind(one.operand)) cannot be compared with \(Self.kind(other.operand))"
            throw RuleProblem(at: word.offset, message, fix: Self.comparisonFix(one.operand, other.operand))
        }
    }

    /// Operations and formats have names of their own; another text would never be met.
    private func check(_ text: String, against term: TextTerm, at word: RuleToken) throws(RuleProblem) {
        let names: [String]
        switch term {
        case .fact(.operation): names = InferenceOperation.ruleNames
        case .fact(.format): names = RuleFact.formatNames
        default: return
        }
        guard !names.contains(text) else { return }
        let nearest = NameSuggestion.nearest(to: text, in: names)
        let fix = nearest.map { "did you mean \"\($0)\"?" } ?? "use one of \(names.joined(separator: ", "))"
        let fact = term == .fact(.operation) ? "an operation" : "a format"
        throw RuleProblem(at: word.offset, "\(ShownText.quoted(text)) is not \(fact)", fix: fix)
    }

    private static func kind(_ operand: Operand) -> String {
        switch operand {
        case .truth: "a condition"
        case .text: "a text"
        case .number: "a number"
        case .table(let fact): fact.rawValue
        }
    }

    private static func example(_ operand: Operand) -> String {
        switch operand {
        case .text: "model == \"gpt-4o\""
        case .number: "tools > 0"
        case .truth, .table: "headers[\"x-team\"] == \"search\""
        }
    }

    private static func comparisonFix(_ one: Operand, _ other: Operand) -> String {
        switch (one, other) {
        case (.table(let fact), _), (_, .table(let fact)): "name one, as in \(fact.rawValue)[\"x-team\"]"
        case (.text, .number), (.number, .text): "put texts in quotation marks, and numbers in none"
        default: "compare what is of one kind"
        }
    }
}
