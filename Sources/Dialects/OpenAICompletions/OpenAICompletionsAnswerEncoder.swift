import JSON

/// Writes a whole completion for a caller.
struct OpenAICompletionsAnswerEncoder {
    private let context: AnswerContext
    private var report = LossReport(target: .openAICompletions, rules: OpenAICompletions.lossRules)

    init(_ context: AnswerContext) {
        self.context = context
    }

    mutating func encode(_ answer: Answer) -> EncodedAnswer {
        let echo = OpenAICompletionsPieces.echo(context)
        var choices: [JSONValue] = []
        for (index, choice) in answer.choices.enumerated() {
            let text = choice.parts.reduce(into: echo) { text, part in
                text += self.text(of: part.content, at: "choices[\(index)].text")
            }
            if OpenAICompletionsPieces.word(choice.finish).isClose {
                report.note(.finishReason, at: "choices[\(index)].finish_reason")
            }
            var offset = echo.unicodeScalars.count
            let entries = choice.logProbabilities
            let probabilities =
                entries.isEmpty ? .null : OpenAICompletionsPieces.logProbabilities(entries, offset: &offset)
            choices.append(
                OpenAICompletionsPieces.choice(
                    index,
                    text: text,
                    logProbabilities: probabilities,
                    finish: choice.finish
                )
            )
        }
        var body = OpenAICompletionsPieces.head(answer.start, context)
        body.append("choices", .array(choices))
        if let usage = answer.usage { body.append("usage", .object(usage.openAIChat)) }
        return EncodedAnswer(body: .object(body), losses: report.losses)
    }

    private mutating func text(of content: PartContent, at path: String) -> String {
        switch content {
        case .text(let content):
            if !content.annotations.isEmpty { report.note(.citations, at: path) }
            return content.text
        case .refusal(let text): return text
        case .reasoning(let reasoning):
            if !reasoning.text.isEmpty { report.note(.reasoningText, at: path) }
        case .toolCall, .toolResult: report.note(.serverToolContent, at: path)
        case .image, .document, .audio, .video: report.note(.answerMedia, at: path)
        case .foreign(let content): report.note(content.element, at: path)
        }
        return ""
    }
}
