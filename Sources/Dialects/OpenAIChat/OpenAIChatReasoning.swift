import JSON

/// The members of a message that hold thoughts. Providers know one of them each and refuse the others, so thoughts
/// that have no signature carry the name of their member in its place: only a provider that speaks this format gets
/// them back, and in the member that it uses.
enum OpenAIReasoningMember: String {
    /// DeepSeek, vLLM, xAI.
    case content = "reasoning_content"
    /// Groq.
    case plain = "reasoning"
    /// OpenRouter, Bifrost.
    case details = "reasoning_details"
    /// Mistral: parts of the content.
    case thinkingPart = "thinking"

    /// What stands for a signature.
    var signature: ReasoningSignature { ReasoningSignature(origin: .openAIChat, value: rawValue) }

    /// The member whose name the signature is; nil for a true one.
    init?(_ signature: ReasoningSignature?) {
        guard let signature, signature.origin == .openAIChat else { return nil }
        self.init(rawValue: signature.value)
    }
}

/// Gemini's signature of a call in the calls of its OpenAI layer.
///
/// Format: Gemini API documentation, "Thought signatures", part on OpenAI compatibility.
enum GoogleExtraContent {
    private static let mark = "extra_content:"

    /// The signature in `extra_content.google.thought_signature` of a call.
    static func signature(of extraContent: JSONValue?) -> String? {
        extraContent?["google"]?["thought_signature"]?.string
    }

    /// The signature of a provider that speaks this format, which has to come back in the same place.
    static func marked(_ signature: String) -> ReasoningSignature {
        ReasoningSignature(origin: .openAIChat, value: mark + signature)
    }

    /// The signature if it came from that place.
    static func unmarked(_ signature: ReasoningSignature) -> String? {
        guard signature.origin == .openAIChat, signature.value.utf8.starts(with: mark.utf8) else { return nil }
        return String(signature.value.dropFirst(mark.count))
    }

    /// The member for a call.
    static func value(_ signature: String) -> JSONValue {
        ["google": ["thought_signature": .string(signature)]]
    }
}

/// One entry of `reasoning_details`.
///
/// Format: OpenRouter documentation, "Reasoning Tokens", part on `reasoning_details`.
struct ReasoningDetail {
    enum Kind { case text, summary, encrypted }

    var kind: Kind
    /// Thoughts, a summary of them, or what is encrypted.
    var text: String
    var signature: String?
    var id: String?
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
        index = value["index"]?.integer
    }

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
            let signature = entry.signature.map { ReasoningSignature(received: $0, in: .openAIChat) }
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
                let secret = ReasoningSignature(received: entry.text, in: .openAIChat)
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
        case .openAIChat, .openAICompletions: nil
        }
    }
}
