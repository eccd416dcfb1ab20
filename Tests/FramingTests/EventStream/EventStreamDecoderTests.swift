import Framing
import Testing

@Suite struct EventStreamDecoderTests {
    @Test(arguments: SampleMessage.all) func decodesAMessage(sample: SampleMessage) {
        #expect(DecodedMessages(parts: [sample.bytes]) == DecodedMessages([sample.message]))
    }

    @Test func decodesHoweverTheStreamIsCut() {
        let bytes = SampleMessage.all.flatMap(\.bytes) + SampleMessage.everyType.bytes.dropLast()
        let expected = DecodedMessages(SampleMessage.all.map(\.message), wasPending: true)
        for parts in bytes.everyCut {
            #expect(DecodedMessages(parts: parts) == expected, "\(parts.map(\.count))")
        }
    }

    @Test func waitsForEveryMissingByte() {
        let bytes = SampleMessage.chunk.bytes
        for count in bytes.indices {
            #expect(DecodedMessages(parts: [Array(bytes[..<count])]) == DecodedMessages([], wasPending: count > 0))
        }
    }

    @Test(arguments: SampleMessage.all) func everyFlippedBitIsAnError(sample: SampleMessage) {
        for bit in 0..<sample.bytes.count * 8 {
            var bytes = sample.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let decoded = DecodedMessages(parts: [bytes])
            #expect(decoded.messages.isEmpty)
            switch decoded.error {
            case .badPreludeChecksum: #expect(bit < 12 * 8)
            case .badMessageChecksum: #expect(bit >= 12 * 8)
            default: Issue.record("bit \(bit) gave \(decoded)")
            }
        }
    }

    @Test(
        arguments: [
            (frame(headers: [], total: 0), .inconsistentLengths(total: 0, headers: 0)),
            (frame(headers: [], total: 15), .inconsistentLengths(total: 15, headers: 0)),
            (frame(headers: [], payload: [1], headersLength: 2), .inconsistentLengths(total: 17, headers: 2)),
            (frame(headers: [], total: 1 << 30), .messageTooLarge(byteCount: 1 << 30, limit: 1 << 24)),
            (frame(headers: [], total: 0xFFFF_FFFF), .messageTooLarge(byteCount: 0xFFFF_FFFF, limit: 1 << 24)),
            (
                frame(headers: [], total: 1 << 20, headersLength: 1 << 18),
                .headersTooLarge(byteCount: 1 << 18, limit: 1 << 17)
            ),
            (frame(headers: [0]), .malformedHeader(.emptyName)),
            (frame(headers: [1]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0x61]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0x61], payload: [0]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0xFF, 0]), .malformedHeader(.invalidText)),
            (frame(headers: [1, 0x61, 10]), .malformedHeader(.unknownType(10))),
            (frame(headers: [1, 0x61, 0, 1, 0x61, 1]), .malformedHeader(.duplicateName)),
            (frame(headers: [1, 0x61, 2]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0x61, 5, 0, 0, 0, 0, 0, 0, 0]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0x61, 6, 0, 2, 0]), .malformedHeader(.truncated)),
            (frame(headers: [1, 0x61, 7, 0, 1, 0x80]), .malformedHeader(.invalidText)),
            (frame(headers: [1, 0x61, 7, 0x80, 0]), .malformedHeader(.valueTooLong)),
            (frame(headers: [1, 0x61, 9] + [UInt8](repeating: 0, count: 15)), .malformedHeader(.truncated)),
        ] as [([UInt8], EventStreamError)]
    )
    func reportsWhatIsWrongHoweverTheStreamIsCut(bytes: [UInt8], error: EventStreamError) {
        for parts in (SampleMessage.empty.bytes + bytes).everyCut {
            #expect(DecodedMessages(parts: parts) == DecodedMessages([EventStreamMessage()], error: error))
        }
    }

    @Test func keepsItsLimits() {
        let bytes = SampleMessage.everyType.bytes
        let fitting = EventStreamLimits(messageByteCount: bytes.count, headersByteCount: 110, headerCount: 10)
        #expect(DecodedMessages(parts: [bytes], limits: fitting).error == nil)
        var limits = fitting
        limits.messageByteCount -= 1
        #expect(DecodedMessages(parts: [bytes], limits: limits).error == .messageTooLarge(byteCount: 129, limit: 128))
        limits = fitting
        limits.headersByteCount -= 1
        #expect(DecodedMessages(parts: [bytes], limits: limits).error == .headersTooLarge(byteCount: 110, limit: 109))
        limits = fitting
        limits.headerCount -= 1
        #expect(DecodedMessages(parts: [bytes], limits: limits).error == .tooManyHeaders(limit: 9))
    }

    @Test func throwsItsErrorAgainUntilTheStreamIsFinished() throws {
        var decoder = EventStreamDecoder()
        let broken = frame(headers: [0])
        let fitting = SampleMessage.chunk.bytes
        let error = EventStreamError.malformedHeader(.emptyName)
        #expect(throws: error) { try decoder.decode(broken.span) { _ in } }
        #expect(throws: error) { try decoder.decode(fitting.span) { _ in } }
        _ = decoder.finish()
        var messages: [EventStreamMessage] = []
        try decoder.decode(fitting.span) { messages.append($0) }
        #expect(messages == [SampleMessage.chunk.message])
    }

    @Test func findsHeadersByName() {
        let message = SampleMessage.everyType.message
        #expect(message.text(ofHeader: "text") == "na\u{EF}ve")
        #expect(message.text(ofHeader: "byte") == nil)
        #expect(message.value(ofHeader: "byte") == .byte(-2))
        #expect(message.value(ofHeader: "Byte") == nil)
    }
}
