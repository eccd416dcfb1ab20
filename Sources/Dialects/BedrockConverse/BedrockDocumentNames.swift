/// Gives documents names that Bedrock takes, each once.
///
/// Format: API reference, "DocumentBlock": letters, digits, single spaces, hyphens, parentheses and square brackets, at
/// most 200. Names are given in the order of the conversation, so that a beginning keeps its names.
struct BedrockDocumentNames: Sendable {
    private var used: Set<String> = []
    private var count = 0

    /// - Returns: The name, and whether it differs from the one that was given.
    mutating func name(for given: String?, format: String) -> (name: String, isChanged: Bool) {
        count += 1
        let plain = given.map { Self.allowed(Self.withoutEnding($0, format)) } ?? ""
        let base = plain.isEmpty ? "document-\(count)" : plain
        var name = base
        var number = 2
        while !used.insert(name).inserted {
            name = "\(base.prefix(190)) (\(number))"
            number += 1
        }
        return (name, given.map { $0 != name } ?? false)
    }

    private static func withoutEnding(_ name: String, _ format: String) -> Substring {
        let ending = ".\(format)"
        return name.lowercased().hasSuffix(ending) ? name.dropLast(ending.count) : Substring(name)
    }

    private static func allowed(_ name: Substring) -> String {
        var output = ""
        for scalar in name.unicodeScalars {
            let isLetter =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            if isLetter || "-()[]".unicodeScalars.contains(scalar) {
                output.unicodeScalars.append(scalar)
            } else if scalar.properties.isWhitespace {
                if !output.isEmpty, output.last != " " { output.append(" ") }
            } else if output.last != "-" {
                output.append("-")
            }
            if output.utf8.count >= 190 { break }
        }
        while output.last == " " { output.removeLast() }
        return output == "-" ? "" : output
    }
}
