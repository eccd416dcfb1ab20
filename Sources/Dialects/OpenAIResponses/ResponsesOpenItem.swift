import JSON

/// The item of an answer that is being written.
struct ResponsesOpenItem: Sendable {
    enum Kind: Sendable, Equatable { case message, call, reasoning }
    enum Content: Sendable { case text, refusal, thoughts, arguments }

    let kind: Kind
    let index: Int
    let id: String
    /// The id and name of a call.
    var callID = ""
    var name = ""
    /// The parts of a message that are complete.
    var parts: [JSONValue] = []
    /// The open part.
    var content: Content?
    var text = ""
    var annotations: [JSONValue] = []
    var logProbabilities: [JSONValue] = []
    var signature: ReasoningSignature?
    var isRedacted = false
    /// The members that tell the place of the open part, spelled.
    private(set) var place: [UInt8] = []

    init(_ kind: Kind, index: Int, id: String) {
        self.kind = kind
        self.index = index
        self.id = id
    }

    mutating func open(_ content: Content) {
        self.content = content
        text = ""
        annotations = []
        logProbabilities = []
        place = placeMembers.reduce(into: []) { bytes, member in
            bytes += ",\"\(member.0)\":".utf8
            JSONWriter().append(member.1, to: &bytes)
        }
    }

    /// The members that tell where the open part is.
    var placeMembers: [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [("item_id", .string(id)), ("output_index", .number(index))]
        switch content {
        case .text, .refusal: members.append(("content_index", .number(parts.count)))
        case .thoughts: members.append(("summary_index", 0))
        case .arguments, nil: break
        }
        return members
    }

    /// The open part of a message as it is so far.
    var part: JSONValue {
        if case .refusal = content { return ["type": "refusal", "refusal": .string(text)] }
        return [
            "type": "output_text", "annotations": .array(annotations), "logprobs": .array(logProbabilities),
            "text": .string(text),
        ]
    }

    /// The part of a summary.
    var summaryPart: JSONValue { ["type": "summary_text", "text": .string(text)] }

    /// The item as it is so far.
    func value(status: String) -> JSONValue {
        switch kind {
        case .message:
            return [
                "id": .string(id), "type": "message", "status": .string(status), "content": .array(parts),
                "role": "assistant",
            ]
        case .call:
            return [
                "id": .string(id), "type": "function_call", "status": .string(status), "arguments": .string(text),
                "call_id": .string(callID), "name": .string(name),
            ]
        case .reasoning:
            let encrypted = signature.map { ResponsesEncryptedContent($0, isRedacted: isRedacted).text }
            return OpenAIResponses.object([
                ("id", .string(id)), ("type", "reasoning"), ("summary", text.isEmpty ? [] : [summaryPart]),
                ("encrypted_content", encrypted.map { .string($0) }),
            ])
        }
    }
}
