import JSON
import Testing

@testable import Dialects

/// A value of JSON text.
func json(responses text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8).span)
}

/// The text of a value.
func jsonText(_ value: JSONValue?) -> String {
    value.map { String(decoding: JSONWriter().write($0), as: UTF8.self) } ?? "nothing"
}

/// A conversation of a request's JSON text.
func responsesConversation(_ text: String) throws -> Conversation {
    try OpenAIResponses.conversation(of: json(responses: text), RequestCall())
}

/// A request encoded for OpenAI Responses.
func responsesRequest(_ conversation: Conversation) -> (body: JSONValue, losses: [Loss]) {
    let request = OpenAIResponses.request(for: conversation, RequestOptions(model: "gpt"))
    return (.object(request.body), request.losses)
}

let responsesContext = AnswerContext(requestID: "req-1", model: "gpt-5", created: 1_700_000_000)

/// The events of an answer's JSON text, put in order.
func responsesEvents(_ body: JSONValue) throws -> [AnswerEvent] {
    var sequencer = AnswerSequencer(toolNames: ToolNameMap(ToolNameRule()))
    var events: [AnswerEvent] = []
    for event in try OpenAIResponses.events(ofAnswer: body) {
        sequencer.receive(event) { events.append($0) }
    }
    sequencer.close { events.append($0) }
    return events
}

/// The events that the stream's bytes mean to this format's own decoder.
func responsesEvents(ofStream bytes: [UInt8], pieceLengths: [Int] = []) -> [AnswerEvent] {
    events(of: bytes, OpenAIResponsesStreamDecoder(), pieceLengths: pieceLengths)
}

/// The data of the events of a stream.
func responsesData(_ stream: [UInt8]) throws -> [JSONValue] {
    try String(decoding: stream, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("data: ") }
        .map { try json(responses: String($0.dropFirst(6))) }
}

let responsesFolder = ["openai-responses"]

/// The text of a value with the members of its objects by name and the fewest escapes.
func normalized(_ value: JSONValue?) -> String {
    func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .string(let string): .string(string.repairedValue)
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { .init(name: $0.name, value: sorted($0.value)) }
                        .sorted { $0.name.spelling < $1.name.spelling }
                )
            )
        default: value
        }
    }
    return jsonText(value.map(sorted))
}
