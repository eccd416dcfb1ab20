import JSON

@testable import Dialects

/// What tests of Gemini's format share.
enum GeminiTesting {
    static func json(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: text.utf8.span)
    }

    static func text(_ value: JSONValue?) -> String {
        value.map { String(decoding: JSONWriter().write($0), as: UTF8.self) } ?? "nothing"
    }

    static func text(_ object: JSONObject) -> String {
        text(JSONValue.object(object))
    }

    static func conversation(_ body: String, model: String = "gemini-2.5-flash") throws -> Conversation {
        try Gemini.conversation(of: json(body), RequestCall(model: model, isStream: false))
    }

    /// A conversation of another format with one turn for each element.
    static func conversation(_ turns: [Turn]) -> Conversation {
        var conversation = Conversation(source: .openAIChat, model: "caller's")
        conversation.turns = turns
        return conversation
    }

    static func request(_ conversation: Conversation, model: String = "gemini-2.5-flash") -> EncodedRequest {
        Gemini.request(for: conversation, RequestOptions(model: model))
    }

    static func events(_ answer: String) throws -> [AnswerEvent] {
        try Gemini.events(ofAnswer: json(answer))
    }

    static let context = AnswerContext(requestID: "req-1", model: "gemini-2.5-flash", created: 1_700_000_000)
    static let arrayContext = AnswerContext(
        requestID: "req-1",
        model: "gemini-2.5-flash",
        created: 1_700_000_000,
        streamsAsArray: true
    )

    static func user(_ text: String) -> Turn {
        Turn(.user, [Part(.text(text), path: "u")], path: "u")
    }

    static func assistant(_ parts: [PartContent]) -> Turn {
        Turn(.assistant, parts.map { Part($0, path: "a") }, path: "a")
    }

    static func call(_ id: String, _ name: String = "weather", _ arguments: String = "{}") -> PartContent {
        .toolCall(ToolCall(id: id, name: name, arguments: arguments))
    }

    static func result(_ id: String, _ text: String, isError: Bool = false) -> Turn {
        let result = ToolResult(callID: id, parts: [Part(.text(text), path: "r")], isError: isError)
        return Turn(.user, [Part(.toolResult(result), path: "r.\(id)")], path: "r.\(id)")
    }
}
