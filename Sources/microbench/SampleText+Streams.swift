import Dialects

extension SampleText {
    /// What a gateway knows of the caller of a measured answer.
    static let answerContext = AnswerContext(requestID: "8f2c1e", model: "gpt-4o-mini", created: 1_760_000_000)

    /// A streamed answer up to its first text.
    static let openedAnswer: [AnswerEvent] = [
        .start(AnswerStart(id: "8f2c1e", model: "gpt-4o-mini", created: 1_760_000_000)),
        .partStart(choice: 0, .text),
        answerDelta,
    ]

    /// A piece of the text.
    static let answerDelta = AnswerEvent.delta(choice: 0, " swift")

    /// The bytes of a stream up to its first text, and those of one further piece.
    static func streamPieces(_ format: WireFormat) -> (start: [UInt8], chunk: [UInt8]) {
        var encoder = format.streamEncoder(answerContext)
        var start: [UInt8] = []
        for event in openedAnswer { encoder.encode(event, into: &start) }
        var chunk: [UInt8] = []
        encoder.encode(answerDelta, into: &chunk)
        return (start, format == .openAIChat ? event : chunk)
    }
}
