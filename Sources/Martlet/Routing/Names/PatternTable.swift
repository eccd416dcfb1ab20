/// Values by name, some of which are patterns. A name itself counts before patterns, and these in their order.
struct PatternTable<Value: Sendable>: Sendable {
    private var exact: [String: Value] = [:]
    private var patterns: [(pattern: NamePattern, value: Value)] = []

    init() {}

    /// Whether there is nothing in it.
    var isEmpty: Bool { exact.isEmpty && patterns.isEmpty }

    /// Adds a value; the first one of a name stays.
    mutating func insert(_ value: Value, for name: String) {
        if NamePattern.isPattern(name) {
            patterns.append((NamePattern(name), value))
        } else if exact[name] == nil {
            exact[name] = value
        }
    }

    /// The value of a name that was given as it is.
    func exactValue(for name: String) -> Value? { exact[name] }

    /// The value of a name.
    subscript(name: String) -> Value? {
        if let value = exact[name] { return value }
        return patterns.first { $0.pattern.matches(name) }?.value
    }

    /// Calls `body` with every value that goes for a name, the most special first.
    func forEach(matching name: String, _ body: (Value) -> Void) {
        if let value = exact[name] { body(value) }
        for entry in patterns where entry.pattern.matches(name) { body(entry.value) }
    }
}
