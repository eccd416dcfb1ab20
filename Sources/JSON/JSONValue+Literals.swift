extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `null`.
    package init(nilLiteral: ()) { self = .null }

    /// `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .boolean(value) }

    /// An integer in decimal digits.
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }

    /// A number in its shortest spelling; `null` for a literal beyond the range of `Double`.
    package init(floatLiteral value: Double) {
        self = JSONNumber(value).map(JSONValue.number) ?? .null
    }

    /// A string with only those escapes that are required.
    package init(stringLiteral value: String) { self = .string(JSONString(value)) }

    /// Elements in order.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Members in order; names may repeat.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { .init(name: JSONString($0.0), value: $0.1) }))
    }
}
