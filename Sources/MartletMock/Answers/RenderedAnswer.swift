import NIOCore

/// An answer ready to be sent, whole or as the events of a stream.
struct RenderedAnswer {
    /// The events of a stream without the usage event and the one that ends it.
    struct Stream {
        var role: ByteBuffer
        var content: [ByteBuffer]
        var finish: ByteBuffer
    }

    /// The events of a stream that reports no usage.
    let stream: Stream
    /// The events of a stream that reports usage at its end.
    let streamWithUsage: Stream
    /// Tokens of the answer.
    let tokenCount: Int

    private let unfinishedAnswer: ByteBuffer
    private var lastWhole: (usage: MockUsage, answer: ByteBuffer)?
    private var lastUsageEvent: (usage: MockUsage, event: ByteBuffer)?

    init(
        message: ByteBuffer,
        role: ByteBuffer,
        deltas: [ByteBuffer],
        finishReason: AnswerEnvelope.FinishReason,
        tokenCount: Int
    ) {
        unfinishedAnswer = AnswerEnvelope.unfinishedAnswer(message: message, finishReason: finishReason)
        self.tokenCount = tokenCount
        func stream(_ namesUsage: Bool) -> Stream {
            func event(_ delta: ByteBuffer, _ finishReason: AnswerEnvelope.FinishReason) -> ByteBuffer {
                AnswerEnvelope.event(delta: delta, finishReason: finishReason, namesUsage: namesUsage)
            }
            return Stream(
                role: event(role, .none),
                content: deltas.map { event($0, .none) },
                finish: event(AnswerEnvelope.noDelta, finishReason)
            )
        }
        self.stream = stream(false)
        streamWithUsage = stream(true)
    }

    /// The whole answer. A load test sends requests of one size, so the last one is nearly always the right one.
    mutating func whole(_ usage: MockUsage) -> ByteBuffer {
        if let lastWhole, lastWhole.usage == usage { return lastWhole.answer }
        let answer = AnswerEnvelope.finish(unfinishedAnswer, usage: usage)
        lastWhole = (usage, answer)
        return answer
    }

    /// The event that reports usage.
    mutating func usageEvent(_ usage: MockUsage) -> ByteBuffer {
        if let lastUsageEvent, lastUsageEvent.usage == usage { return lastUsageEvent.event }
        let event = AnswerEnvelope.event(usage: usage)
        lastUsageEvent = (usage, event)
        return event
    }
}
