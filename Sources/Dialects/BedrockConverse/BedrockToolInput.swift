import JSON

/// A tool call's arguments as the JSON object that Bedrock wants.
enum BedrockToolInput {
    /// - Returns: The object, and whether something other than an object is put into it.
    static func object(of arguments: String) -> (value: JSONValue, isWrapped: Bool) {
        let text = arguments.utf8.span
        if JSONText.trimmedRange(text).isEmpty { return ([:], false) }
        guard let value = try? JSONValue(parsing: text) else {
            return (["arguments": .string(arguments)], true)
        }
        switch value {
        case .object: return (value, false)
        case .null: return ([:], false)
        default: return (["arguments": value], true)
        }
    }
}
