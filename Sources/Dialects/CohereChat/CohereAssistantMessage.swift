import JSON

/// An assistant's message in the making.
///
/// Format: Cohere API reference, "Chat", `messages`, role `assistant`.
struct CohereAssistantMessage {
    private var thoughts: [JSONValue] = []
    private var texts: [String] = []
    private var calls: [JSONValue] = []

    mutating func append(text: String) {
        if !text.isEmpty { texts.append(text) }
    }

    mutating func append(thoughts text: String) {
        if !text.isEmpty { thoughts.append(["type": "thinking", "thinking": .string(text)]) }
    }

    mutating func append(_ call: ToolCall, name: String) {
        let arguments = call.arguments.isEmpty ? "{}" : call.arguments
        calls.append([
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(name), "arguments": .string(arguments)],
        ])
    }

    /// The message; nil for one that says nothing. What was said before calls is their plan.
    var object: JSONObject? {
        var message: JSONObject = ["role": "assistant"]
        let text = texts.joined()
        if !calls.isEmpty {
            if !text.isEmpty { message.append("tool_plan", .string(text)) }
            if !thoughts.isEmpty { message.append("content", .array(thoughts)) }
            message.append("tool_calls", .array(calls))
        } else if !thoughts.isEmpty {
            let said: [JSONValue] = text.isEmpty ? [] : [.object(CoherePartEncoder.text(text))]
            message.append("content", .array(thoughts + said))
        } else if !text.isEmpty {
            message.append("content", .string(text))
        } else {
            return nil
        }
        return message
    }
}

/// What a tool gave.
///
/// Format: Cohere API reference, "Chat", `messages`, role `tool`; the guide "Basic usage of tool use".
enum CohereToolContent {
    /// One plain text as it is. An object becomes a document that the answer can cite by its members, and of several
    /// texts each one does.
    static func value(of texts: [String]) -> JSONValue {
        let objects = texts.map { (try? JSONValue(parsing: $0.utf8.span))?.object }
        if texts.count < 2, objects.first.flatMap(\.self) == nil { return .string(texts.first ?? "") }
        let documents = zip(texts, objects).map { text, object -> JSONValue in
            ["type": "document", "document": ["data": .object(object ?? ["content": .string(text)])]]
        }
        return .array(documents)
    }
}
