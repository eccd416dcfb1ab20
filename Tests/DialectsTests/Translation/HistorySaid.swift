import JSON

@testable import Dialects

/// One thing that the model or a tool said, as a provider reads it in a history of its format.
struct HistorySaid: Equatable, CustomStringConvertible {
    enum Kind { case thoughts, hidden, text, call, result }

    var kind: Kind
    var text = ""
    var name = ""
    var signature = ""
    var id = ""

    var description: String { "\(kind) \(name) \(text.debugDescription) [\(signature)]" }

    /// Everything of the model and of tools in these elements of a history.
    static func all(in elements: [JSONValue], _ format: WireFormat) -> [HistorySaid] {
        let said: [HistorySaid] =
            switch format {
            case .openAIChat, .openAICompletions, .cohereChat: elements.flatMap(chat)
            case .openAIResponses: elements.flatMap(responses)
            case .anthropicMessages: elements.flatMap(anthropic)
            case .gemini: elements.flatMap(gemini)
            case .bedrockConverse: elements.flatMap(bedrock)
            }
        return joined(said, format)
    }

    /// Pieces of one text are one text, and so are Gemini's pieces of thoughts.
    static func joined(_ said: [HistorySaid], _ format: WireFormat) -> [HistorySaid] {
        said.reduce(into: []) { result, item in
            guard var last = result.last, last.kind == item.kind else { return result.append(item) }
            switch item.kind {
            case .text where item.signature.isEmpty: last.text += item.text
            case .thoughts where format == .gemini && last.signature.isEmpty:
                last.text += item.text
                last.signature = item.signature
            default: return result.append(item)
            }
            result[result.count - 1] = last
        }
    }

    /// The arguments with sorted members.
    private static func arguments(_ value: JSONValue?) -> String {
        String(decoding: JSONWriter().write(Meaning.sorted(value ?? .null)), as: UTF8.self)
    }

    private static func arguments(text: String?) -> String {
        arguments((try? JSONValue(parsing: (text ?? "").utf8.span)) ?? .string("malformed: \(text ?? "")"))
    }

    private static func plain(_ value: JSONValue?) -> String {
        value?.string ?? (value?.array ?? []).map { $0["text"]?.string ?? "" }.joined()
    }

    /// Stands before a signature from Gemini's place in Chat Completions.
    static let googleMark = "google:"

    /// Where two histories differ first; nothing if they do not.
    static func difference(_ found: [HistorySaid], _ expected: [HistorySaid]) -> String {
        guard found != expected else { return "" }
        let place = zip(found, expected).prefix { $0 == $1 }.count
        let (one, other) = (found.dropFirst(place).prefix(3), expected.dropFirst(place).prefix(3))
        return "at \(place) of \(found.count) and \(expected.count): \(Array(one)), expected \(Array(other))"
    }

    // MARK: Formats

    private static func chat(_ message: JSONValue) -> [HistorySaid] {
        let role = message["role"]?.string
        if role == "tool" {
            let id = message["tool_call_id"]?.string ?? ""
            return [HistorySaid(kind: .result, text: plain(message["content"]), id: id)]
        }
        guard role == "assistant" else { return [] }
        var thoughts = details(message["reasoning_details"]?.array ?? [])
        if thoughts.isEmpty {
            let name = ["reasoning_content", "reasoning"].first { message[$0]?.string?.isEmpty == false }
            if let name {
                thoughts = [HistorySaid(kind: .thoughts, text: message[name]?.string ?? "", name: name)]
            }
        }
        let text = plain(message["content"])
        let calls = (message["tool_calls"]?.array ?? []).map { call in
            let id = call["id"]?.string ?? ""
            var said = HistorySaid(kind: .call, name: call["function"]?["name"]?.string ?? "", id: id)
            said.text = arguments(text: call["function"]?["arguments"]?.string)
            if let signature = call["extra_content"]?["google"]?["thought_signature"]?.string {
                said.signature = googleMark + signature
            }
            if let place = thoughts.firstIndex(where: { $0.kind == .hidden && $0.id == id && !id.isEmpty }) {
                said.signature = thoughts.remove(at: place).signature
            }
            return said
        }
        return thoughts + (text.isEmpty ? [] : [HistorySaid(kind: .text, text: text)]) + calls
    }

