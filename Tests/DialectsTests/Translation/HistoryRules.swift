import JSON

@testable import Dialects

/// What the providers' references demand of a history, in the words of the tests.
enum HistoryRules {
    static func complaints(_ body: JSONObject, _ format: WireFormat) -> [String] {
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat: chat(messages(body, format))
        case .openAIResponses: responses(messages(body, format))
        case .anthropicMessages: AnthropicRules.complaints(.object(body)) + thinking(body)
        case .gemini: gemini(messages(body, format))
        case .bedrockConverse:
            bedrockViolations(of: body) + unsigned(messages(body, format))
                + thinking(body["additionalModelRequestFields"]?.object ?? [:], messages(body, format))
        }
    }

    /// The elements of a history.
    static func messages(_ body: JSONObject, _ format: WireFormat) -> [JSONValue] {
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat, .anthropicMessages, .bedrockConverse:
            body["messages"]?.array ?? []
        case .openAIResponses: body["input"]?.array ?? []
        case .gemini: body["contents"]?.array ?? []
        }
    }

    static func isName(_ value: JSONValue?, upTo length: Int = 64, besides others: String = "_-") -> Bool {
        guard let name = value?.string, (1...length).contains(name.utf8.count) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                || others.unicodeScalars.contains(scalar)
        }
    }

    private static func isObject(_ text: JSONValue?) -> Bool {
        guard let text = text?.string, let value = try? JSONValue(parsing: text.utf8.span) else { return false }
        return value.object != nil
    }

    // MARK: Chat Completions

    private static let chatMembers: Set<String> = [
        "role", "content", "refusal", "tool_calls", "tool_call_id", "reasoning_content", "reasoning",
        "reasoning_details", "name",
    ]

    private static func chat(_ messages: [JSONValue]) -> [String] {
        var found: [String] = []
        var open: [String] = []
        for (index, message) in messages.enumerated() {
            let names = message.object?.members.compactMap(\.name.value) ?? []
            if !chatMembers.isSuperset(of: names) { found.append("members of \(index): \(names)") }
            if Set(names).count != names.count { found.append("members twice in \(index)") }
            let content = message["content"]
            if content?.array?.contains(where: { $0["type"] == "text" && $0["text"]?.string?.isEmpty != false }) == true
                || content?.array?.isEmpty == true
            {
                found.append("empty content of \(index)")
            }
            if message["role"] == "tool" {
                guard let place = open.firstIndex(where: { message["tool_call_id"]?.string == $0 }) else {
                    found.append("result of no call in \(index)")
                    continue
                }
                open.remove(at: place)
                if content == nil || content == .null { found.append("result without content") }
                continue
            }
            if !open.isEmpty { found.append("\(open) unanswered before \(index)") }
            let calls = message["tool_calls"]?.array ?? []
            open = calls.compactMap { $0["id"]?.string }
            if Set(open).count != calls.count { found.append("ids of \(index)") }
            for call in calls {
                if call["type"] != "function" || !isName(call["id"], upTo: 40) { found.append("call of \(index)") }
                if !isName(call["function"]?["name"]) || !isObject(call["function"]?["arguments"]) {
                    found.append("function of \(index)")
                }
            }
            if message["tool_calls"]?.array?.isEmpty == true { found.append("no calls in \(index)") }
            if calls.isEmpty, content == nil || content == .null || content == "" {
                found.append("no content in \(index)")
            }
            if content == "" { found.append("empty text in \(index)") }
        }
        return open.isEmpty ? found : found + ["\(open) unanswered"]
    }

    // MARK: Responses

    private static func responses(_ items: [JSONValue]) -> [String] {
        var found: [String] = []
        var (open, used, ids): ([String], Set<String>, Set<String>) = ([], [], [])
        var hasOutput = false
        for (index, item) in items.enumerated() {
            let type = item["type"]?.string ?? ""
            if let id = item["id"]?.string, !ids.insert(id).inserted { found.append("item \(id) twice") }
            // What the model says beside its calls may stand before their outputs, never among them.
            let isAssistant = type == "reasoning" || type == "function_call" || item["role"] == "assistant"
            if type != "function_call_output", !open.isEmpty, !isAssistant || hasOutput {
                found.append("\(open) unanswered before \(index)")
            }
            hasOutput = type == "function_call_output"
            switch type {
            case "message":
                let content = item["content"]
                if content == "" || content?.array?.isEmpty == true { found.append("empty message \(index)") }
                if content?.array?.contains(where: { $0["text"] == "" }) == true { found.append("empty text") }
            case "function_call":
                let id = item["call_id"]?.string ?? ""
                open.append(id)
                if !used.insert(id).inserted { found.append("call \(id) twice") }
                if !isName(item["call_id"]) || !isName(item["name"]) || !isObject(item["arguments"]) {
                    found.append("call of \(index)")
                }
            case "function_call_output":
                guard let place = open.firstIndex(where: { item["call_id"]?.string == $0 }) else {
                    found.append("result of no call in \(index)")
                    continue
                }
                open.remove(at: place)
                if item["output"]?.array?.isEmpty ?? (item["output"]?.string == nil) { found.append("no output") }
            case "reasoning":
                if item["id"]?.string?.hasPrefix("rs_") != true { found.append("reasoning id of \(index)") }
                if item["encrypted_content"]?.string?.isEmpty != false { found.append("open thoughts") }
                if item["summary"]?.array == nil { found.append("summary of \(index)") }
                let next = items.dropFirst(index + 1).first
                let type = next?["type"]?.string ?? ""
                if !["reasoning", "function_call"].contains(type), next?["role"] != "assistant" {
                    found.append("nothing follows the thoughts of \(index)")
                }
            default: found.append("type \(type)")
            }
        }
        return open.isEmpty ? found : found + ["\(open) unanswered"]
    }

    // MARK: Claude

    /// Anthropic documentation, "Extended thinking with tool use": while Claude thinks, the turn that the results end
    /// must have begun with thoughts.
    private static func thinking(_ body: JSONObject, _ others: [JSONValue]? = nil) -> [String] {
        let messages = others ?? body["messages"]?.array ?? []
        guard body["thinking"]?["type"] == "enabled", messages.count > 1,
            let last = messages.last?["content"]?.array,
            last.contains(where: { $0["type"] == "tool_result" || $0["toolResult"] != nil })
        else { return [] }
        let turn = messages[messages.count - 2]["content"]?.array?.first
        let begins = turn?["type"]?.string?.hasSuffix("thinking") == true || turn?["reasoningContent"] != nil
        return begins ? [] : ["thinking without thoughts"]
    }

    private static func unsigned(_ messages: [JSONValue]) -> [String] {
        messages.flatMap { $0["content"]?.array ?? [] }.compactMap { block in
            guard let thoughts = block["reasoningContent"]?["reasoningText"] else { return nil }
            return thoughts["signature"]?.string?.isEmpty == false ? nil : "unsigned"
        }
    }

    // MARK: Gemini

    private static func gemini(_ contents: [JSONValue]) -> [String] {
        var found: [String] = []
        var open: [JSONValue] = []
        if contents.last?["role"] != "user" { found.append("last role") }
        for (index, content) in contents.enumerated() {
            let isModel = content["role"] == "model"
            if isModel != (index % 2 == 1) { found.append("role of \(index)") }
            let parts = content["parts"]?.array ?? []
            if parts.isEmpty { found.append("no parts in \(index)") }
            let results = parts.compactMap { $0["functionResponse"] }
            let answered = results.map { [$0["name"], $0["id"]] }
            if answered != open.map({ [$0["name"], $0["id"]] }) {
                found.append("results of \(index)")
            }
            if parts.prefix(results.count).contains(where: { $0["functionResponse"] == nil }) {
                found.append("results not first in \(index)")
            }
            open = parts.compactMap { $0["functionCall"] }
            if !isModel, !open.isEmpty { found.append("call of the user") }
            if let first = parts.first(where: { $0["functionCall"] != nil }), first["thoughtSignature"] == nil {
                found.append("unsigned call in \(index)")
            }
            for part in parts { gemini(part, isModel: isModel, &found) }
        }
        return open.isEmpty ? found : found + ["unanswered"]
    }

    private static func gemini(_ part: JSONValue, isModel: Bool, _ found: inout [String]) {
        let kinds = ["text", "functionCall", "functionResponse", "inlineData", "fileData"].filter { part[$0] != nil }
        if kinds.count != 1 { found.append("part of \(kinds)") }
        if part["text"] == "", part["thoughtSignature"] == nil { found.append("empty text") }
        if let call = part["functionCall"] {
            if !isName(call["name"], upTo: 64, besides: "_-.:") || call["args"]?.object == nil { found.append("call") }
        }
        if let response = part["functionResponse"], response["response"]?.object == nil { found.append("response") }
        if let signature = part["thoughtSignature"]?.string {
            if !isModel { found.append("signature of the user") }
            if signature.isEmpty || Base64.decoded(signature) == nil { found.append("signature \(signature)") }
        }
    }
}
