/// A condition that has been understood: every part has a type, every pattern its table.
indirect enum RuleExpression: Sendable, Equatable {
    case constant(Bool)
    case truth(RuleFact.TruthFact)
    case not(RuleExpression)
    /// Whether all of them hold, looked at in this order.
    case all([RuleExpression])
    /// Whether one of them holds, looked at in this order.
    case any([RuleExpression])
    /// Whether two texts are the same, byte by byte.
    case same(TextTerm, TextTerm)
    /// Whether two conditions have the same outcome.
    case alike(RuleExpression, RuleExpression)
    case compare(NumberTerm, RuleComparison, NumberTerm)
    case oneOfTexts(TextTerm, [String])
    case oneOfNumbers(NumberTerm, [Int])
    case startsWith(TextTerm, String)
    case endsWith(TextTerm, String)
    case contains(TextTerm, LiteralSearch)
    case matches(TextTerm, NamePattern)
}

/// What gives a text.
enum TextTerm: Sendable, Equatable {
    case literal(String)
    case fact(RuleFact.TextFact)
    /// A header field, its name in lower case.
    case header(String)
    case metadata(String)
}

/// What gives a number.
enum NumberTerm: Sendable, Equatable {
    case literal(Int)
    case fact(RuleFact.NumberFact)
}

/// How two numbers stand to each other.
enum RuleComparison: Sendable, Equatable {
    case equal, notEqual, less, atMost, greater, atLeast

    func holds(_ one: Int, _ other: Int) -> Bool {
        switch self {
        case .equal: one == other
        case .notEqual: one != other
        case .less: one < other
        case .atMost: one <= other
        case .greater: one > other
        case .atLeast: one >= other
        }
    }
}
