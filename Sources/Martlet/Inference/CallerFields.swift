import Dialects

/// The header fields of a caller that one provider gets.
struct CallerFields {
    /// Those of its format.
    private(set) var forwarded: [HeaderField]
    /// Those that any provider gets.
    private(set) var added: [HeaderField]
    /// What was left out.
    private(set) var losses: [Loss] = []

    /// - Parameters:
    ///   - isTranslated: Whether the caller's format is another than the provider's.
    ///   - betaFilter: Which of Anthropic's features in beta the provider is asked for; nil for all.
    init(_ call: InferenceCall, isTranslated: Bool, betaFilter: AnthropicBetaFilter?) {
        forwarded = isTranslated ? [] : call.forwardedFields
        added = call.addedFields
        guard let betaFilter else { return }
        forwarded = Self.filtered(forwarded, betaFilter, &losses)
        added = Self.filtered(added, betaFilter, &losses)
    }

    private static func filtered(
        _ fields: [HeaderField],
        _ filter: AnthropicBetaFilter,
        _ losses: inout [Loss]
    ) -> [HeaderField] {
        fields.compactMap { field in
            guard field.name == AnthropicBetaFilter.field else { return field }
            return filter.filtered(field.value, noting: &losses).map { HeaderField(name: field.name, value: $0) }
        }
    }
}
