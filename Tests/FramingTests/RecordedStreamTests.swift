import Framing
import Testing

@Suite(.enabled(if: RecordedStreams.isAvailable, Comment(rawValue: RecordedStreams.note)))
struct RecordedStreamTests {
    /// How many bytes may be decoded again per recording, so that all of them together take a second or two.
    private static let workLimit = 300_000

    @Test func serverSentEventsAreTheSameForEveryCut() throws {
        let recordings = try RecordedStreams.serverSentEvents()
        #expect(!recordings.isEmpty)
        for (name, bytes) in recordings {
            let whole = boundaries(parts: [bytes])
            let pieces = pieces(of: bytes, at: whole)
            #expect(Array(pieces.joined()) == bytes, "\(name)")
            let decoded = DecodedStream(parts: [bytes])
            #expect(!decoded.events.isEmpty && decoded.error == nil, "\(name)")
            let shown = viewedEvents(pieces: pieces)
            #expect(shown == decoded.events.map { ServerSentEvent(event: $0.event, data: $0.data) }, "\(name)")
            #expect(DecodedStream(parts: bytes.prefix(4096).map { [$0] } + [Array(bytes.dropFirst(4096))]) == decoded)
            try expectSameEventsForCuts(within: pieces, decoded.events, name)
        }
    }

    @Test func eventStreamMessagesAreTheSameForEveryCut() throws {
        let recordings = try RecordedStreams.eventStreams()
        #expect(!recordings.isEmpty)
        for (name, bytes) in recordings {
            let whole = DecodedMessages(parts: [bytes])
            #expect(!whole.messages.isEmpty && whole.error == nil && !whole.wasPending, "\(name)")
            var encoded: [UInt8] = []
            for message in whole.messages { try EventStreamEncoder.append(message, to: &encoded) }
            #expect(encoded == bytes, "\(name)")
            let start = Array(bytes.prefix(700))
            let expected = DecodedMessages(parts: [start])
            for parts in start.everyCut { #expect(DecodedMessages(parts: parts) == expected, "\(name)") }
        }
    }

    /// Cuts each event at every byte, with decoder and finder in the state that the events before have left.
    private func expectSameEventsForCuts(within pieces: [[UInt8]], _ expected: [ServerSentEvent], _ name: String) throws
    {
        var decoder = ServerSentEventDecoder()
        var finder = ServerSentEventBoundary()
        var expected = expected[...]
        var work = 0
        for piece in pieces.dropLast() where work < Self.workLimit {
            var event: ServerSentEvent?
            let decoderBefore = decoder
            let finderBefore = finder
            try decoder.decode(piece.span) { event = $0 }
            if event != nil { #expect(event == expected.popFirst(), "\(name)") }
            #expect(finder.next(in: piece.span, from: 0) == piece.count)
            for cut in piece.indices.prefix(2000) {
                work += piece.count
                let (start, rest) = (Array(piece[..<cut]), Array(piece[cut...]))
                var cutDecoder = decoderBefore
                var cutEvent: ServerSentEvent?
                try cutDecoder.decode(start.span) { cutEvent = $0 }
                try cutDecoder.decode(rest.span) { cutEvent = $0 }
                var cutFinder = finderBefore
                let early = cutFinder.next(in: start.span, from: 0)
                let late = cutFinder.next(in: rest.span, from: 0)
                // Only a CRLF's LF may stay behind.
                let isLineFeedLeft = early == cut && late == nil && rest == [0x0A] && start.last == 0x0D
                guard cutEvent == event, isLineFeedLeft || (early == nil && late == rest.count) else {
                    Issue.record("\(name): a cut at \(cut) changes the event \(String(decoding: piece, as: UTF8.self))")
                    return
                }
            }
        }
    }
}
