import JSON

@testable import Dialects

/// Reads what was written for Cohere, which no caller's format is, through OpenAI's, which it is made after.
enum CohereRequestReading {
    static func openAIBody(of request: JSONObject) -> JSONObject {
        var body = JSONObject()
        for member in request.members {
            let name = member.name.repairedValue
            switch name {
            case "messages": body.append(name, .array((member.value.array ?? []).map(message)))
            case "p": body.append("top_p", member.value)
            case "k": body.append("top_k", member.value)
            case "stop_sequences": body.append("stop", member.value)
            case "tool_choice": body.append(name, .string(member.value.string?.lowercased() ?? ""))
            case "response_format": body.append(name, format(member.value))
            default: body.append(name, member.value)
            }
        }
        return body
    }

    private static func message(_ value: JSONValue) -> JSONValue {
        guard var message = value.object else { return value }
        if let plan = message.remove("tool_plan") { message.set("content", to: plan) }
        if message["role"] == "tool", let documents = message["content"]?.array {
            let texts = documents.map { document -> String in
                let data = document["document"]?["data"]?.object ?? JSONObject()
                if data.count == 1, let text = data["content"]?.string { return text }
                return String(decoding: JSONWriter().write(.object(data)), as: UTF8.self)
            }
            message.set("content", to: .string(texts.joined()))
        }
        return .object(message)
    }

    private static func format(_ value: JSONValue) -> JSONValue {
        guard let schema = value["json_schema"] else { return value }
        return ["type": "json_schema", "json_schema": ["name": "answer", "schema": schema]]
    }
}
