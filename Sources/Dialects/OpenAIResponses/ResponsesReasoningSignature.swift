/// What gives a reasoning item back to OpenAI: its encrypted content, and its id, which other formats have no place
/// for.
///
/// As the value of a ``ReasoningSignature`` it is spelled `id:content`. Neither has a colon at OpenAI.
struct ResponsesReasoningSignature: Equatable {
    var id: String?
    var encryptedContent: String

    init(id: String?, encryptedContent: String) {
        self.id = id.flatMap { $0.isEmpty || $0.utf8.contains(Self.colon) ? nil : $0 }
        self.encryptedContent = encryptedContent
    }

    /// Reads a signature's value.
    init(_ value: String) {
        guard let place = value.utf8.firstIndex(of: Self.colon) else {
            self.init(id: nil, encryptedContent: value)
            return
        }
        self.init(id: String(value[..<place]), encryptedContent: String(value[place...].dropFirst()))
    }

    var signature: ReasoningSignature {
        ReasoningSignature(origin: .openAIResponses, value: (id ?? "") + ":" + encryptedContent)
    }

    private static let colon = UInt8(ascii: ":")
}

/// What stands in the field `encrypted_content`, between the gateway and its callers.
struct ResponsesEncryptedContent: Equatable {
    var text: String
    /// The id of the item, where the signature is of OpenAI and holds it.
    var id: String?

    /// What a caller is given. A signature of another provider says whose it is; hidden thoughts of another say that
    /// they are, which an item without a summary does not.
    init(_ signature: ReasoningSignature, isRedacted: Bool) {
        if signature.origin == .openAIResponses {
            let own = ResponsesReasoningSignature(signature.value)
            text = own.encryptedContent
            id = own.id
        } else {
            text = (isRedacted ? Self.redactedMark : "") + signature.text(for: .openAIResponses)
        }
    }

    /// Reads what a caller sent back.
    static func signature(of text: String, itemID: String?) -> (signature: ReasoningSignature, isRedacted: Bool) {
        let isMarked = text.utf8.starts(with: redactedMark.utf8)
        let content = isMarked ? String(text.utf8.dropFirst(redactedMark.utf8.count)) ?? text : text
        let signature = ReasoningSignature(received: content, in: .openAIResponses)
        guard signature.origin == .openAIResponses else { return (signature, isMarked) }
        return (ResponsesReasoningSignature(id: itemID, encryptedContent: text).signature, true)
    }

    private static let redactedMark = "redacted."
}
