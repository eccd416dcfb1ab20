/// A JSON value with the order of its members and the spelling of its numbers and strings.
///
/// Where the parts of a value lie in the text is found with ``JSONPath/locate(in:limits:)`` when a message needs it.
/// Values built by hand should stay below ``JSONLimits/depthCap`` levels: comparing, writing and releasing them is
/// recursive.
package enum JSONValue: Sendable, Equatable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number with its spelling.
    case number(JSONNumber)
    /// A string with its spelling.
    case string(JSONString)
    /// Elements in order.
    case array([JSONValue])
    /// Members in order.
    case object(JSONObject)

    /// Parses one JSON text. Accepts exactly what ``JSONScanner/validate(_:limits:)`` accepts.
    /// - Throws: the first violation.
    package init(parsing bytes: Span<UInt8>, limits: JSONLimits = .init()) throws(JSONError) {
        var cursor = try JSONCursor(entering: 0..<bytes.count, of: bytes, limits: limits)
        var builder = JSONTreeBuilder()
        cursor.skipWhiteSpace(in: bytes)
        _ = try cursor.walk(bytes, &builder)
        try cursor.finish(in: bytes)
        self = builder.root
    }

    /// A string spelled with only those escapes that are required.
    package static func string(_ value: String) -> JSONValue { .string(JSONString(value)) }

    /// An integer in decimal digits.
    package static func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// What kind of value this is.
    package var kind: JSONKind {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The truth value, or nil for another kind.
    package var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The value as ``JSONNumber/integer``, or nil for another kind.
    package var integer: Int? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    /// The value as ``JSONNumber/double``, or nil for another kind.
    package var double: Double? {
        if case .number(let number) = self { number.double } else { nil }
    }

    /// The decoded string, or nil for another kind or lone surrogates.
    package var string: String? {
        if case .string(let string) = self { string.value } else { nil }
    }

    /// The elements, or nil for another kind.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, or nil for another kind.
    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The value of the last member named `name`, or nil if there is none or this is no object.
    package subscript(name: String) -> JSONValue? { object?[name] }

    /// The element at `index`, or nil if there is none or this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
