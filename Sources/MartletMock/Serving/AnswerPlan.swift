import NIOCore

/// How one chat completion is answered, everything taken into account.
struct AnswerPlan {
    var failure: MockScript.FailureKind?
    var latency: TimeAmount
    var chunkGap: TimeAmount
    var shape: AnswerShape
    /// The tool to call, as a JSON string; nil for an answer with text.
    var toolName: ByteBuffer?
    var isStreamed: Bool
    var includesUsage: Bool
    /// Counts the request's tokens at four bytes each.
    var promptTokens: Int
}

/// What becomes of a request.
enum Decision {
    case answer(AnswerPlan)
    case reply(MockReply)
    case listModels
    case refuse(status: Int, body: ByteBuffer)
}
