/// Which features in beta a host of Anthropic's format is asked for: each is decided by how its name begins.
///
/// Format: Anthropic API reference, "Beta headers": `anthropic-beta` is a list of names with commas, and the names end in
/// a date that changes.
package struct AnthropicBetaFilter: Sendable, Equatable {
    /// The header field.
    package static let field = "anthropic-beta"

    private struct Rule: Equatable {
        let prefix: String
        let isAllowed: Bool
    }

    /// The longest prefix first, which says the most.
    private let rules: [Rule]

    /// - Parameter overrides: Beginnings of names, and whether features with such names are asked for. Features that
    ///   none fits are.
    /// - Returns: Nil where everything passes.
    package init?(_ overrides: [String: Bool]) {
        guard overrides.values.contains(false) else { return nil }
        rules = overrides.map { Rule(prefix: $0.key, isAllowed: $0.value) }
            .sorted { ($1.prefix.utf8.count, $0.prefix) < ($0.prefix.utf8.count, $1.prefix) }
    }

    /// The field's value without the features that the host is not asked for.
    ///
    /// - Parameter losses: Gets what was left out.
    /// - Returns: Nil when nothing is left.
    package func filtered(_ value: String, noting losses: inout [Loss]) -> String? {
        let features = value.split(whereSeparator: { $0 == "," || $0.isWhitespace })
        let kept = features.filter(allows)
        // What is not changed passes as it was spelled.
        guard kept.count < features.count else { return value }
        var report = LossReport(target: .anthropicMessages, rules: AnthropicMessages.lossRules)
        for feature in features where !allows(feature) {
            report.note(.betaFeature, at: "\(Self.field).\(feature)")
        }
        losses += report.losses
        return kept.isEmpty ? nil : kept.joined(separator: ",")
    }

    private func allows(_ feature: Substring) -> Bool {
        rules.first { feature.hasPrefix($0.prefix) }?.isAllowed ?? true
    }
}
