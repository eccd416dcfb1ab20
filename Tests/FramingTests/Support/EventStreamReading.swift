import Framing

/// What a decoder makes of a stream that comes in `parts`.
struct DecodedMessages: Equatable {
    var messages: [EventStreamMessage] = []
    var wasPending = false
    var error: EventStreamError?

    init(_ messages: [EventStreamMessage], wasPending: Bool = false, error: EventStreamError? = nil) {
        self.messages = messages
        self.wasPending = wasPending
        self.error = error
    }

    init(parts: [[UInt8]], limits: EventStreamLimits = EventStreamLimits()) {
        var decoder = EventStreamDecoder(limits: limits)
        do {
            for part in parts { try decoder.decode(part.span) { messages.append($0) } }
            wasPending = decoder.finish()
        } catch {
            self.error = error as? EventStreamError
        }
    }
}

/// A frame with right checksums around any headers and payload, and lengths that may be wrong.
func frame(headers: [UInt8], payload: [UInt8] = [], total: Int? = nil, headersLength: Int? = nil) -> [UInt8] {
    var frame = bigEndian(total ?? headers.count + payload.count + 16) + bigEndian(headersLength ?? headers.count)
    frame += bigEndian(Int(CRC32.checksum(of: frame.span)))
    frame += headers + payload
    return frame + bigEndian(Int(CRC32.checksum(of: frame.span)))
}

private func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}
