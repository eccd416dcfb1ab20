import JSON

/// Reads an object of protobuf's JSON form, whose members callers spell in camelCase or in snake_case.
///
/// Names are given in camelCase. When both spellings are there the first is read and the other left unread.
struct GeminiReader {
    private var reader: ObjectReader

    init(_ object: JSONObject, path: String) {
        reader = ObjectReader(object, path: path)
    }

    /// - Throws: if the value is no object.
    init(_ value: JSONValue, path: String) throws(FormatProblem) {
        reader = try ObjectReader(value, path: path)
    }

    /// The members that nobody asked for.
    var unread: [UnreadMember] { reader.unread }

    /// The path of the member, as the caller spells it.
    mutating func path(of name: String) -> String {
        reader.path(of: spelling(name) ?? name)
    }

    mutating func value(_ name: String) -> JSONValue? {
        reader.value(name) ?? (Self.snakeCase(name).flatMap { reader.value($0) })
    }

    mutating func string(_ name: String) throws(FormatProblem) -> String? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.string(spelling)
    }

    mutating func requiredString(_ name: String) throws(FormatProblem) -> String {
        guard let string = try string(name) else { throw FormatProblem("is missing", at: reader.path(of: name)) }
        return string
    }

    mutating func boolean(_ name: String) throws(FormatProblem) -> Bool? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.boolean(spelling)
    }

    mutating func integer(_ name: String) throws(FormatProblem) -> Int? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.integer(spelling)
    }

    mutating func number(_ name: String) throws(FormatProblem) -> JSONNumber? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.number(spelling)
    }

    mutating func array(_ name: String) throws(FormatProblem) -> [JSONValue]? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.array(spelling)
    }

    mutating func object(_ name: String) throws(FormatProblem) -> JSONObject? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.object(spelling)
    }

    mutating func strings(_ name: String) throws(FormatProblem) -> [String]? {
        guard let spelling = spelling(name) else { return nil }
        return try reader.strings(spelling)
    }

    mutating func reader(_ name: String) throws(FormatProblem) -> GeminiReader? {
        guard let object = try object(name) else { return nil }
        return GeminiReader(object, path: path(of: name))
    }

    private mutating func spelling(_ name: String) -> String? {
        if reader.value(name) != nil { return name }
        guard let other = Self.snakeCase(name), reader.value(other) != nil else { return nil }
        return other
    }

    /// The name in snake_case; nil when that is the same.
    private static func snakeCase(_ name: String) -> String? {
        guard name.utf8.contains(where: isUpperCase) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(name.utf8.count + 4)
        for byte in name.utf8 {
            if isUpperCase(byte) {
                output.append(UInt8(ascii: "_"))
                output.append(byte | 0x20)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
