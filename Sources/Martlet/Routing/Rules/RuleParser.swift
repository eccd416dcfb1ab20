/// Understands the words of a condition, with the precedence of CEL: `!`, comparisons, `&&`, `||`.
struct RuleParser {
    /// Deepest nesting of parentheses and `!`.
    static let maximumDepth = 32

    /// A part whose type is known.
    enum Operand {
        case truth(RuleExpression)
        case text(TextTerm)
        case number(NumberTerm)
        /// Not of use without a name in brackets.
        case table(RuleFact.TableFact)
    }

    private let tokens: [RuleToken]
    private var position = 0
    private var depth = 0

    init(_ condition: String) throws(RuleProblem) {
        tokens = try RuleLexer.tokens(of: condition)
    }

    /// The condition as a whole.
    mutating func condition() throws(RuleProblem) -> RuleExpression {
        let expression = try disjunction()
        guard next.kind == .end else { throw unexpected("&&, || or the end") }
        return try truth(expression)
    }

    // The list of tokens ends with one that is never passed.
    var next: RuleToken { position < tokens.count ? tokens[position] : RuleToken(kind: .end, offset: 0) }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    mutating func take(_ symbol: RuleToken.Symbol) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: RuleToken.Symbol) throws(RuleProblem) {
        guard take(symbol) else { throw unexpected("\"\(symbol.rawValue)\"") }
    }

    func unexpected(_ wanted: String) -> RuleProblem {
        let hints = ["and": "use &&", "or": "use ||", "not": "use !", "AND": "use &&", "OR": "use ||", "NOT": "use !"]
        var fix: String?
        if case .name(let name) = next.kind { fix = hints[name] }
        return RuleProblem(at: next.offset, "\(next.shown) stands where \(wanted) should", fix: fix)
    }

    private mutating func disjunction() throws(RuleProblem) -> (operand: Operand, offset: Int) {
        let first = try conjunction()
        guard next.kind == .symbol(.or) else { return first }
        var parts = [try truth(first)]
        while take(.or) { parts.append(try truth(try conjunction())) }
        return (.truth(.anyOf(parts)), first.offset)
    }

    private mutating func conjunction() throws(RuleProblem) -> (operand: Operand, offset: Int) {
        let first = try relation()
        guard next.kind == .symbol(.and) else { return first }
        var parts = [try truth(first)]
        while take(.and) { parts.append(try truth(try relation())) }
        return (.truth(.allOf(parts)), first.offset)
    }

    private mutating func relation() throws(RuleProblem) -> (operand: Operand, offset: Int) {
        let first = try negation()
        let word = next
        let result: RuleExpression
        if word.kind == .name("in") {
            advance()
            result = try membership(first)
        } else if case .symbol(let symbol) = word.kind, let comparison = Self.comparisons[symbol] {
            advance()
            result = try compare(first, comparison, try negation(), at: word)
        } else {
            return first
        }
        if case .symbol(let symbol) = next.kind, Self.comparisons[symbol] != nil {
            throw RuleProblem(at: next.offset, "comparisons cannot be chained", fix: "join two of them with &&")
        }
        return (.truth(result), first.offset)
    }

    private static let comparisons: [RuleToken.Symbol: RuleComparison] = [
        .equal: .equal, .notEqual: .notEqual, .less: .less, .atMost: .atMost, .greater: .greater, .atLeast: .atLeast,
    ]

    private mutating func negation() throws(RuleProblem) -> (operand: Operand, offset: Int) {
        let offset = next.offset
        guard take(.not) else { return try member() }
        try enter(at: offset)
        let inner = try truth(try negation())
        depth -= 1
        return (.truth(.negated(inner)), offset)
    }

    private mutating func enter(at offset: Int) throws(RuleProblem) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw RuleProblem(at: offset, "is nested too deeply", fix: "use several rules")
        }
    }

    private mutating func member() throws(RuleProblem) -> (operand: Operand, offset: Int) {
        let offset = next.offset
        var operand = try primary()
        while true {
            if next.kind == .symbol(.leftBracket), case .table(let table) = operand {
                operand = .text(try element(of: table))
            } else if take(.dot) {
                operand = .truth(try call(on: operand, at: offset))
            } else {
                return (operand, offset)
            }
        }
    }

    private mutating func primary() throws(RuleProblem) -> Operand {
        let word = next
        switch word.kind {
        case .text(let text):
            advance()
            return .text(.literal(text))
        case .number(let number):
            advance()
            return .number(.literal(number))
        case .name(let name):
            let operand = try Self.operand(named: name, at: word)
            advance()
            return operand
        case .symbol(.leftParenthesis):
            advance()
            try enter(at: word.offset)
            let inner = try disjunction()
            try expect(.rightParenthesis)
            depth -= 1
            return inner.operand
        case .symbol, .end:
            throw unexpected("a fact, a text or a number")
        }
    }
}
