import Framing
import JSON

@testable import Dialects

/// What the tests of Bedrock's format share.
enum Bedrock {
    static let claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    static let nova = "us.amazon.nova-2-lite-v1:0"
    static let llama = "meta.llama3-2-1b-instruct-v1:0"
    static let folders = ["bedrock-converse", "bedrock-converse-stream"]
    static let context = AnswerContext(requestID: "req-1", model: "m", created: 1_700_000_000)

    static func value(_ json: String) throws -> JSONValue { try JSONValue(parsing: json.utf8.span) }

    static func text(_ value: JSONValue) -> String { String(decoding: JSONWriter().write(value), as: UTF8.self) }

    static func conversation(_ json: String, model: String = claude) throws -> Conversation {
        try BedrockConverse.conversation(of: value(json), RequestCall(model: model, isStream: false))
    }

    static func encoded(_ conversation: Conversation, model: String = claude) -> EncodedRequest {
        BedrockConverse.request(for: conversation, RequestOptions(model: model))
    }

    /// A conversation of another format.
    static func conversation(_ turns: [Turn], tools: [Tool] = []) -> Conversation {
        var conversation = Conversation(source: .openAIChat, model: "m")
        conversation.turns = turns
        conversation.tools = tools
        return conversation
    }

    static func frame(_ name: String, _ payload: String, type: String = "event") -> [UInt8] {
        let kind = type == "event" ? ":event-type" : ":exception-type"
        let message = EventStreamMessage(
            headers: [
                EventStreamHeader(name: kind, value: .string(name)),
                EventStreamHeader(name: ":message-type", value: .string(type)),
            ],
            payload: Array(payload.utf8)
        )
        var output: [UInt8] = []
        do { try EventStreamEncoder.append(message, to: &output) } catch { return [] }
        return output
    }

    static func events(_ bytes: [UInt8], pieceLengths: [Int] = []) -> [AnswerEvent] {
        bedrockEvents(bytes, pieceLengths)
    }

    /// The events of a stream's messages: names and payloads.
    static func messages(_ bytes: [UInt8]) throws -> [(name: String, payload: JSONValue)] {
        var decoder = EventStreamDecoder()
        var messages: [(String, JSONValue)] = []
        try decoder.decode(bytes.span) { message in
            let name = message.text(ofHeader: ":event-type") ?? message.text(ofHeader: ":exception-type") ?? ""
            messages.append((name, try JSONValue(parsing: message.payload.span)))
        }
        return messages
    }

    /// The model in a recorded request's address.
    static func model(ofPath path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]).replacing("%3A", with: ":").replacing("%2F", with: "/") : "m"
    }
}

private func bedrockEvents(_ bytes: [UInt8], _ pieceLengths: [Int]) -> [AnswerEvent] {
    events(of: bytes, BedrockStreamDecoder(), framing: .eventStream, pieceLengths: pieceLengths)
}

/// Why Bedrock would refuse a request, by its documentation: what the schema cannot say of order and pairs.
func bedrockViolations(of body: JSONObject) -> [String] {
    var found: [String] = []
    let messages = body["messages"]?.array ?? []
    if messages.isEmpty { found.append("no messages") }
    var open: [String] = []
    var ids: Set<String> = []
    var names: Set<String> = []
    var hasTools = false
    for (index, message) in messages.enumerated() {
        let isAssistant = message["role"]?.string == "assistant"
        if isAssistant != (index % 2 == 1) { found.append("role of \(index)") }
        let blocks = message["content"]?.array ?? []
        if blocks.isEmpty { found.append("empty content \(index)") }
        if blocks.last(where: { $0["cachePoint"] == nil })?["reasoningContent"] != nil {
            found.append("ends in thoughts")
        }
        let results = blocks.compactMap { $0["toolResult"]?["toolUseId"]?.string }
        if results != open { found.append("results \(results) for \(open)") }
        let first = blocks.prefix { $0["toolResult"] != nil || $0["cachePoint"] != nil }
        if first.count(where: { $0["toolResult"] != nil }) != results.count { found.append("results not first") }
        open = blocks.compactMap { $0["toolUse"]?["toolUseId"]?.string }
        if !open.isEmpty, !isAssistant { found.append("call of user") }
        hasTools = hasTools || !open.isEmpty
        for id in open where !ids.insert(id).inserted { found.append("id \(id) twice") }
        for block in blocks { check(block, isAssistant, &names, &found) }
        if blocks.contains(where: { $0["document"] != nil }), !blocks.contains(where: { $0["text"] != nil }) {
            found.append("document without text")
        }
    }
    if !open.isEmpty { found.append("unanswered \(open)") }
    if hasTools, body["toolConfig"]?["tools"]?.array?.isEmpty != false { found.append("no tools") }
    for tool in body["toolConfig"]?["tools"]?.array ?? [] {
        guard let spec = tool["toolSpec"] else { continue }
        if !isName(spec["name"]?.string) { found.append("tool name") }
        if spec["inputSchema"]?["json"]?["type"]?.string != "object" { found.append("schema") }
    }
    return found
}

private func check(
    _ block: JSONValue,
    _ isAssistant: Bool,
    _ names: inout Set<String>,
    _ found: inout [String]
) {
    if block.object?.count != 1 { found.append("block \(block)") }
    if let text = block["text"]?.string, text.allSatisfy(\.isWhitespace) { found.append("blank text") }
    if let use = block["toolUse"] {
        if !isName(use["name"]?.string) || !isName(use["toolUseId"]?.string) { found.append("names of \(use)") }
        if use["input"]?.object == nil { found.append("input") }
    }
    if isAssistant, block["image"] != nil || block["document"] != nil { found.append("media of assistant") }
    if let name = block["document"]?["name"]?.string {
        if !names.insert(name).inserted { found.append("document name twice") }
        let allowed = name.utf8.allSatisfy { isNameByte($0, besides: " -()[]") }
        if name.isEmpty || !allowed || name.contains("  ") { found.append("document name") }
    }
    for inner in block["toolResult"]?["content"]?.array ?? [] { check(inner, false, &names, &found) }
    if let result = block["toolResult"], result["content"]?.array?.isEmpty != false { found.append("empty result") }
}

private func isName(_ name: String?) -> Bool {
    guard let name else { return false }
    return (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { isNameByte($0, besides: "_-") }
}

private func isNameByte(_ byte: UInt8, besides others: String) -> Bool {
    let letter = byte | 0x20
    return (letter >= 0x61 && letter <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || others.utf8.contains(byte)
}
