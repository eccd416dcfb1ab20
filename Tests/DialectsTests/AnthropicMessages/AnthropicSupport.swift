import Foundation
import JSON
import Testing

@testable import Dialects

/// A value of JSON text.
func json(anthropic text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8).span)
}

/// The conversation of a request with this text.
func conversation(anthropic text: String) throws -> Conversation {
    try AnthropicMessages.conversation(of: json(anthropic: text), RequestCall())
}

/// The request for a provider, which must keep to the published rules.
func request(
    anthropic conversation: Conversation,
    model: String = "claude-sonnet-4-5",
    defaultMaximumTokens: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) -> EncodedRequest {
    let options = RequestOptions(model: model, defaultMaximumTokens: defaultMaximumTokens)
    let request = AnthropicMessages.request(for: conversation, options)
    let complaints = AnthropicRules.complaints(.object(request.body))
    #expect(complaints == [], sourceLocation: sourceLocation)
    return request
}

extension EncodedRequest {
    /// What was lost, without the reasons.
    var lostElements: [String] { losses.map { "\($0.element.rawValue) \($0.effect.rawValue) \($0.path)" } }

    /// The value of a member as compact text; nil when there is none.
    func memberText(_ name: String) -> String? {
        body[name].map { String(decoding: JSONWriter().write($0), as: UTF8.self) }
    }
}

/// A conversation of another format.
func anthropicTestConversation(_ turns: [Turn], source: WireFormat = .openAIChat) -> Conversation {
    var conversation = Conversation(source: source, model: "any")
    conversation.turns = turns
    conversation.sampling.maximumTokens = 1000
    return conversation
}

/// A turn whose parts have paths.
func anthropicTurn(_ role: Role, _ contents: PartContent..., path: String = "turn") -> Turn {
    Turn(role, contents.enumerated().map { Part($1, path: "\(path)[\($0)]") }, path: path)
}

extension PartContent {
    static func lookCall(_ id: String, _ name: String = "look", _ arguments: String = "{}") -> PartContent {
        .toolCall(ToolCall(id: id, name: name, arguments: arguments))
    }

    static func lookResult(_ id: String, _ text: String = "found", isError: Bool = false) -> PartContent {
        .toolResult(ToolResult(callID: id, parts: [Part(.text(text))], isError: isError))
    }
}

/// What Anthropic's reference demands of a request, in the words of the tests.
enum AnthropicRules {
    static func complaints(_ body: JSONValue) -> [String] {
        var complaints: [String] = []
        let limit = body["max_tokens"]?.integer ?? -1
        if limit < 0 { complaints.append("max_tokens") }
        if let budget = body["thinking"]?["budget_tokens"]?.integer, budget < 1024 || budget >= limit {
            complaints.append("budget \(budget) of \(limit)")
        }
        let isThinking = body["thinking"]?["type"] == "enabled" || body["thinking"]?["type"] == "adaptive"
        let choice = body["tool_choice"]?["type"]?.string
        if isThinking, body["temperature"] != nil || body["top_k"] != nil || choice == "any" || choice == "tool" {
            complaints.append("settings beside thinking")
        }
        if let temperature = body["temperature"]?.double, !(0...1).contains(temperature) {
            complaints.append("temperature")
        }
        if choice != nil, body["tools"] == nil { complaints.append("choice without tools") }
        for tool in body["tools"]?.array ?? [] where tool["type"] == nil {
            if !isName(tool["name"]) { complaints.append("tool name") }
            if tool["input_schema"]?["type"] != "object" { complaints.append("input_schema") }
        }
        complaints += texts(body["system"]?.array ?? [], "system")
        let messages = body["messages"]?.array ?? []
        return complaints + self.messages(messages, isThinking: isThinking)
    }

    private static func messages(_ messages: [JSONValue], isThinking: Bool) -> [String] {
        var complaints: [String] = []
        if messages.first?["role"] != "user" { complaints.append("first role") }
        var pending: [String] = []
        var ids: Set<String> = []
        for (index, message) in messages.enumerated() {
            let blocks = message["content"]?.array ?? []
            if blocks.isEmpty { complaints.append("no content in \(index)") }
            if index > 0, messages[index - 1]["role"] == message["role"] { complaints.append("role of \(index)") }
            complaints += texts(blocks, "messages[\(index)]")
            let results = blocks.filter { $0["type"] == "tool_result" }
            if results.compactMap({ $0["tool_use_id"]?.string }).sorted() != pending.sorted() {
                complaints.append("results of \(index)")
            }
            if blocks.prefix(results.count).contains(where: { $0["type"] != "tool_result" }) {
                complaints.append("results not first in \(index)")
            }
            pending = blocks.filter { $0["type"] == "tool_use" }.compactMap { $0["id"]?.string }
            for block in blocks where block["type"] == "tool_use" {
                if !isName(block["id"]) || !isName(block["name"]) { complaints.append("id or name in \(index)") }
                if block["input"]?.object == nil { complaints.append("input in \(index)") }
            }
            for id in pending where !ids.insert(id).inserted { complaints.append("id \(id) twice") }
            let isUser = message["role"] == "user"
            for block in blocks {
                let type = block["type"]?.string ?? ""
                let assistants = ["tool_use", "thinking", "redacted_thinking"]
                if isUser == assistants.contains(type), type != "text" || isUser == false && type == "image" {
                    if !(!isUser && !["tool_result", "image", "document"].contains(type)) {
                        complaints.append("\(type) in \(index)")
                    }
                }
                if type == "thinking", block["signature"]?.string?.isEmpty != false { complaints.append("unsigned") }
            }
        }
        if !pending.isEmpty { complaints.append("calls at the end") }
        if let last = messages.last, last["role"] == "assistant", let block = last["content"]?.array?.last {
            if block["text"]?.string?.last?.isWhitespace == true { complaints.append("white space at the end") }
            if isThinking { complaints.append("prefill beside thinking") }
        }
        return complaints
    }

