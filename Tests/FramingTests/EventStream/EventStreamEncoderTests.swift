import Framing
import Testing

@Suite struct EventStreamEncoderTests {
    @Test(arguments: SampleMessage.all) func writesTheReferenceBytes(sample: SampleMessage) throws {
        var output: [UInt8] = [1, 2, 3]
        try EventStreamEncoder.append(sample.message, to: &output)
        #expect(output == [1, 2, 3] + sample.bytes)
    }

    @Test(
        arguments: [
            ([EventStreamHeader(name: "", value: .bool(true))], .malformedHeader(.emptyName)),
            (
                [EventStreamHeader(name: String(repeating: "n", count: 256), value: .bool(true))],
                .malformedHeader(.nameTooLong)
            ),
            (
                [EventStreamHeader(name: "a", value: .byte(1)), EventStreamHeader(name: "a", value: .byte(2))],
                .malformedHeader(.duplicateName)
            ),
            (
                [EventStreamHeader(name: "a", value: .bytes([UInt8](repeating: 0, count: 32768)))],
                .malformedHeader(.valueTooLong)
            ),
            (
                (0..<257).map { EventStreamHeader(name: "\($0)", value: .bool(true)) },
                .tooManyHeaders(limit: 256)
            ),
            (
                (0..<5).map { EventStreamHeader(name: "\($0)", value: .bytes([UInt8](repeating: 0, count: 32767))) },
                .headersTooLarge(byteCount: 5 * 32772, limit: 131072)
            ),
        ] as [([EventStreamHeader], EventStreamError)]
    )
    func rejectsHeadersThatNoReaderWouldTake(headers: [EventStreamHeader], error: EventStreamError) {
        var output: [UInt8] = [1]
        #expect(throws: error) { try EventStreamEncoder.append(EventStreamMessage(headers: headers), to: &output) }
        #expect(output == [1])
    }

    @Test func keepsTheMessageLimit() throws {
        var output: [UInt8] = []
        let limits = EventStreamLimits(messageByteCount: 18)
        try EventStreamEncoder.append(EventStreamMessage(payload: [1, 2]), to: &output, limits: limits)
        #expect(throws: EventStreamError.messageTooLarge(byteCount: 19, limit: 18)) {
            try EventStreamEncoder.append(EventStreamMessage(payload: [1, 2, 3]), to: &output, limits: limits)
        }
        #expect(output.count == 18)
    }
}
