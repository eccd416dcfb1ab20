@testable import Dialects

/// The legal sequence of events that a stream's bytes give, fed in pieces.
///
/// - Parameter pieceLengths: The lengths of the pieces, over and over; all at once when it is empty.
func events(
    of stream: [UInt8],
    _ decoder: any AnswerStreamDecoder,
    framing: AnswerStreamReader.Framing = .serverSentEvents,
    pieceLengths: [Int] = []
) -> [AnswerEvent] {
    var reader = AnswerStreamReader(decoder, framing: framing, toolNames: ToolNameMap(ToolNameRule()))
    var events: [AnswerEvent] = []
    var position = 0
    var piece = 0
    while position < stream.count {
        let length = pieceLengths.isEmpty ? stream.count : max(1, pieceLengths[piece % pieceLengths.count])
        let end = min(stream.count, position + length)
        reader.receive(stream.span.extracting(position..<end)) { events.append($0) }
        position = end
        piece += 1
    }
    reader.finish { events.append($0) }
    return events
}

/// The bytes that a stream's encoder writes for events, which are put in order first.
func stream(of events: [AnswerEvent], _ encoder: some AnswerStreamEncoder) -> [UInt8] {
    var encoder = encoder
    var output: [UInt8] = []
    var sequencer = AnswerSequencer(toolNames: ToolNameMap(ToolNameRule()))
    for event in events {
        sequencer.receive(event) { encoder.encode($0, into: &output) }
    }
    sequencer.close { encoder.encode($0, into: &output) }
    return output
}

/// The whole answer behind events.
func folded(_ events: [AnswerEvent]) throws -> Answer {
    try AnswerFold.answer(of: events, toolNames: ToolNameMap(ToolNameRule()))
}
