package import JSON

/// Reads the members of an object by name and knows afterwards which ones nobody asked for, so that nothing that a
/// caller said is overlooked in silence.
///
/// A member that is `null` counts as absent, as it does in the SDKs. Of repeated members the last one counts.
package struct ObjectReader {
    /// Where the object is in the body; empty for the body itself.
    package let path: String

    private let members: [JSONObject.Member]
    private var isRead: [Bool]

    package init(_ object: JSONObject, path: String) {
        self.path = path
        members = object.members
        isRead = Array(repeating: false, count: object.members.count)
    }

    /// Reads a value that must be an object.
    package init(_ value: JSONValue, path: String) throws(FormatProblem) {
        guard let object = value.object else {
            throw FormatProblem("must be an object, not \(value.kind.article)", at: path)
        }
        self.init(object, path: path)
    }

    /// The path of the member `name`.
    package func path(of name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    /// The path of an element of the array that is the member `name`.
    package func path(of name: String, _ index: Int) -> String {
        "\(path(of: name))[\(index)]"
    }

    /// The value of `name`; nil when it is absent or null.
    package mutating func value(_ name: String) -> JSONValue? {
        var found: JSONValue?
        for index in members.indices where members[index].name.isNamed(name) {
            isRead[index] = true
            found = members[index].value
        }
        return found == .null ? nil : found
    }

    /// A string. One with lone surrogates has U+FFFD in their places.
    package mutating func string(_ name: String) throws(FormatProblem) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let string) = value else { throw wrongKind(name, value, "a string") }
        return string.repairedValue
    }

    /// A string that must be there.
    package mutating func requiredString(_ name: String) throws(FormatProblem) -> String {
        guard let string = try string(name) else { throw FormatProblem("is missing", at: path(of: name)) }
        return string
    }

    /// `true` or `false`.
    package mutating func boolean(_ name: String) throws(FormatProblem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let boolean = value.boolean else { throw wrongKind(name, value, "true or false") }
        return boolean
    }

    /// A number without a fraction; `1.0` and `1e3` are taken too.
    package mutating func integer(_ name: String) throws(FormatProblem) -> Int? {
        guard let value = value(name) else { return nil }
        guard let integer = value.integer ?? value.double.flatMap(Int.init(exactly:)) else {
            throw wrongKind(name, value, "an integer")
        }
        return integer
    }

    /// A number with its spelling.
    package mutating func number(_ name: String) throws(FormatProblem) -> JSONNumber? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value else { throw wrongKind(name, value, "a number") }
        return number
    }

    /// The elements of an array.
    package mutating func array(_ name: String) throws(FormatProblem) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard let array = value.array else { throw wrongKind(name, value, "an array") }
        return array
    }

    /// An object.
    package mutating func object(_ name: String) throws(FormatProblem) -> JSONObject? {
        guard let value = value(name) else { return nil }
        guard let object = value.object else { throw wrongKind(name, value, "an object") }
        return object
    }

    /// A reader of an object.
    package mutating func reader(_ name: String) throws(FormatProblem) -> ObjectReader? {
        try object(name).map { ObjectReader($0, path: path(of: name)) }
    }

    /// The elements of an array of strings.
    package mutating func strings(_ name: String) throws(FormatProblem) -> [String]? {
        guard let array = try array(name) else { return nil }
        var strings: [String] = []
        for (index, element) in array.enumerated() {
            guard case .string(let string) = element else {
                throw FormatProblem("must be a string, not \(element.kind.article)", at: path(of: name, index))
            }
            strings.append(string.repairedValue)
        }
        return strings
    }

    /// Takes note of members that need no reading.
    package mutating func ignore(_ names: String...) {
        for name in names {
            _ = value(name)
        }
    }

    /// The members that nobody asked for, except those that are null.
    package var unread: [UnreadMember] {
        zip(members, isRead).compactMap { member, isRead in
            isRead || member.value == .null ? nil : UnreadMember(path: path(of: member.name.repairedValue))
        }
    }

    private func wrongKind(_ name: String, _ value: JSONValue, _ expected: String) -> FormatProblem {
        FormatProblem("must be \(expected), not \(value.kind.article)", at: path(of: name))
    }
}

extension JSONString {
    /// The decoded string, with U+FFFD in the place of surrogates that are not paired.
    package var repairedValue: String {
        value ?? JSONText.repairedString(spelling.utf8.span)
    }
}

extension JSONKind {
    /// The kind in words, for messages.
    package var article: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
