import Framing
import Testing

@Suite struct ServerSentEventDecoderTests {
    @Test(arguments: SampleStream.all) func decodesHoweverTheStreamIsCut(stream: SampleStream) {
        for parts in stream.bytes.everyCut {
            #expect(DecodedStream(parts: parts) == stream.expected, "\(parts.map(\.count))")
        }
    }

    @Test(
        arguments: [
            ("data: 78901\n\n", nil),
            ("data: 789012\n\n", .lineTooLong(limit: 11)),
            (": 34567890123", .lineTooLong(limit: 11)),
            ("data: 1234\ndata: 12345\n\n", nil),
            ("data: 12345\ndata: 12345\n\n", .eventTooLarge(limit: 10)),
            ("data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n", nil),
            ("data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n", .eventTooLarge(limit: 10)),
        ] as [(String, ServerSentEventError?)]
    )
    func keepsItsLimitsHoweverTheStreamIsCut(text: String, error: ServerSentEventError?) {
        let bytes = Array("data: first\n\n".utf8) + Array(text.utf8)
        for parts in bytes.everyCut {
            let decoder = ServerSentEventDecoder(maximumLineByteCount: 11, maximumEventByteCount: 10)
            let decoded = DecodedStream(parts: parts, decoder: decoder)
            #expect(decoded.error == error)
            #expect(decoded.events.count == (error == nil ? 2 : 1))
        }
    }

    @Test func throwsItsErrorAgain() {
        var decoder = ServerSentEventDecoder(maximumLineByteCount: 4)
        let limit = ServerSentEventError.lineTooLong(limit: 4)
        #expect(throws: limit) { try decoder.decode(Array("data: a".utf8).span) { _ in } }
        #expect(throws: limit) { try decoder.decode(Array("\n".utf8).span) { _ in } }
    }

    @Test func keepsIDAndReconnectionTimeOverTheEndOfAStream() throws {
        var decoder = ServerSentEventDecoder()
        var events: [ServerSentEvent] = []
        try decoder.decode(Array("id: 7\nretry: 30\n\ndata: lost".utf8).span) { events.append($0) }
        let leftOver = [decoder.finish(), decoder.finish()]
        #expect(leftOver == [true, false])
        try decoder.decode(Array("\u{FEFF}data: a\n\n".utf8).span) { events.append($0) }
        #expect(events == [ServerSentEvent(data: Array("a".utf8), id: "7")])
        #expect(decoder.lastEventID == "7")
        #expect(decoder.reconnectionTime == 30)
    }

    @Test func passesOnWhatTheBodyThrows() {
        struct Stop: Error {}
        var decoder = ServerSentEventDecoder()
        #expect(throws: Stop.self) {
            try decoder.decode(Array("data\n\n".utf8).span) { _ in throw Stop() }
        }
    }
}
