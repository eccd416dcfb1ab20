import Foundation
import JSON

@testable import Dialects

/// What users of a format's official software kit put into their history for an answer: written without the dialects.
struct HistoryKit {
    let format: WireFormat
    /// Kits and their users join the pieces of a stream in one of two ways.
    var joinsPieces = false

    /// The elements for a whole answer.
    func elements(whole body: [UInt8]) throws -> [JSONValue] {
        let body = try JSONValue(parsing: body.span)
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat: return [body["choices"]?[0]?["message"]].compactMap(\.self)
        case .openAIResponses: return body["output"]?.array ?? []
        case .anthropicMessages: return [["role": "assistant", "content": body["content"] ?? .null]]
        case .gemini: return [body["candidates"]?[0]?["content"]].compactMap(\.self)
        case .bedrockConverse: return [body["output"]?["message"]].compactMap(\.self)
        }
    }

    /// The elements for a stream.
    func elements(stream: [UInt8]) throws -> [JSONValue] {
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat: return [try chatMessage(data(stream))]
        case .openAIResponses:
            let events = try data(stream)
            guard joinsPieces else {
                return events.filter { $0["type"] == "response.output_item.done" }.compactMap { $0["item"] }
            }
            return events.last?["response"]?["output"]?.array ?? []
        case .anthropicMessages:
            return [["role": "assistant", "content": .array(try AnthropicStreamGrammar(stream).blocks)]]
        case .gemini:
            let contents = try data(stream).compactMap { $0["candidates"]?[0]?["content"] }
            guard joinsPieces else { return contents }
            return [["role": "model", "parts": .array(contents.flatMap { $0["parts"]?.array ?? [] })]]
        case .bedrockConverse: return [try bedrockMessage(stream)]
        }
    }

    private func data(_ stream: [UInt8]) throws -> [JSONValue] {
        try String(decoding: stream, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { $0.hasPrefix("data: ") && $0 != "data: [DONE]" }
            .map { try JSONValue(parsing: $0.dropFirst(6).utf8.span) }
    }

    // MARK: Chat Completions

    private func chatMessage(_ chunks: [JSONValue]) -> JSONValue {
        var message: JSONObject = ["role": "assistant", "content": .null]
        var calls: [JSONObject] = []
        var details: [JSONValue] = []
        for delta in chunks.compactMap({ $0["choices"]?[0]?["delta"] }) {
            for name in ["content", "refusal", "reasoning_content", "reasoning"] {
                guard let text = delta[name]?.string else { continue }
                message.set(name, to: .string((message[name]?.string ?? "") + text))
            }
            for entry in delta["reasoning_details"]?.array ?? [] { add(entry, to: &details) }
            for piece in delta["tool_calls"]?.array ?? [] {
                let index = piece["index"]?.integer ?? 0
                if index == calls.count {
                    calls.append(piece.object ?? [:])
                } else if calls.indices.contains(index), var function = calls[index]["function"]?.object {
                    let text = (function["arguments"]?.string ?? "") + (piece["function"]?["arguments"]?.string ?? "")
                    function.set("arguments", to: .string(text))
                    calls[index].set("function", to: .object(function))
                }
            }
        }
        if !details.isEmpty { message.append("reasoning_details", .array(details)) }
        if !calls.isEmpty { message.append("tool_calls", .array(calls.map(JSONValue.object))) }
        return .object(message)
    }

    /// OpenRouter's entries are kept in pieces, or those of one index and type are joined.
    private func add(_ entry: JSONValue, to details: inout [JSONValue]) {
        let place = details.lastIndex { $0["index"] == entry["index"] && $0["type"] == entry["type"] }
        guard joinsPieces, let place, var earlier = details[place].object, let members = entry.object?.members else {
            details.append(entry)
            return
        }
        for member in members {
            let name = member.name.repairedValue
            if ["text", "summary", "data"].contains(name) {
                earlier.set(name, to: .string((earlier[name]?.string ?? "") + (member.value.string ?? "")))
            } else {
                earlier.set(name, to: member.value)
            }
        }
        details[place] = .object(earlier)
    }

    // MARK: Bedrock

    private func bedrockMessage(_ stream: [UInt8]) throws -> JSONValue {
        var blocks: [JSONValue] = []
        var (text, kind): (String, String) = ("", "")
        var start = JSONObject()
        for (name, event) in try Bedrock.messages(stream) {
            switch name {
            case "contentBlockStart":
                start = event["start"]?["toolUse"]?.object ?? [:]
                kind = "toolUse"
            case "contentBlockDelta":
                guard let delta = event["delta"] else { continue }
                if let piece = delta["text"]?.string {
                    (kind, text) = ("text", text + piece)
                } else if let piece = delta["toolUse"]?["input"]?.string {
                    text += piece
                } else if let thoughts = delta["reasoningContent"] {
                    if let hidden = thoughts["redactedContent"] { start.append("redactedContent", hidden) }
                    if let signature = thoughts["signature"] { start.append("signature", signature) }
                    (kind, text) = ("reasoningContent", text + (thoughts["text"]?.string ?? ""))
                }
            case "contentBlockStop":
                blocks.append(try block(kind, text, start))
                (text, kind, start) = ("", "", [:])
            default: break
            }
        }
        return ["role": "assistant", "content": .array(blocks)]
    }

    private func block(_ kind: String, _ text: String, _ start: JSONObject) throws -> JSONValue {
        switch kind {
        case "toolUse":
            var call = start
            call.append("input", try JSONValue(parsing: text.utf8.span))
            return ["toolUse": .object(call)]
        case "reasoningContent":
            if start["redactedContent"] != nil { return ["reasoningContent": .object(start)] }
            var thoughts: JSONObject = ["text": .string(text)]
            thoughts.members += start.members
            return ["reasoningContent": ["reasoningText": .object(thoughts)]]
        default: return ["text": .string(text)]
        }
    }

    // MARK: What the caller says

    /// A question.
    func question(_ text: String) -> [JSONValue] {
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat, .openAIResponses, .anthropicMessages:
            [["role": "user", "content": .string(text)]]
        case .gemini: [["role": "user", "parts": [["text": .string(text)]]]]
        case .bedrockConverse: [["role": "user", "content": [["text": .string(text)]]]]
        }
    }

    /// The results of the calls and, if there is one, a question behind them.
    func results(of calls: [HistorySaid], _ texts: [String], question text: String?) -> [JSONValue] {
        let results = zip(calls, texts).map(result)
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat, .openAIResponses: return results + (text.map(question) ?? [])
        case .anthropicMessages:
            let more: [JSONValue] = text.map { [["type": "text", "text": .string($0)]] } ?? []
            return [["role": "user", "content": .array(results + more)]]
        case .bedrockConverse:
            let more: [JSONValue] = text.map { [["text": .string($0)]] } ?? []
            return [["role": "user", "content": .array(results + more)]]
        case .gemini:
            let more: [JSONValue] = text.map { [["text": .string($0)]] } ?? []
            return [["role": "user", "parts": .array(results + more)]]
        }
    }

    private func result(of call: HistorySaid, _ text: String) -> JSONValue {
        let (id, output) = (JSONValue.string(call.id), JSONValue.string(text))
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat:
            return ["role": "tool", "tool_call_id": id, "content": output]
        case .openAIResponses: return ["type": "function_call_output", "call_id": id, "output": output]
        case .anthropicMessages: return ["type": "tool_result", "tool_use_id": id, "content": output]
        case .bedrockConverse: return ["toolResult": ["toolUseId": id, "content": [["text": output]]]]
        case .gemini:
            var response: JSONObject = ["name": .string(call.name), "response": ["output": output]]
            if !call.id.isEmpty { response.append("id", id) }
            return ["functionResponse": .object(response)]
        }
    }

    /// The names of the caller's tools.
    var toolNames: [String] {
        format == .gemini ? ["maps.look:up", "get-weather"] : ["look_up", "get-weather"]
    }

    /// A request with this history, tools and the wish for thoughts.
    func request(_ history: [JSONValue]) -> JSONValue {
        let history = JSONValue.array(history)
        let schema: JSONValue = ["type": "object", "properties": ["q": ["type": "string"]]]
        func tools(_ tool: (JSONValue) -> JSONValue) -> JSONValue { .array(toolNames.map { tool(.string($0)) }) }
        switch format {
        case .openAIChat, .openAICompletions, .cohereChat:
            let tools = tools { ["type": "function", "function": ["name": $0, "parameters": schema]] }
            return ["model": "m", "messages": history, "tools": tools, "reasoning_effort": "medium"]
        case .openAIResponses:
            let tools = tools { ["type": "function", "name": $0, "parameters": schema] }
            return [
                "model": "m", "input": history, "tools": tools, "reasoning": ["effort": "medium", "summary": "auto"],
                "store": false, "include": ["reasoning.encrypted_content"],
            ]
        case .anthropicMessages:
            let tools = tools { ["name": $0, "input_schema": schema] }
            let thinking: JSONValue = ["type": "enabled", "budget_tokens": 2000]
            return ["model": "m", "max_tokens": 8000, "messages": history, "tools": tools, "thinking": thinking]
        case .gemini:
            let functions = tools { ["name": $0, "parameters": schema] }
            return [
                "contents": history, "tools": [["functionDeclarations": functions]],
                "generationConfig": ["thinkingConfig": ["includeThoughts": true, "thinkingBudget": 2000]],
            ]
        case .bedrockConverse:
            let tools = tools { ["toolSpec": ["name": $0, "inputSchema": ["json": schema]]] }
            return [
                "messages": history, "toolConfig": ["tools": tools], "inferenceConfig": ["maxTokens": 8000],
                "additionalModelRequestFields": ["thinking": ["type": "enabled", "budget_tokens": 2000]],
            ]
        }
    }
}
