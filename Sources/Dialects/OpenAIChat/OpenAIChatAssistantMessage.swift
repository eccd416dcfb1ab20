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
        case .details: append(thoughts.text, thoughts, signature: nil)
        case nil:
            guard let value = thoughts.signature?.value else { return }
            if let callID, !thoughts.isRedacted {
                append(ReasoningDetail.encrypted(value, id: callID, index: details.count))
            } else if thoughts.isRedacted {
                append(ReasoningDetail.encrypted(value, id: thoughts.id, index: details.count))
            } else if thoughts.isSummary {
                let index = details.count
                append(thoughts.text, thoughts, signature: nil)
                append(ReasoningDetail.encrypted(value, id: thoughts.id, index: index))
            } else {
                append(thoughts.text, thoughts, signature: value)
            }
        }
    }

    private mutating func append(_ text: String, _ thoughts: Reasoning, signature: String?) {
        append(
            ReasoningDetail.text(
                text,
                isSummary: thoughts.isSummary,
                signature: signature,
                id: thoughts.id,
                index: details.count
            )
        )
    }

    private mutating func append(_ entry: JSONObject) {
        details.append(.object(entry))
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
