import Framing
import Testing

@Suite struct ServerSentEventBoundaryTests {
    @Test(arguments: [
        ("", []),
        ("data: a", []),
        ("data: a\n", []),
        ("data: a\n\n", [9]),
        ("data: a\r\r", [9]),
        ("data: a\r\n\r\n", [11]),
        ("data: a\r\n\n", [10]),
        ("data: a\n\r\n", [10]),
        ("data: a\n\rdata: b\n\n", [9, 18]),
        ("data: a\r\n", []),
        ("a\n\nb\n\n", [3, 6]),
        ("\n\r\n\r\r\n", [1, 3, 4, 6]),
        ("\u{FEFF}\n", [4]),
        ("\u{FEFF}a\n\n", [6]),
        ("a\n\u{FEFF}\n\n", [7]),
        ("0123456789abcdef\n\n0123456789abcde\r\n\r\n", [18, 37]),
    ]) func findsTheEndsOfEvents(text: String, expected: [Int]) {
        #expect(boundaries(parts: [Array(text.utf8)]) == expected)
    }

    /// The only difference a cut may make is the LF of a CRLF at the end of an event.
    @Test(arguments: SampleStream.all) func cutsChangeNothingButATrailingLineFeed(stream: SampleStream) {
        let bytes = stream.bytes
        let whole = boundaries(parts: [bytes])
        for cut in 0...bytes.count {
            let expected = whole.map { $0 == cut + 1 && endsWithCRLF(bytes, at: $0) ? cut : $0 }
            #expect(boundaries(parts: [Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
        }
        let expected = whole.map { endsWithCRLF(bytes, at: $0) ? $0 - 1 : $0 }
        #expect(boundaries(parts: bytes.map { [$0] }) == expected)
    }

    @Test(arguments: SampleStream.all) func viewsOfThePiecesShowTheDecodersEvents(stream: SampleStream) {
        for parts in stream.bytes.everyCut {
            let pieces = pieces(of: stream.bytes, at: boundaries(parts: parts))
            #expect(Array(pieces.joined()) == stream.bytes)
            let expected = stream.expected.events.map { ServerSentEvent(event: $0.event, data: $0.data) }
            #expect(viewedEvents(pieces: pieces) == expected)
        }
    }

    @Test func aLoneCarriageReturnEndsAnEventAtOnce() {
        var finder = ServerSentEventBoundary()
        let start = Array("data: a\r\n\r".utf8)
        #expect(finder.next(in: start.span, from: 0) == start.count)
        let rest = Array("\ndata: b\n\n".utf8)
        #expect(finder.next(in: rest.span, from: 0) == rest.count)
        #expect(ServerSentEventView(rest.span, startsStream: false).data == .single(7..<8))
    }

    @Test func anOffsetAtTheEndFindsNothing() {
        var finder = ServerSentEventBoundary()
        let bytes = Array("a\n\n".utf8)
        #expect(finder.next(in: bytes.span, from: 0) == 3)
        #expect(finder.next(in: bytes.span, from: 3) == nil)
    }

    private func endsWithCRLF(_ bytes: [UInt8], at boundary: Int) -> Bool {
        boundary >= 2 && bytes[boundary - 1] == 0x0A && bytes[boundary - 2] == 0x0D
    }
}
