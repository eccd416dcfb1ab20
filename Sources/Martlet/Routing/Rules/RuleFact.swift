/// What a rule can ask of a request.
enum RuleFact: Sendable, Equatable {
    case text(TextFact)
    case number(NumberFact)
    case truth(TruthFact)
    /// Texts by name, as in `headers["name"]`.
    case table(TableFact)

    enum TextFact: String, Sendable, CaseIterable {
        case model, provider, operation, format, key, user
    }

    enum NumberFact: String, Sendable, CaseIterable {
        case tools, images, documents, size, tokens
        case maximumTokens = "max_tokens"
    }

    enum TruthFact: String, Sendable, CaseIterable {
        case stream
    }

    enum TableFact: String, Sendable, CaseIterable {
        case headers, metadata
    }

    /// The fact of this name.
    init?(_ name: String) {
        if let fact = TextFact(rawValue: name) {
            self = .text(fact)
        } else if let fact = NumberFact(rawValue: name) {
            self = .number(fact)
        } else if let fact = TruthFact(rawValue: name) {
            self = .truth(fact)
        } else if let fact = TableFact(rawValue: name) {
            self = .table(fact)
        } else {
            return nil
        }
    }

    /// All names, for suggestions.
    static let names =
        TextFact.allCases.map(\.rawValue) + NumberFact.allCases.map(\.rawValue) + TruthFact.allCases.map(\.rawValue)
        + TableFact.allCases.map(\.rawValue)
}
