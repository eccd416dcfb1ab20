/// The answers of one worker, rendered once.
struct AnswerBook {
    private let standardShape: AnswerShape
    private var standard: RenderedAnswer
    private var last: (shape: AnswerShape, answer: RenderedAnswer)?
    private let fixedUsage: MockUsage?

    init(_ script: MockScript) {
        standardShape = AnswerShape(
            chunkCount: script.chunkCount,
            tokensPerChunk: script.tokensPerChunk,
            byteCount: script.answerByteCount
        )
        standard = RenderedAnswer(standardShape)
        fixedUsage = script.usage
    }

    /// Hands the answer for a plan, and the usage it reports, to `body`.
    mutating func use<Result>(
        _ plan: AnswerPlan,
        _ body: (inout RenderedAnswer, MockUsage) -> Result
    ) -> Result {
        if let toolName = plan.toolName {
            var answer = RenderedAnswer(toolName: toolName, chunkCount: plan.shape.chunkCount)
            return body(&answer, usage(of: answer, plan))
        }
        if plan.shape == standardShape {
            return body(&standard, usage(of: standard, plan))
        }
        var answer: RenderedAnswer
        if let last, last.shape == plan.shape {
            answer = last.answer
        } else {
            answer = RenderedAnswer(plan.shape)
        }
        let result = body(&answer, usage(of: answer, plan))
        last = (plan.shape, answer)
        return result
    }

    private func usage(of answer: RenderedAnswer, _ plan: AnswerPlan) -> MockUsage {
        fixedUsage ?? MockUsage(promptTokens: plan.promptTokens, completionTokens: answer.tokenCount)
    }
}
