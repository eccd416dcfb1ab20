import JSON

/// How text of unknown origin is shown in messages of one line.
enum ShownText {
    /// Longest piece of foreign text in a message, in Unicode scalars.
    private static let maximumCount = 80

    /// The text in quotation marks, shortened where it is long.
    static func quoted(_ text: String) -> String {
        "\"\(escaped(text))\""
    }

    /// The text without anything that could break the line or steer a terminal.
    static func escaped(_ text: String) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < maximumCount else { return shown + "…" }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                shown += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            default:
                if scalar == "\"" || scalar == "\\" { shown += "\\" }
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// A scalar as it is spelled; nil for arrays and objects.
    static func scalar(_ value: JSONValue) -> String? {
        switch value {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let number): escaped(number.spelling)
        case .string(let string): string.value.map(quoted)
        case .array, .object: nil
        }
    }

    /// An address without what might be a secret in it: credentials and query.
    static func address(_ text: String) -> String {
        var shown = text[...]
        var suffix = ""
        if let query = shown.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            suffix = "\(shown[query])***"
            shown = shown[..<query]
        }
        guard let at = text.lastIndex(of: "@") else { return quoted(shown + suffix) }
        var prefix = ""
        if let slashes = firstRange(ofSlashesIn: text), slashes <= at { prefix = String(text[..<slashes]) }
        let behind = at < shown.endIndex ? shown[at...] : "@"
        return quoted(prefix + "***" + behind + suffix)
    }

    private static func quoted(_ text: Substring) -> String { quoted(String(text)) }

    /// The index behind the first `//`.
    private static func firstRange(ofSlashesIn text: String) -> String.Index? {
        var previous: Character?
        for index in text.indices {
            if text[index] == "/", previous == "/" { return text.index(after: index) }
            previous = text[index]
        }
        return nil
    }

    /// The kind of a value with its article.
    static func kind(of value: JSONValue) -> String {
        switch value.kind {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
