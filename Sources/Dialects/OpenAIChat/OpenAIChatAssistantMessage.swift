import JSON

/// A message of the assistant on its way to a provider.
struct OpenAIChatAssistantMessage {
    /// Texts, and thoughts of Mistral's kind among them.
    var content: [JSONObject] = []
    /// The words for not answering.
    var refusal = ""
    /// Calls of functions and of custom tools.
    var calls: [JSONValue] = []
    /// Which of the provider's recordings this was.
    var audio: JSONValue?

    private var reasoningContent = ""
    private var reasoning = ""
    private var details: [JSONValue] = []

    /// Adds a call.
    ///
    /// - Parameter signature: That of Gemini's OpenAI layer.
    mutating func append(_ call: ToolCall, id: String, name: String, _ signature: String?) {
        var object: JSONObject = [
            "id": .string(id),
            "type": "function",
            "function": ["name": .string(name), "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments)],
        ]
        if let signature {
            object.append("extra_content", GoogleExtraContent.value(signature))
        }
        calls.append(.object(object))
    }

    /// Adds thoughts in the member that their provider uses.
    ///
    /// - Parameter callID: The call that a signature without text belongs to.
    mutating func append(_ thoughts: Reasoning, callID: String?) {
        switch OpenAIReasoningMember(thoughts.signature) {
        case .content: reasoningContent += thoughts.text
        case .plain: reasoning += thoughts.text
        case .thinkingPart:
            content.append(["type": "thinking", "thinking": [.object(OpenAIChatPartEncoder.text(thoughts.text))]])
        case .details:
            let label = ReasoningDetailLabel(thoughts.signature?.label ?? "")
            append(thoughts, isSummary: label.map { $0.kind == .summary } ?? thoughts.isSummary, label, signature: nil)
        case nil:
            guard let signature = thoughts.signature else { return }
            append(thoughts, signature, callID: callID)
        }
    }

    /// Adds the entry that had the signature, by what its label says, or else by what the thoughts look like.
    private mutating func append(_ thoughts: Reasoning, _ signature: ReasoningSignature, callID: String?) {
        let label = ReasoningDetailLabel(signature.label)
        let callID = thoughts.isRedacted ? nil : callID
        let isEncrypted = thoughts.isRedacted || callID != nil || thoughts.isSummary
        switch label?.kind ?? (isEncrypted ? .encrypted : .text) {
        case .text: append(thoughts, isSummary: false, label, signature: signature.value)
        case .summary: append(thoughts, isSummary: true, label, signature: signature.value)
        case .encrypted:
            let index = details.count
            // The entry behind a summary has its place, which tells that they belong together.
            if !thoughts.text.isEmpty { append(thoughts, isSummary: true, label, signature: nil) }
            let id = callID ?? Self.id(of: thoughts, label)
            append(ReasoningDetail.encrypted(signature.value, id: id, index: index), label)
        }
    }

    private mutating func append(
        _ thoughts: Reasoning,
        isSummary: Bool,
        _ label: ReasoningDetailLabel?,
        signature: String?
    ) {
        let entry = ReasoningDetail.text(
            thoughts.text,
            isSummary: isSummary,
            signature: signature,
            id: Self.id(of: thoughts, label),
            index: details.count
        )
        append(entry, label)
    }

    private mutating func append(_ entry: JSONObject, _ label: ReasoningDetailLabel?) {
        var entry = entry
        if let format = label?.format { entry.append("format", .string(format)) }
        details.append(.object(entry))
    }

    /// The id that the provider gave, where that is known: some formats make ids of their own for thoughts.
    private static func id(of thoughts: Reasoning, _ label: ReasoningDetailLabel?) -> String? {
        label.map(\.id) ?? thoughts.id
    }

    /// The message; nil when nothing is in it that a provider would take.
    var object: JSONObject? {
        guard !content.isEmpty || !refusal.isEmpty || !calls.isEmpty || audio != nil else { return nil }
        var message: JSONObject = ["role": "assistant"]
        if content.isEmpty, !refusal.isEmpty {
            message.append("content", [["type": "refusal", "refusal": .string(refusal)]])
        } else if content.isEmpty {
            message.append("content", .null)
        } else if content.count == 1, content[0]["type"] == "text", let text = content[0]["text"] {
            message.append("content", text)
        } else {
            message.append("content", .array(content.map(JSONValue.object)))
        }
        if !content.isEmpty, !refusal.isEmpty { message.append("refusal", .string(refusal)) }
        if !reasoningContent.isEmpty { message.append("reasoning_content", .string(reasoningContent)) }
        if !reasoning.isEmpty { message.append("reasoning", .string(reasoning)) }
        if !details.isEmpty { message.append("reasoning_details", .array(details)) }
        if let audio { message.append("audio", audio) }
        if !calls.isEmpty { message.append("tool_calls", .array(calls)) }
        return message
    }
}
