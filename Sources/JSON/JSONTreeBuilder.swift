/// Builds a value from the walk of a cursor. Open containers lie on stacks of its own, not on that of the thread.
struct JSONTreeBuilder: JSONVisitor {
    /// The finished values of all open containers, innermost last.
    private var values: [JSONValue] = []

    /// The names of the members of all open objects, innermost last; one is ahead of its value.
    private var names: [JSONString] = []

    /// For each open container, how many values there were when it began.
    private var starts: [Int] = []

    /// The finished value; of no meaning before the walk is over.
    var root: JSONValue { values.first ?? .null }

    mutating func begin(_ container: JSONCursor.Container) {
        starts.append(values.count)
    }

    mutating func end(_ container: JSONCursor.Container) {
        guard let start = starts.popLast() else { return }
        // Whole arrays instead of slices, since a slice would share the storage of the stack and force a copy of it.
        let value: JSONValue
        switch container {
        case .array:
            value = .array(Array(values[start...]))
        case .object:
            var members: [JSONObject.Member] = []
            members.reserveCapacity(values.count - start)
            let firstName = names.count - (values.count - start)
            for place in start..<values.count {
                members.append(JSONObject.Member(name: names[firstName + place - start], value: values[place]))
            }
            names.removeLast(members.count)
            value = .object(JSONObject(members))
        }
        values.removeLast(values.count - start)
        values.append(value)
    }

    mutating func name(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>) {
        names.append(JSONString(valid: Self.text(range, in: bytes), hasEscapes: hasEscapes))
    }

    mutating func string(_ range: Range<Int>, hasEscapes: Bool, in bytes: Span<UInt8>) {
        values.append(.string(JSONString(valid: Self.text(range, in: bytes), hasEscapes: hasEscapes)))
    }

    mutating func number(_ range: Range<Int>, in bytes: Span<UInt8>) {
        values.append(.number(JSONNumber(valid: Self.text(range, in: bytes))))
    }

    mutating func boolean(_ value: Bool) { values.append(.boolean(value)) }

    mutating func null() { values.append(.null) }

    /// The cursor has validated the text as UTF-8; were that wrong, the empty string would stand in for it.
    private static func text(_ range: Range<Int>, in bytes: Span<UInt8>) -> String {
        JSONText.validString(bytes.extracting(range)) ?? ""
    }
}
