import Framing
import Testing

@Suite struct ServerSentEventViewTests {
    @Test(
        arguments: [
            ("data: ab\n\n", nil, .single(6..<8)),
            ("data:ab\n\n", nil, .single(5..<7)),
            ("data\n\n", nil, .single(4..<4)),
            ("data:\r\n\r\n", nil, .single(5..<5)),
            (": comment\n\n", nil, .none),
            ("\n", nil, .none),
            ("", nil, .none),
            ("event: e\ndata: a\n\n", 7..<8, .single(15..<16)),
            ("event: e\nevent:fg\n\n", 15..<17, .none),
            ("event: e\nevent\n\n", 14..<14, .none),
            ("data: a\ndata: b\n\n", nil, .several(2)),
            ("data\rdata\rdata\r\r", nil, .several(3)),
            ("\ndata: a\n\n", nil, .single(7..<8)),
            ("data: a\n\ndata: b\n\n", nil, .single(6..<7)),
            ("data: a", nil, .single(6..<7)),
        ] as [(String, Range<Int>?, ServerSentEventView.DataLines)]
    )
    func showsNameAndData(text: String, name: Range<Int>?, data: ServerSentEventView.DataLines) {
        let view = ServerSentEventView(Array(text.utf8).span, startsStream: false)
        #expect(view.name == name)
        #expect(view.data == data)
    }

    @Test(arguments: [
        ("data: a\ndata: b\n\n", "a\nb"),
        ("data\r\n: x\r\ndata\r\n\r\n", "\n"),
        ("\ndata: a\nevent: e\ndata\ndata:c\n\n", "a\n\nc"),
        ("data: alone\n\n", "alone"),
        ("event: e\n\n", ""),
    ]) func joinsTheDataLines(text: String, expected: String) {
        let bytes = Array(text.utf8)
        let view = ServerSentEventView(bytes.span, startsStream: false)
        #expect(view.joinedData(of: bytes.span) == Array(expected.utf8))
    }

    @Test func passesAByteOrderMarkOnlyAtTheStreamsStart() {
        let bytes = Array("\u{FEFF}data: a\ndata: b\n\n".utf8)
        let first = ServerSentEventView(bytes.span, startsStream: true)
        #expect(first.data == .several(2))
        #expect(first.joinedData(of: bytes.span) == Array("a\nb".utf8))
        #expect(ServerSentEventView(bytes.span, startsStream: false).data == .single(17..<18))
    }
}
