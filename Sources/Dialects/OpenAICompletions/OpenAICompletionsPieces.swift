import JSON

/// What whole answers and streams have in common.
enum OpenAICompletionsPieces {
    /// The members before the choices.
    static func head(_ start: AnswerStart, _ context: AnswerContext) -> JSONObject {
        let id = start.id.flatMap { $0.isEmpty ? nil : $0 } ?? context.requestID
        let known = ["chatcmpl-", "cmpl-"].first { id.utf8.starts(with: $0.utf8) } ?? ""
        return [
            "id": .string("cmpl-\(id.dropFirst(known.count))"),
            "object": "text_completion",
            "created": .number(start.created ?? context.created),
            "model": .string(start.model ?? context.model),
        ]
    }

    /// What stands before the answer: the caller's text, where the caller wants it back.
    static func echo(_ context: AnswerContext) -> String {
        guard let request = context.request, request["echo"]?.boolean == true else { return "" }
        return OpenAICompletionsRequestDecoder.prompt(of: request) ?? ""
    }

    /// A choice, or a piece of one.
    static func choice(
        _ index: Int,
        text: String,
        logProbabilities: JSONValue = .null,
        finish: FinishReason? = nil
    ) -> JSONValue {
        [
            "text": .string(text),
            "index": .number(index),
            "logprobs": logProbabilities,
            "finish_reason": finish.map { .string(word($0).word) } ?? .null,
        ]
    }

    /// The word for a reason, and whether it is only close.
    static func word(_ reason: FinishReason) -> (word: String, isClose: Bool) {
        let words = OpenAIChatFinish.words(reason, hasRefusal: false)
        return words.word == "tool_calls" ? ("stop", true) : (words.word, words.isClose)
    }

    /// The `logprobs` member of a choice.
    ///
    /// - Parameter offset: Characters of the choice's text before the first token; moves behind the last.
    static func logProbabilities(_ entries: [TokenLogProbability], offset: inout Int) -> JSONValue {
        var offsets: [JSONValue] = []
        for entry in entries {
            offsets.append(.number(offset))
            offset += entry.chosen.token.unicodeScalars.count
        }
        let top = entries.map { entry -> JSONValue in
            var object = JSONObject()
            for candidate in entry.top { object.set(candidate.token, to: .number(candidate.logProbability)) }
            return .object(object)
        }
        return [
            "tokens": .array(entries.map { .string($0.chosen.token) }),
            "token_logprobs": .array(entries.map { .number($0.chosen.logProbability) }),
            "top_logprobs": entries.allSatisfy(\.top.isEmpty) ? .null : .array(top),
            "text_offset": .array(offsets),
        ]
    }
}
