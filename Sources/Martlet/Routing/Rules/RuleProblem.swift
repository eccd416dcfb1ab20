/// What is wrong with the condition of a rule.
struct RuleProblem: Error, Equatable {
    /// Where it is, in bytes from the start of the condition.
    var offset: Int
    /// What is wrong, as a clause.
    var message: String
    /// What to do about it, as a clause; nil where the message says it all.
    var fix: String?

    init(at offset: Int, _ message: String, fix: String? = nil) {
        self.offset = offset
        self.message = message
        self.fix = fix
    }

    /// The position for people: characters counted from 1.
    func character(in condition: String) -> Int {
        var bytes = 0
        var count = 1
        for scalar in condition.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > offset { break }
            count += 1
        }
        return count
    }
}