    /// OpenRouter's entries; pieces of one are those with its index.
    private static func details(_ entries: [JSONValue]) -> [HistorySaid] {
        var said: [(index: Int?, item: HistorySaid)] = []
        for entry in entries {
            let index = entry["index"]?.integer
            if let data = entry["data"]?.string {
                said.append((index, HistorySaid(kind: .hidden, signature: data, id: entry["id"]?.string ?? "")))
                continue
            }
            let text = entry["text"]?.string ?? entry["summary"]?.string ?? ""
            let signature = entry["signature"]?.string ?? ""
            if let last = said.last, last.item.kind == .thoughts, last.index == index, last.item.signature.isEmpty {
                said[said.count - 1].item.text += text
                said[said.count - 1].item.signature = signature
            } else {
                said.append((index, HistorySaid(kind: .thoughts, text: text, signature: signature)))
            }
        }
        return said.map(\.item)
    }

    private static func responses(_ item: JSONValue) -> [HistorySaid] {
        let id = item["call_id"]?.string ?? ""
        switch item["type"]?.string {
        case "message" where item["role"] == "assistant":
            return [HistorySaid(kind: .text, text: plain(item["content"]))]
        case "function_call":
            let text = arguments(text: item["arguments"]?.string)
            return [HistorySaid(kind: .call, text: text, name: item["name"]?.string ?? "", id: id)]
        case "function_call_output": return [HistorySaid(kind: .result, text: plain(item["output"]), id: id)]
        case "reasoning":
            let signature = item["encrypted_content"]?.string ?? ""
            let name = item["id"]?.string ?? ""
            return [HistorySaid(kind: .thoughts, text: plain(item["summary"]), name: name, signature: signature)]
        default: return []
        }
    }

    private static func anthropic(_ message: JSONValue) -> [HistorySaid] {
        (message["content"]?.array ?? []).compactMap { block in
            let id = block["id"]?.string ?? block["tool_use_id"]?.string ?? ""
            let signature = block["signature"]?.string ?? block["data"]?.string ?? ""
            switch block["type"]?.string {
            case "text" where message["role"] == "assistant":
                return HistorySaid(kind: .text, text: block["text"]?.string ?? "")
            case "thinking":
                return HistorySaid(kind: .thoughts, text: block["thinking"]?.string ?? "", signature: signature)
            case "redacted_thinking": return HistorySaid(kind: .hidden, signature: signature)
            case "tool_use":
                let text = arguments(block["input"])
                return HistorySaid(kind: .call, text: text, name: block["name"]?.string ?? "", id: id)
            case "tool_result": return HistorySaid(kind: .result, text: plain(block["content"]), id: id)
            default: return nil
            }
        }
    }

    private static func bedrock(_ message: JSONValue) -> [HistorySaid] {
        (message["content"]?.array ?? []).compactMap { block in
            if let text = block["text"]?.string {
                return message["role"] == "assistant" ? HistorySaid(kind: .text, text: text) : nil
            } else if let hidden = block["reasoningContent"]?["redactedContent"]?.string {
                return HistorySaid(kind: .hidden, signature: hidden)
            } else if let thoughts = block["reasoningContent"]?["reasoningText"] {
                let signature = thoughts["signature"]?.string ?? ""
                return HistorySaid(kind: .thoughts, text: thoughts["text"]?.string ?? "", signature: signature)
            } else if let call = block["toolUse"] {
                let (name, id) = (call["name"]?.string ?? "", call["toolUseId"]?.string ?? "")
                return HistorySaid(kind: .call, text: arguments(call["input"]), name: name, id: id)
            } else if let result = block["toolResult"] {
                let id = result["toolUseId"]?.string ?? ""
                return HistorySaid(kind: .result, text: plain(result["content"]), id: id)
            }
            return nil
        }
    }

    private static func gemini(_ content: JSONValue) -> [HistorySaid] {
        (content["parts"]?.array ?? []).compactMap { part in
            var signature = part["thoughtSignature"]?.string ?? ""
            if signature == "skip_thought_signature_validator" { signature = "" }
            if let call = part["functionCall"] {
                let (name, id) = (call["name"]?.string ?? "", call["id"]?.string ?? "")
                let text = arguments(call["args"] ?? [:])
                return HistorySaid(kind: .call, text: text, name: name, signature: signature, id: id)
            } else if let result = part["functionResponse"] {
                let (name, id) = (result["name"]?.string ?? "", result["id"]?.string ?? "")
                return HistorySaid(kind: .result, text: arguments(result["response"]), name: name, id: id)
            }
            guard content["role"] == "model", let text = part["text"]?.string, !text.isEmpty || !signature.isEmpty
            else { return nil }
            return HistorySaid(kind: part["thought"] == true ? .thoughts : .text, text: text, signature: signature)
        }
    }
}
