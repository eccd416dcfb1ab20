/// Any cut gives the same messages and the same error; nothing traps.
func checkEventStream(_ bytes: [UInt8], cuts: UInt8) {
    let whole = decodeMessages([bytes])
    precondition(decodeMessages(cutBytes(bytes, cuts: cuts)) == whole, "a cut changes the messages")
    for message in whole.messages { checkReencoding(message) }
}

/// The same with right checksums around the fuzzer's headers and payload, which it could hardly find by itself: the
/// first two bytes are the length of the headers.
func checkEventStreamHeaders(_ bytes: [UInt8], cuts: UInt8) {
    guard bytes.count >= 2 else { return }
    let content = bytes[2...]
    let stated = UInt32(bytes[0]) << 8 | UInt32(bytes[1])
    var frame = bigEndian(UInt32(content.count + 16)) + bigEndian(stated)
    frame += bigEndian(CRC32.checksum(of: frame.span))
    frame += content
    frame += bigEndian(CRC32.checksum(of: frame.span))
    checkEventStream(frame + frame + frame.prefix(7), cuts: cuts)
}

private struct DecodedMessages: Equatable {
    var messages: [EventStreamMessage] = []
    var wasPending = false
    var error: EventStreamError?
}

private func decodeMessages(_ parts: [[UInt8]]) -> DecodedMessages {
    var decoder = EventStreamDecoder(limits: EventStreamLimits(messageByteCount: 4096, headerCount: 32))
    var decoded = DecodedMessages()
    do {
        for part in parts { try decoder.decode(part.span) { decoded.messages.append($0) } }
    } catch {
        decoded.error = error as? EventStreamError
    }
    decoded.wasPending = decoder.finish()
    return decoded
}

private func checkReencoding(_ message: EventStreamMessage) {
    var output: [UInt8] = []
    do {
        try EventStreamEncoder.append(message, to: &output)
    } catch {
        preconditionFailure("a decoded message cannot be encoded: \(error)")
    }
    precondition(decodeMessages([output]) == DecodedMessages(messages: [message]), "a message is not what was encoded")
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
