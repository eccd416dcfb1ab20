import JSON

extension ConfigurationReading {
    /// The elements of an array; nil, and an error, for another kind.
    mutating func array(_ node: ConfigurationNode) -> [ConfigurationNode]? {
        guard case .array(let elements) = node.value else {
            error(node.place, "must be a list, not \(ShownText.kind(of: node.value))", fix: "write it in brackets")
            return nil
        }
        return elements.enumerated().map { ConfigurationNode(value: $1, place: node.place.element($0)) }
    }

    /// A truth value; nil where it is missing, and an error for another kind.
    mutating func boolean(_ node: ConfigurationNode?) -> Bool? {
        guard let node else { return nil }
        if let value = node.value.boolean { return value }
        error(node.place, "must be true or false, not \(shown(node.value))", fix: "write it without quotation marks")
        return nil
    }

    /// A whole number in `range`; nil where it is missing, and an error for anything else.
    mutating func integer(_ node: ConfigurationNode?, in range: ClosedRange<Int>, of unit: String) -> Int? {
        guard let node else { return nil }
        if let value = node.value.integer, range.contains(value) { return value }
        error(
            node.place,
            "must be a number of \(unit), not \(shown(node.value))",
            fix: "use a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
    }

    /// A whole number in `range`, of which zero stands for the default, as in Bifrost.
    mutating func integerOrDefault(_ node: ConfigurationNode?, upTo maximum: Int, of unit: String) -> Int? {
        guard let value = integer(node, in: 0...maximum, of: unit), let node else { return nil }
        if value == 0 { warnZero(node) }
        return value == 0 ? nil : value
    }

    /// A number from 0 to `maximum`; nil where it is missing, and an error for anything else.
    mutating func number(
        _ node: ConfigurationNode?,
        upTo maximum: Double,
        of unit: String,
        example: String
    ) -> Double? {
        guard let node else { return nil }
        guard let value = node.value.double else {
            error(
                node.place,
                "must be a number of \(unit), not \(shown(node.value))",
                fix: "use a number of \(unit), for example \(example)"
            )
            return nil
        }
        guard value >= 0, value <= maximum else {
            error(
                node.place,
                "\(shown(node.value)) is out of range",
                fix: "use a number of \(unit) from 0 to \(Int(maximum)), for example \(example)"
            )
            return nil
        }
        return value
    }

    /// A number from 0 to `maximum`, of which zero stands for the default, as in Bifrost.
    mutating func numberOrDefault(
        _ node: ConfigurationNode?,
        upTo maximum: Double,
        of unit: String,
        example: String
    ) -> Double? {
        guard let value = number(node, upTo: maximum, of: unit, example: example), let node else { return nil }
        if value == 0 { warnZero(node) }
        return value == 0 ? nil : value
    }

    private mutating func warnZero(_ node: ConfigurationNode) {
        warn(node.place, "0 stands for the default", fix: "remove it, or use a number greater than 0")
    }

    private func shown(_ value: JSONValue) -> String {
        ShownText.scalar(value) ?? ShownText.kind(of: value)
    }
}
