import JSON

@testable import Dialects

/// What stands at a path of Cohere's request for a request of OpenAI Chat's format.
struct CohereRequest {
    let encoded: EncodedRequest

    init(_ conversation: Conversation, model: String = "command-a-reasoning-08-2025") {
        encoded = CohereChat.request(for: conversation, RequestOptions(model: model))
    }

    init(_ openAI: String, model: String = "command-a-reasoning-08-2025") throws {
        let tree = try JSONValue(parsing: openAI.utf8.span)
        self.init(try OpenAIChat.conversation(of: tree, RequestCall()), model: model)
    }

    /// The compact text of what stands at a path such as `messages.0.content`; "absent" when there is nothing.
    subscript(path: String) -> String { JSONValue.object(encoded.body)[path: path] }

    /// What was lost, as in `"messages[0] dropped speaker name"`.
    var lost: [String] {
        encoded.losses.map { "\($0.path) \($0.effect.rawValue) \($0.element.rawValue)".trimmed }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

/// Streams in the shape of the documentation.
enum CohereSamples {
    static func stream(_ events: [String]) -> [UInt8] {
        events.reduce(into: []) { output, event in
            let type = event.split(separator: "\"", maxSplits: 4).dropFirst(3).first ?? ""
            output += Array("event: \(type)\ndata: \(event)\n\n".utf8)
        } + Array("data: [DONE]\n\n".utf8)
    }

    static let start =
        #"{"type":"message-start","id":"m1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}"#

    static func end(_ reason: String) -> String {
        #"{"type":"message-end","id":"m1","delta":{"finish_reason":"\#(reason)","usage":{"billed_units":{"input_tokens":5,"output_tokens":6},"tokens":{"input_tokens":70,"output_tokens":8},"cached_tokens":64}}}"#
    }

    static func content(_ kind: String, _ text: String, index: Int = 0) -> String {
        #"{"type":"content-delta","index":\#(index),"delta":{"message":{"content":{"\#(kind)":"\#(text)"}}}}"#
    }

    static func contentStart(_ kind: String, index: Int = 0) -> String {
        #"{"type":"content-start","index":\#(index),"delta":{"message":{"content":{"type":"\#(kind)","\#(kind)":""}}}}"#
    }

    static func contentEnd(_ index: Int = 0) -> String { #"{"type":"content-end","index":\#(index)}"# }

    static let citation =
        #"{"start":4,"end":9,"text":"north","sources":[{"type":"document","id":"doc:0","document":{"title":"Birds","url":"https://birds.example/1","text":"They fly north."}}],"type":"TEXT_CONTENT"}"#

    /// Thoughts, a text and what it cites.
    static let cited = stream([
        start, contentStart("thinking"), content("thinking", "Where "), content("thinking", "to?"), contentEnd(),
        contentStart("text", index: 1), content("text", "Fly ", index: 1), content("text", "n\\u00f6rth", index: 1),
        contentEnd(1), #"{"type":"citation-start","index":0,"delta":{"message":{"citations":\#(citation)}}}"#,
        #"{"type":"citation-end","index":0}"#, end("COMPLETE"),
    ])

    /// A plan and two calls.
    static let calls = stream([
        start, #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will "}}}"#,
        #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"look."}}}"#,
        call(0, "look_a", #""#), callDelta(0, #"{\"at\":"#), callDelta(0, #" \"Rome\"}"#),
        #"{"type":"tool-call-end","index":0}"#, call(1, "look_b", ""), callDelta(1, "{}"),
        #"{"type":"tool-call-end","index":1}"#, end("TOOL_CALL"),
    ])

    private static func call(_ index: Int, _ id: String, _ arguments: String) -> String {
        #"{"type":"tool-call-start","index":\#(index),"delta":{"message":{"tool_calls":{"id":"\#(id)","type":"function","function":{"name":"look","arguments":"\#(arguments)"}}}}}"#
    }

    private static func callDelta(_ index: Int, _ arguments: String) -> String {
        #"{"type":"tool-call-delta","index":\#(index),"delta":{"message":{"tool_calls":{"function":{"arguments":"\#(arguments)"}}}}}"#
    }
}
