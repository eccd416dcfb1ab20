import JSON

/// Writes the completion of a text as a stream for a caller: chunks with pieces of the text, the figures in a chunk of
/// their own where they are wanted, `[DONE]`.
package struct OpenAICompletionsStreamEncoder: AnswerStreamEncoder {
    private struct ChoiceState {
        var isTextOpen = false
        /// Characters before the next token.
        var offset = 0
    }

    private let context: AnswerContext
    private let echo: String
    private var report = LossReport(target: .openAICompletions, rules: OpenAICompletions.lossRules)
    private var head = JSONObject()
    private var usage: TokenUsage?
    private var choices: [Int: ChoiceState] = [:]

    package init(_ context: AnswerContext) {
        self.context = context
        echo = OpenAICompletionsPieces.echo(context)
    }

    package var losses: [Loss] { report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        switch event {
        case .start(let start): head = OpenAICompletionsPieces.head(start, context)
        case .partStart(let choice, let part): begin(part, in: choice, into: &output)
        case .delta(let choice, let text):
            if choices[choice]?.isTextOpen == true {
                write(OpenAICompletionsPieces.choice(choice, text: text), into: &output)
            }
        case .annotation(let choice, _): report.note(.citations, at: "choices[\(choice)].text")
        case .logProbabilities(let choice, let entries):
            open(choice, into: &output)
            let value = OpenAICompletionsPieces.logProbabilities(
                entries,
                offset: &choices[choice, default: ChoiceState()].offset
            )
            write(OpenAICompletionsPieces.choice(choice, text: "", logProbabilities: value), into: &output)
        case .partEnd(let choice): choices[choice]?.isTextOpen = false
        case .usage(let usage): self.usage = usage
        case .finish(let choice, let reason):
            open(choice, into: &output)
            if OpenAICompletionsPieces.word(reason).isClose {
                report.note(.finishReason, at: "choices[\(choice)].finish_reason")
            }
            write(OpenAICompletionsPieces.choice(choice, text: "", finish: reason), into: &output)
        case .end: end(into: &output)
        case .failure(let failure):
            output += OpenAIChatFailure.body(for: failure, requestID: context.requestID).event
        case .signature: break
        }
    }

    /// The caller's text, where it is wanted, comes before anything else of a choice.
    private mutating func open(_ choice: Int, into output: inout [UInt8]) {
        guard choices[choice] == nil else { return }
        choices[choice] = ChoiceState(offset: echo.unicodeScalars.count)
        if !echo.isEmpty {
            write(OpenAICompletionsPieces.choice(choice, text: echo), into: &output)
        }
    }

    private mutating func begin(_ part: AnswerPart, in choice: Int, into output: inout [UInt8]) {
        open(choice, into: &output)
        let path = "choices[\(choice)].text"
        switch part {
        case .text, .refusal: choices[choice]?.isTextOpen = true
        case .reasoning: report.note(.reasoningText, at: path)
        case .toolCall: report.note(.serverToolContent, at: path)
        case .media: report.note(.answerMedia, at: path)
        case .foreign(let content): report.note(content.element, at: path)
        }
    }

    private func write(_ choice: JSONValue, into output: inout [UInt8]) {
        var chunk = head
        chunk.append("choices", [choice])
        if context.wantsStreamUsage { chunk.append("usage", nil) }
        write(chunk, into: &output)
    }

    private func write(_ chunk: JSONObject, into output: inout [UInt8]) {
        output += "data: ".utf8
        JSONWriter().append(.object(chunk), to: &output)
        output += "\n\n".utf8
    }

    private func end(into output: inout [UInt8]) {
        if context.wantsStreamUsage {
            var chunk = head
            chunk.append("choices", [])
            chunk.append("usage", .object((usage ?? TokenUsage()).openAIChat))
            write(chunk, into: &output)
        }
        output += "data: [DONE]\n\n".utf8
    }
}
