/// Writes values as JSON text; parsing the text gives an equal value.
package struct JSONWriter: Sendable {
    /// How the parts of a value are set apart.
    package enum Style: Sendable {
        /// No white space at all.
        case compact
        /// One member or element a line, indented by two spaces a level, without a line feed at the end.
        case pretty
    }

    /// How the parts of a value are set apart.
    package var style: Style

    /// Creates a writer.
    package init(style: Style = .compact) {
        self.style = style
    }

    /// The text of `value`.
    package func write(_ value: JSONValue) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output)
        return output
    }

    /// Appends the text of `value`.
    package func append(_ value: JSONValue, to output: inout [UInt8]) {
        append(value, level: 0, to: &output)
    }

    private func append(_ value: JSONValue, level: Int, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .boolean(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.spelling.utf8)
        case .string(let string): append(string, to: &output)
        case .array(let elements): append(elements, level: level, to: &output)
        case .object(let object): append(object, level: level, to: &output)
        }
    }

    private func append(_ string: JSONString, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output.append(contentsOf: string.spelling.utf8)
        output.append(UInt8(ascii: "\""))
    }

    private func append(_ elements: [JSONValue], level: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            breakLine(level: level + 1, in: &output)
            append(element, level: level + 1, to: &output)
        }
        if !isFirst { breakLine(level: level, in: &output) }
        output.append(UInt8(ascii: "]"))
    }

    private func append(_ object: JSONObject, level: Int, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in object.members {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            breakLine(level: level + 1, in: &output)
            append(member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            if style == .pretty { output.append(UInt8(ascii: " ")) }
            append(member.value, level: level + 1, to: &output)
        }
        if !isFirst { breakLine(level: level, in: &output) }
        output.append(UInt8(ascii: "}"))
    }

    private func breakLine(level: Int, in output: inout [UInt8]) {
        guard style == .pretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }
}
