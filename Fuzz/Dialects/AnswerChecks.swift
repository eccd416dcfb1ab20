import Dialects
import JSON

/// An answer that can be read is written in each format, whole and as a stream, and can be read there as one.
func checkAnswer(_ body: [UInt8], _ source: WireFormat, _ targets: [WireFormat], choices: UInt8) {
    let names = ToolNameMap(source.dialect.toolNameRule)
    guard let loose = try? AnswerTranslation.events(of: body.span, source) else { return }
    checkSequence(of: loose, names)
    guard let answer = try? AnswerFold.answer(of: loose, toolNames: names) else { return }
    for target in targets {
        let context = answerContext(choices)
        let translation = AnswerTranslation(answer, to: target, context)
        let written = translation.body
        checkSize(written, of: body)
        guard let again = try? AnswerTranslation.events(of: written.span, target) else {
            fatalError("a translated answer cannot be read")
        }
        checkSequence(of: again, names)
        checkStreamOf(answer, source, target, context)
    }
}

/// What is left to the caller: `choices` decides it.
func answerContext(_ choices: UInt8) -> AnswerContext {
    AnswerContext(
        requestID: "0123456789abcdef",
        model: "model",
        created: 1_760_000_000,
        wantsStreamUsage: choices & 1 == 0,
        request: choices & 2 == 0 ? nil : ["model": "model", "metadata": ["a": "b"]],
        streamsAsArray: choices & 4 != 0
    )
}

/// A stream made of a whole answer ends as one.
private func checkStreamOf(_ answer: Answer, _ source: WireFormat, _ target: WireFormat, _ context: AnswerContext) {
    var context = context
    context.streamsAsArray = false
    var sequence = SequenceCheck()
    var encoder = target.streamEncoder(context)
    var output: [UInt8] = []
    for event in answer.events {
        sequence.receive(event)
        encoder.encode(event, into: &output)
    }
    expect(sequence.conclude() == .end, "the events of an answer end otherwise")
    _ = checkReading(of: output, as: target, expecting: .end)
}

private func checkSequence(of loose: [AnswerEvent], _ names: ToolNameMap) {
    var sequencer = AnswerSequencer(toolNames: names)
    var sequence = SequenceCheck()
    for event in loose { sequencer.receive(event) { sequence.receive($0) } }
    sequencer.close { sequence.receive($0) }
    _ = sequence.conclude()
}

/// Any body of an error becomes one in each format, and can be read there.
func checkFailure(_ body: [UInt8], _ source: WireFormat, _ targets: [WireFormat], status: Int) {
    let failure = source.dialect.failure(ofBody: body.span, status: status)
    for target in targets {
        let written = target.callerDialect.errorBody(failure, requestID: "0123456789abcdef")
        checkSize(written, of: body)
        checkJSON(written)
        let again = target.dialect.failure(ofBody: written.span, status: status)
        expect(again.message == failure.message || !failure.message.isEmpty, "a message came from nowhere")
    }
}
