import JSON

/// Writes a whole answer for a caller.
///
/// Format: OpenAI API reference, "The chat completion object".
struct OpenAIChatAnswerEncoder {
    private let context: AnswerContext
    private let usesFunctions: Bool
    private var losses = LossReport(target: .openAIChat, rules: OpenAIChat.lossRules)

    init(_ context: AnswerContext) {
        self.context = context
        usesFunctions = OpenAIChatAnswerPieces.usesFunctions(context)
    }

    mutating func encode(_ answer: Answer) -> EncodedAnswer {
        var body: JSONObject = [
            "id": .string(OpenAIChatAnswerPieces.id(answer.start, context)),
            "object": "chat.completion",
            "created": .number(answer.start.created ?? context.created),
            "model": .string(answer.start.model ?? context.model),
        ]
        if let tier = answer.start.serviceTier { body.append("service_tier", .string(tier)) }
        var choices: [JSONValue] = []
        for (index, choice) in answer.choices.enumerated() {
            choices.append(.object(encoded(choice, index: index)))
        }
        body.append("choices", .array(choices))
        if let usage = answer.usage { body.append("usage", .object(usage.openAIChat)) }
        return EncodedAnswer(body: .object(body), losses: losses.losses)
    }

    private mutating func encoded(_ choice: Answer.Choice, index: Int) -> JSONObject {
        var message = Message()
        for place in choice.parts.indices {
            write(choice.parts, place, index: index, &message)
        }
        var object: JSONObject = ["index": .number(index), "message": .object(message.object(usesFunctions))]
        let entries = choice.logProbabilities
        object.append("logprobs", entries.isEmpty ? .null : OpenAIChatLogProbability.value(entries))
        let hasRefusal = message.refusal != nil
        if OpenAIChatFinish.words(choice.finish, hasRefusal: hasRefusal).isClose {
            losses.note(.finishReason, at: "choices[\(index)].finish_reason")
        }
        let finish = OpenAIChatAnswerPieces.finish(
            choice.finish,
            hasRefusal: hasRefusal,
            usesFunctions: usesFunctions
        )
        object.members += finish.members
        return object
    }

    private struct Message {
        var text: String?
        var refusal: String?
        var annotations: [JSONValue] = []
        var reasoning = ""
        var details: [JSONValue] = []
        var calls: [JSONValue] = []
        var images: [JSONValue] = []
        var audio: JSONValue?
        var thoughts = OpenAIChatThoughts()

        func object(_ usesFunctions: Bool) -> JSONObject {
            var object: JSONObject = [
                "role": "assistant",
                "content": text.map { .string($0) } ?? .null,
                "refusal": refusal.map { .string($0) } ?? .null,
            ]
            if !annotations.isEmpty { object.append("annotations", .array(annotations)) }
            if !reasoning.isEmpty {
                object.append("reasoning_content", .string(reasoning))
                object.append("reasoning", .string(reasoning))
            }
            if !details.isEmpty { object.append("reasoning_details", .array(details)) }
            if !images.isEmpty { object.append("images", .array(images)) }
            if let audio { object.append("audio", audio) }
            if usesFunctions, let call = calls.first?["function"] {
                object.append("function_call", call)
            } else if !calls.isEmpty {
                object.append("tool_calls", .array(calls))
            }
            return object
        }
    }

    private mutating func write(_ parts: [Part], _ place: Int, index: Int, _ message: inout Message) {
        let path = "choices[\(index)].message"
        switch parts[place].content {
        case .text(let content):
            let offset = message.text?.unicodeScalars.count ?? 0
            for annotation in content.annotations {
                if let value = OpenAIChatAnswerPieces.annotation(annotation, offset: offset) {
                    message.annotations.append(value)
                } else {
                    losses.note(.citations, at: path)
                }
            }
            message.text = (message.text ?? "") + content.text
        case .refusal(let text): message.refusal = (message.refusal ?? "") + text
        case .reasoning(let reasoning):
            var callID: String?
            if parts.indices.contains(place + 1), case .toolCall(let call) = parts[place + 1].content {
                let number = message.calls.count
                callID = OpenAIChatAnswerPieces.callID(call.id, context, choice: index, place: number)
            }
            Self.write(reasoning, callID: callID, &message)
        case .toolCall(let call): write(call, behind: place > 0 ? parts[place - 1] : nil, index: index, &message)
        case .foreign(let content) where content.format == .openAIChat && content.type == "custom":
            message.calls.append(content.value)
        case .foreign(let content): losses.note(content.element, at: path)
        case .image, .audio, .document, .video, .toolResult:
            switch OpenAIChatAnswerPieces.media(parts[place].content, context) {
            case let member? where member.name == "images": message.images += member.value.array ?? []
            case let member?: message.audio = member.value
            case nil: losses.note(.answerMedia, at: path)
            }
        }
    }

    private static func write(_ reasoning: Reasoning, callID: String?, _ message: inout Message) {
        message.reasoning += reasoning.text
        var entry: JSONObject?
        if !reasoning.text.isEmpty {
            entry = ReasoningDetail.text(
                reasoning.text,
                isSummary: reasoning.isSummary,
                signature: nil,
                id: reasoning.id,
                index: message.thoughts.index
            )
        }
        let ending = message.thoughts.ending(of: reasoning, callID: callID)
        if var whole = entry, let ending, let signature = ending["signature"] {
            whole.append("signature", signature)
            if let format = ending["format"] { whole.append("format", format) }
            message.details.append(.object(whole))
        } else {
            message.details += [entry, ending].compactMap { $0.map(JSONValue.object) }
        }
        message.thoughts.advance(past: reasoning)
    }

    private func write(_ call: ToolCall, behind part: Part?, index: Int, _ message: inout Message) {
        let place = message.calls.count
        var object: JSONObject = [
            "id": .string(OpenAIChatAnswerPieces.callID(call.id, context, choice: index, place: place)),
            "type": "function",
            "function": [
                "name": .string(call.name), "arguments": .string(call.arguments.isEmpty ? "{}" : call.arguments),
            ],
        ]
        if case .reasoning(let reasoning) = part?.content, reasoning.text.isEmpty, !reasoning.isRedacted,
            let extra = OpenAIChatThoughts.extraContent(reasoning.signature)
        {
            object.append("extra_content", extra)
        }
        message.calls.append(.object(object))
    }
}
