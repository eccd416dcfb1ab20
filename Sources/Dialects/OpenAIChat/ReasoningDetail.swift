import JSON

/// One entry of `reasoning_details`.
///
/// Format: OpenRouter documentation, "Reasoning Tokens", part on `reasoning_details`.
struct ReasoningDetail {
    enum Kind: String { case text, summary, encrypted }

    var kind: Kind
    /// Thoughts, a summary of them, or what is encrypted.
    var text: String
    var signature: String?
    var id: String?
    /// Whose thoughts they are, in OpenRouter's words. Entries without this it takes for Claude's.
    var format: String?
    var index: Int?

    /// Reads an entry; nil for a kind that is not known. Whatever is ill-typed counts as absent.
    init?(_ value: JSONValue) {
        func nonempty(_ name: String) -> String? {
            value[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        switch value["type"]?.string {
        case "reasoning.text": (kind, text) = (.text, nonempty("text") ?? "")
        case "reasoning.summary": (kind, text) = (.summary, nonempty("summary") ?? "")
        case "reasoning.encrypted": (kind, text) = (.encrypted, nonempty("data") ?? "")
        default: return nil
        }
        signature = nonempty("signature")
        id = nonempty("id")
        format = nonempty("format")
        index = value["index"]?.integer
    }

    /// A signature of this entry, which finds back to such an entry through any format.
    func signature(_ value: String) -> ReasoningSignature {
        var signature = ReasoningSignature(received: value, in: .openAIChat)
        if signature.origin == .openAIChat, signature.label.isEmpty {
            signature.label = label.text
        }
        return signature
    }

    /// What it was.
    var label: ReasoningDetailLabel { ReasoningDetailLabel(kind: kind, id: id, format: format) }

    /// Whether both entries are pieces of the same thoughts.
    func continues(_ other: ReasoningDetail) -> Bool {
        if let id, let otherID = other.id { return id == otherID }
        return index != nil && index == other.index
    }

    /// The thoughts in a message's entries, those of one block joined, and the ids of calls that they belong to.
    static func reasoning(in entries: [ReasoningDetail]) -> [Reasoning] {
        var result: [Reasoning] = []
        var last: ReasoningDetail?
        for entry in entries {
            let signature = entry.signature.map(entry.signature)
            let continues = last.map(entry.continues) ?? false
            let id = last?.id
            let place = result.indices.last
            switch entry.kind {
            case .text, .summary:
                if continues, let place, last?.kind == entry.kind, result[place].signature == nil {
                    result[place].text += entry.text
                    result[place].signature = signature
                } else {
                    result.append(
                        Reasoning(entry.text, isSummary: entry.kind == .summary, id: entry.id, signature: signature)
                    )
                }
            case .encrypted:
                guard !entry.text.isEmpty else { continue }
                let secret = entry.signature(entry.text)
                if continues, let place, last?.kind == .summary, result[place].signature == nil {
                    result[place].signature = secret
                } else {
                    result.append(Reasoning("", isRedacted: true, id: entry.id, signature: secret))
                }
            }
            last = entry
            if continues, entry.id == nil { last?.id = id }
        }
        return result.filter { !$0.text.isEmpty || $0.signature != nil }
    }

    /// The entry of a text or of nothing but its signature.
    static func text(_ text: String, isSummary: Bool, signature: String?, id: String?, index: Int) -> JSONObject {
        var entry: JSONObject =
            isSummary
            ? ["type": "reasoning.summary", "summary": .string(text)]
            : ["type": "reasoning.text", "text": .string(text)]
        if let signature { entry.append("signature", .string(signature)) }
        if let id { entry.append("id", .string(id)) }
        entry.append("index", .number(index))
        return entry
    }

    /// The entry of what is encrypted.
    static func encrypted(_ data: String, id: String?, index: Int) -> JSONObject {
        var entry: JSONObject = ["type": "reasoning.encrypted", "data": .string(data)]
        if let id { entry.append("id", .string(id)) }
        entry.append("index", .number(index))
        return entry
    }

    /// The `format` of an entry with a signature of `origin`.
    static func formatName(_ origin: WireFormat) -> String? {
        switch origin {
        case .anthropicMessages, .bedrockConverse: "anthropic-claude-v1"
        case .openAIResponses: "openai-responses-v1"
        case .gemini: "google-gemini-v1"
        case .openAIChat, .openAICompletions, .cohereChat: nil
        }
    }
}

/// What an entry was, in the label of its signature: other formats know neither all of the kinds nor the format, and
/// some have no place for the id.
struct ReasoningDetailLabel: Equatable {
    var kind: ReasoningDetail.Kind
    var id: String?
    var format: String?

    init(kind: ReasoningDetail.Kind, id: String?, format: String?) {
        self.kind = kind
        self.id = id.flatMap(Self.allowed)
        self.format = format.flatMap(Self.allowed)
    }

    /// Reads a label; nil for none.
    init?(_ text: String) {
        let words = text.split(separator: ";", omittingEmptySubsequences: false)
        guard words.count == 3, let kind = ReasoningDetail.Kind(rawValue: String(words[0])) else { return nil }
        self.init(kind: kind, id: String(words[1]), format: String(words[2]))
    }

    var text: String { "\(kind.rawValue);\(id ?? "");\(format ?? "")" }

    private static func allowed(_ word: String) -> String? {
        word.isEmpty || word.utf8.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ":") } ? nil : word
    }
}
