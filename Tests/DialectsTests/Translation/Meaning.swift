import JSON

@testable import Dialects

/// What of an answer must be the same in every format, in a form that can be compared.
struct Meaning: Equatable, CustomStringConvertible {
    /// A call with its arguments as a tree, so that spelling does not count.
    struct Call: Equatable {
        var name: String
        var arguments: JSONValue
    }

    var text = ""
    var refusal = ""
    var reasoning = ""
    var calls: [Call] = []
    var finish = ""
    var input = 0
    var output = 0
    var cachedInput = 0

    /// Of the first choice, which is the only one that all formats have.
    init(_ answer: Answer) {
        for part in answer.choices.first?.parts ?? [] {
            switch part.content {
            case .text(let content): text += content.text
            case .refusal(let words): refusal += words
            case .reasoning(let thoughts): reasoning += thoughts.text
            case .toolCall(let call): calls.append(Call(name: call.name, arguments: Self.tree(call.arguments)))
            case .image, .document, .audio, .video, .toolResult, .foreign: break
            }
        }
        finish = Self.word(answer.choices.first?.finish)
        input = answer.usage?.input ?? 0
        output = answer.usage?.output ?? 0
        cachedInput = answer.usage?.cachedInput ?? 0
    }

    var description: String {
        "finish \(finish), tokens \(input)/\(cachedInput)/\(output), text \(text.debugDescription), refusal "
            + "\(refusal.debugDescription), reasoning \(reasoning.debugDescription), calls \(calls)"
    }

    /// Arguments as a tree with sorted members; empty ones are those of no arguments.
    static func tree(_ arguments: String) -> JSONValue {
        guard let value = try? JSONValue(parsing: arguments.utf8.span) else { return arguments.isEmpty ? [:] : .null }
        return sorted(value)
    }

    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let members = object.members.map { JSONObject.Member(name: $0.name, value: sorted($0.value)) }
            return .object(JSONObject(members.sorted { $0.name.repairedValue < $1.name.repairedValue }))
        case .array(let elements): return .array(elements.map(sorted))
        case .string(let string): return .string(string.repairedValue)
        case .null, .boolean, .number: return value
        }
    }

    /// The classes of reasons that all formats tell apart.
    private static func word(_ reason: FinishReason?) -> String {
        switch reason {
        case .stop, .stopSequence, .pause, .other: "stop"
        case .length, .contextWindow: "length"
        case .toolCalls: "tool calls"
        case .contentFilter, .refusal: "filter"
        case .malformedToolCall: "malformed"
        case nil: "none"
        }
    }
}
