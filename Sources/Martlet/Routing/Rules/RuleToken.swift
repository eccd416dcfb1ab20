/// A word of the rule language.
struct RuleToken: Equatable {
    enum Kind: Equatable {
        /// A name: of a fact, a function or a word of the language.
        case name(String)
        /// Text between quotation marks, its escapes resolved.
        case text(String)
        case number(Int)
        case symbol(Symbol)
        /// Behind the last word.
        case end
    }

    enum Symbol: String, CaseIterable {
        // Longer ones come first, so that they are not taken for two.
        case and = "&&"
        case or = "||"
        case equal = "=="
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case greater = ">"
        case not = "!"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case comma = ","
        case dot = "."
    }

    /// What it is.
    let kind: Kind
    /// Where it begins, in bytes.
    let offset: Int

    /// How it is called in messages.
    var shown: String {
        switch kind {
        case .name(let name): ShownText.quoted(name)
        case .text: "a text"
        case .number(let number): String(number)
        case .symbol(let symbol): "\"\(symbol.rawValue)\""
        case .end: "the end"
        }
    }
}
