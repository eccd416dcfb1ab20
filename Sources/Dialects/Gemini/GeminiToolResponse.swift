import JSON

/// What tools gave, which Gemini wants as an object.
///
/// Format: Gemini API reference, "FunctionResponse": `output` holds what the function gave and `error` why it failed;
/// without both, the whole object is what it gave.
enum GeminiToolResponse {
    /// The text of a response, and whether it tells of a failure.
    static func text(of response: JSONObject) -> (text: String, isError: Bool) {
        guard response.count == 1, let only = response.members.first else {
            return (text(of: .object(response)), false)
        }
        switch only.name.value {
        case "output": return (text(of: only.value), false)
        case "error": return (text(of: only.value), true)
        default: return (text(of: .object(response)), false)
        }
    }

    private static func text(of value: JSONValue) -> String {
        if case .string(let string) = value { return string.repairedValue }
        return String(decoding: JSONWriter().write(value), as: UTF8.self)
    }

    /// The object for a text. JSON objects and arrays are given as such where Gemini reads them without a loss.
    static func response(_ text: String, isError: Bool) -> JSONValue {
        let name = isError ? "error" : "output"
        guard let first = text.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let value = try? JSONValue(parsing: text.utf8.span), isReadAsIs(value, depth: 0)
        else {
            return .object([name: .string(text)])
        }
        if !isError, case .object(let object) = value, object["output"] == nil, object["error"] == nil {
            return value
        }
        return .object([name: value])
    }

    /// Whether protobuf's `Struct` holds the value exactly: no repeated names, no number that a `Double` rounds, and
    /// not deeper than its readers go.
    private static func isReadAsIs(_ value: JSONValue, depth: Int) -> Bool {
        guard depth < 32 else { return false }
        switch value {
        case .null, .boolean: return true
        case .string(let string): return string.value != nil
        case .number(let number):
            guard let double = number.double else { return false }
            return number.integer.map { Int(exactly: double) == $0 && abs(double) <= 9_007_199_254_740_992 } ?? true
        case .array(let elements): return elements.allSatisfy { isReadAsIs($0, depth: depth + 1) }
        case .object(let object):
            let names = Set(object.members.map { $0.name.value })
            return names.count == object.count && !names.contains(nil)
                && object.members.allSatisfy { isReadAsIs($0.value, depth: depth + 1) }
        }
    }

    /// The arguments of a call as an object, and whether they were one.
    static func arguments(_ text: String) -> (object: JSONValue, isExact: Bool) {
        if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            return (.object([:]), true)
        }
        guard let value = try? JSONValue(parsing: text.utf8.span), case .object = value else {
            return (.object(["arguments": .string(text)]), false)
        }
        return (value, true)
    }
}
