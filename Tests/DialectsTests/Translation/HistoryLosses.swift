@testable import Dialects

/// What the formats between a provider and itself cannot carry, and why. Anything else must come back as it was said.
enum HistoryLosses {
    /// Claude signs in the same way at Anthropic and at Amazon.
    static func canRead(_ signer: WireFormat, _ target: WireFormat) -> Bool {
        let claude: Set<WireFormat> = [.anthropicMessages, .bedrockConverse]
        return signer == target || claude.isSuperset(of: [signer, target])
    }

    /// What a provider that speaks `target` is told of what another said.
    static func told(
        _ items: [HistorySaid],
        by provider: WireFormat,
        through caller: WireFormat,
        to target: WireFormat
    ) -> [HistorySaid] {
        var items = items
        if !canRead(provider, target) { items = items.compactMap { unsigned($0, at: target, through: caller) } }
        if caller == .openAIChat, provider == .openAIChat, target == .openAIChat {
            // Thoughts without a signature do not say whose they are, and the signature of Gemini's layer for this
            // format is taken for Gemini's. Both reach their provider, because between two of one format the gateway
            // translates nothing; this is what would be left if it did.
            items.removeAll { $0.kind == .thoughts && $0.signature.isEmpty }
            for place in items.indices where items[place].signature.hasPrefix(HistorySaid.googleMark) {
                items[place].signature = ""
            }
        }
        return caller == .openAIChat || target == .openAIChat ? inMembers(items) : items
    }

    /// A chat message has its thoughts, its text and its calls in three members, so their order is lost.
    private static func inMembers(_ items: [HistorySaid]) -> [HistorySaid] {
        let order: [HistorySaid.Kind] = [.thoughts, .hidden, .text, .call]
        let places = Dictionary(uniqueKeysWithValues: zip(order, [0, 0, 1, 2]))
        return items.enumerated().sorted {
            (places[$0.element.kind] ?? 0, $0.offset) < (places[$1.element.kind] ?? 0, $1.offset)
        }.map(\.element)
    }

    /// In a chat message the signatures of Gemini's texts stand apart from them, so only that they come is told.
    static func withoutTextSignatures(_ items: [HistorySaid], through caller: WireFormat) -> [HistorySaid] {
        guard caller == .openAIChat else { return items }
        let texts = items.filter { $0.kind == .text }
        let signatures = texts.map(\.signature).filter { !$0.isEmpty }.sorted()
        let others = items.map { item in
            var item = item
            if item.kind == .text { item.signature = "" }
            return item
        }
        return others.filter { $0.kind != .text || !$0.text.isEmpty }
            + signatures.map { HistorySaid(kind: .hidden, signature: $0) }
    }

    /// What is left for those who did not sign. Gemini alone takes the thoughts of others, and the signature that its
    /// layer for chat gave a call, if the caller could see what it was.
    private static func unsigned(
        _ item: HistorySaid,
        at target: WireFormat,
        through caller: WireFormat
    ) -> HistorySaid? {
        var item = item
        if target == .gemini, caller == .openAIChat, item.signature.hasPrefix(HistorySaid.googleMark) {
            item.signature.removeFirst(HistorySaid.googleMark.count)
        } else {
            item.signature = ""
        }
        switch item.kind {
        case .text: return item.text.isEmpty ? nil : item
        case .call: return item
        case .thoughts:
            item.name = ""
            return target == .gemini && !item.text.isEmpty ? item : nil
        case .hidden, .result: return nil
        }
    }
}
