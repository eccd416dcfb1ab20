import Dialects
import Framing
import JSON

/// Any cut gives the same bytes in each format; they can be read there, and an answer that broke off does so there too.
func checkStream(_ bytes: [UInt8], _ source: WireFormat, _ targets: [WireFormat], cuts: UInt8) {
    let parts = pieces(of: bytes, cuts: cuts)
    let ending = checkReading(of: parts, as: source)
    for target in targets {
        var context = answerContext(cuts)
        let output = transcode(parts, source, target, context)
        checkSize(output, of: bytes)
        expect(output == transcode([bytes], source, target, context), "a cut changes the stream")
        if context.streamsAsArray, target == .gemini {
            checkJSON(output)
            context.streamsAsArray = false
            _ = checkReading(of: transcode(parts, source, target, context), as: target, expecting: ending)
        } else {
            _ = checkReading(of: output, as: target, expecting: ending)
        }
    }
}

/// Reads a stream, traps unless its events are a legal sequence that ends as expected, and tells how it ended.
func checkReading(of bytes: [UInt8], as format: WireFormat, expecting: SequenceCheck.Ending) -> SequenceCheck.Ending {
    let ending = checkReading(of: [bytes], as: format)
    expect(expecting == .endOfOthers || ending == expecting, "a written stream ends otherwise")
    return ending
}

private func checkReading(of parts: [[UInt8]], as format: WireFormat) -> SequenceCheck.Ending {
    var reader = format.streamReader(toolNames: ToolNameMap(format.dialect.toolNameRule))
    var sequence = SequenceCheck()
    for part in parts { reader.receive(part.span) { sequence.receive($0) } }
    reader.finish { sequence.receive($0) }
    return sequence.conclude()
}

private func transcode(
    _ parts: [[UInt8]],
    _ source: WireFormat,
    _ target: WireFormat,
    _ context: AnswerContext
) -> [UInt8] {
    let names = ToolNameMap(source.dialect.toolNameRule)
    var transcoder = StreamTranscoder(from: source, to: target, toolNames: names, context)
    var output: [UInt8] = []
    for part in parts { transcoder.receive(part.span, into: &output) }
    transcoder.finish(into: &output)
    expect(transcoder.hasEnded, "a stream has no end")
    let count = output.count
    transcoder.receive("data: {}\n\n".utf8.span, into: &output)
    expect(output.count == count, "something follows the end")
    return output
}

/// The stream in its format's framing. The fuzzer would hardly find right checksums by itself, so it writes the
/// messages of Bedrock's streams as server-sent events.
func framed(_ bytes: [UInt8], as format: WireFormat) -> [UInt8] {
    guard format == .bedrockConverse else { return bytes }
    var decoder = ServerSentEventDecoder()
    var output: [UInt8] = []
    try? decoder.decode(bytes.span) { event in
        let type = event.event.hasSuffix("Exception") ? ":exception-type" : ":event-type"
        let header = EventStreamHeader(name: type, value: .string(event.event))
        try? EventStreamEncoder.append(EventStreamMessage(headers: [header], payload: event.data), to: &output)
    }
    return output
}

/// `bytes` in pieces whose sizes, from 1 to `cuts`, follow from `cuts`; whole for 255.
private func pieces(of bytes: [UInt8], cuts: UInt8) -> [[UInt8]] {
    if cuts == 255 { return [bytes] }
    var parts: [[UInt8]] = []
    var position = 0
    var state = UInt32(cuts)
    while position < bytes.count {
        state = (state * 75 + 74) % 65537
        let end = min(position + 1 + Int(state % (UInt32(cuts) * 4 + 1)), bytes.count)
        parts.append(Array(bytes[position..<end]))
        position = end
    }
    return parts
}
