/// What a model thought.
package struct Reasoning: Sendable, Equatable {
    /// The thoughts or a summary of them; empty when the provider keeps them to itself.
    package var text: String
    /// Whether the text is a summary.
    package var isSummary: Bool
    /// Whether the provider hides the text, and the signature holds it encrypted.
    package var isRedacted: Bool
    /// The id of the item, where the format has one.
    package var id: String?
    /// What lets the provider check or read its own thoughts again.
    package var signature: ReasoningSignature?

    package init(
        _ text: String,
        isSummary: Bool = false,
        isRedacted: Bool = false,
        id: String? = nil,
        signature: ReasoningSignature? = nil
    ) {
        self.text = text
        self.isSummary = isSummary
        self.isRedacted = isRedacted
        self.id = id
        self.signature = signature
    }
}

/// What only the provider that made it can read: a signature over thoughts, or thoughts encrypted.
///
/// It comes back with the next request through a format that may not be the provider's, in whatever field that format
/// keeps for signatures of its own. So a signature that travels through another format says whose it is; otherwise a
/// conversation that changes providers would send one provider's signature to another, who refuses it.
package struct ReasoningSignature: Sendable, Equatable {
    /// The format whose provider made it.
    package var origin: WireFormat
    /// As the provider spelled it.
    package var value: String
    /// What the format that made it must know to put it back where it was, in its own words and without a colon;
    /// empty where the conversation says enough. Only the format that made it may look at this.
    package var label: String

    package init(origin: WireFormat, value: String, label: String = "") {
        self.origin = origin
        self.value = value
        self.label = label
    }

    /// Reads what a caller sent in the signature field of `format`.
    package init(received text: String, in format: WireFormat) {
        if let inner = Base64.decodedText(text), inner.utf8.starts(with: Self.mark.utf8) {
            let rest = inner.dropFirst(Self.mark.count)
            if let colon = rest.firstIndex(of: ":") {
                let names = rest[..<colon].split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
                let label = names.count > 1 ? String(names[1]) : ""
                if let origin = names.first.flatMap({ WireFormat(rawValue: String($0)) }) {
                    self.init(origin: origin, value: String(rest[rest.index(after: colon)...]), label: label)
                    return
                }
            }
        }
        self.init(origin: format, value: text)
    }

    /// What goes to a caller in the signature field of `format`: the signature itself if it is of that format, and
    /// otherwise one that says whose it is, in base64 because Gemini's and Bedrock's fields hold nothing else.
    package func text(for format: WireFormat) -> String {
        guard origin != format else { return value }
        let names = label.isEmpty ? origin.rawValue : "\(origin.rawValue);\(label)"
        return Base64.encoded("\(Self.mark)\(names):\(value)")
    }

    /// What goes to a provider that speaks `format`; nil when another made it.
    ///
    /// Claude signs in the same way wherever it runs, so its signatures pass between Anthropic and Bedrock
    /// (Anthropic documentation, "Extended thinking").
    package func value(readableBy format: WireFormat) -> String? {
        if origin == format { return value }
        let claude: [WireFormat] = [.anthropicMessages, .bedrockConverse]
        return claude.contains(origin) && claude.contains(format) ? value : nil
    }

    private static let mark = "martlet:"
}