    private static func texts(_ blocks: [JSONValue], _ place: String) -> [String] {
        blocks.flatMap { block -> [String] in
            if block["type"] == "text", block["text"]?.string?.allSatisfy(\.isWhitespace) != false {
                return ["empty text in \(place)"]
            }
            guard block["type"] == "tool_result" else { return [] }
            if block["is_error"] == true, block["content"] == nil { return ["empty error in \(place)"] }
            return texts(block["content"]?.array ?? [], place)
        }
    }

    private static func isName(_ value: JSONValue?) -> Bool {
        guard let name = value?.string, (1...64).contains(name.count) else { return false }
        return name.utf8.allSatisfy { byte in
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8.contains(byte)
        }
    }
}

/// What the official SDKs rely on in a stream, in the words of the tests: the message that they would collect.
struct AnthropicStreamGrammar {
    private(set) var message: JSONValue?
    private(set) var blocks: [JSONValue] = []
    private(set) var complaints: [String] = []
    private(set) var isWhole = false
    private(set) var error: JSONValue?
    private(set) var usage: JSONValue?
    private(set) var stopReason: String?
    private var open = false
    private var partialJSON = ""

    init(_ stream: [UInt8]) throws {
        for text in String(decoding: stream, as: UTF8.self).components(separatedBy: "\n\n") where !text.isEmpty {
            let lines = text.split(separator: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
                complaints.append("lines of \(text)")
                continue
            }
            let event = try JSONValue(parsing: Array(lines[1].dropFirst(6).utf8).span)
            if event["type"]?.string != String(lines[0].dropFirst(7)) { complaints.append("name of \(text)") }
            receive(event)
        }
    }

    private mutating func receive(_ event: JSONValue) {
        if isWhole || error != nil { complaints.append("event behind the end") }
        switch event["type"]?.string {
        case "message_start":
            if message != nil { complaints.append("second start") }
            message = event["message"]
            if message?["content"] != .array([]) || message?["usage"]?["input_tokens"]?.integer == nil {
                complaints.append("start")
            }
        case "content_block_start":
            if open || message == nil || stopReason != nil { complaints.append("block start") }
            if event["index"]?.integer != blocks.count { complaints.append("index") }
            if let block = event["content_block"] { blocks.append(block) }
            if ["tool_use", "server_tool_use"].contains(blocks.last?["type"]?.string), blocks.last?["input"] != [:] {
                complaints.append("input at the start")
            }
            open = true
            partialJSON = ""
        case "content_block_delta": delta(event)
        case "content_block_stop":
            if !open || event["index"]?.integer != blocks.count - 1 { complaints.append("block stop") }
            open = false
            if !partialJSON.isEmpty { set("input", (try? JSONValue(parsing: partialJSON.utf8.span)) ?? .null) }
        case "message_delta":
            if open || stopReason != nil { complaints.append("message delta") }
            stopReason = event["delta"]?["stop_reason"]?.string
            usage = event["usage"]
            if stopReason == nil || usage?["output_tokens"]?.integer == nil { complaints.append("message delta") }
        case "message_stop":
            if stopReason == nil { complaints.append("stop without reason") }
            isWhole = true
        case "error": error = event["error"]
        default: complaints.append("unknown event")
        }
    }

    private mutating func delta(_ event: JSONValue) {
        if !open || event["index"]?.integer != blocks.count - 1 { complaints.append("delta") }
        guard let delta = event["delta"], let block = blocks.last?["type"]?.string else { return }
        switch (delta["type"]?.string, block) {
        case ("text_delta", "text"): add("text", delta)
        case ("thinking_delta", "thinking"): add("thinking", delta)
        case ("signature_delta", "thinking"): set("signature", delta["signature"] ?? .null)
        case ("input_json_delta", "tool_use"), ("input_json_delta", "server_tool_use"):
            partialJSON += delta["partial_json"]?.string ?? ""
        case ("citations_delta", "text"):
            let citations = blocks.last?["citations"]?.array ?? []
            set("citations", .array(citations + [delta["citation"] ?? .null]))
        default: complaints.append("delta in \(block)")
        }
    }

    private mutating func add(_ name: String, _ delta: JSONValue) {
        guard let text = delta[name]?.string, !text.isEmpty else {
            complaints.append("empty \(name)")
            return
        }
        set(name, .string((blocks.last?[name]?.string ?? "") + text))
    }

    private mutating func set(_ name: String, _ value: JSONValue) {
        guard var object = blocks.last?.object else { return }
        object.set(name, to: value)
        blocks[blocks.count - 1] = .object(object)
    }
}
