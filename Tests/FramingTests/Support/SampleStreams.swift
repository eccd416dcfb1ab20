import Framing
import Testing

/// A stream, the events it holds, and whether its end drops something.
struct SampleStream: CustomTestStringConvertible, Sendable {
    var name: String
    var bytes: [UInt8]
    var expected: DecodedStream

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ events: [ServerSentEvent], wasPending: Bool = false) {
        self.init(name, Array(text.utf8), events, wasPending: wasPending)
    }

    init(_ name: String, _ bytes: [UInt8], _ events: [ServerSentEvent], wasPending: Bool = false) {
        self.name = name
        self.bytes = bytes
        expected = DecodedStream(events: events, wasPending: wasPending)
    }

    static let all: [SampleStream] = fieldStreams + textStreams + lineEndStreams

    private static let fieldStreams: [SampleStream] = [
        SampleStream("nothing", "", []),
        SampleStream("one event", "data: a\n\n", [event("a")]),
        SampleStream("no space", "data:a\n\n", [event("a")]),
        SampleStream("two spaces", "data:  a\n\n", [event(" a")]),
        SampleStream("colon in the value", "data: a: b\n\n", [event("a: b")]),
        SampleStream("data alone", "data\n\n", [event("")]),
        SampleStream("empty data", "data:\n\ndata: \n\n", [event(""), event("")]),
        SampleStream("two empty lines of data", "data\ndata:\n\n", [event("\n")]),
        SampleStream("three lines of data", "data: a\ndata\ndata:c\n\n", [event("a\n\nc")]),
        SampleStream("named", "event: tick\ndata: 1\n\ndata: 2\n\n", [event("1", "tick"), event("2")]),
        SampleStream("name after data", "data: 1\nevent:tick\n\n", [event("1", "tick")]),
        SampleStream("last name wins", "event: a\nevent: b\ndata\n\n", [event("", "b")]),
        SampleStream("empty last name", "event: a\nevent\ndata\n\n", [event("")]),
        SampleStream("name without data", "event: a\n\ndata: x\n\n", [event("x")]),
        SampleStream("comments", ": hello\n\n:\ndata: x\n: data: y\n\n", [event("x")]),
        SampleStream(
            "unknown fields",
            "Data: a\ndat: b\ndatas: c\nevent2: d\nidx: e\ni\nda\n\ndata:f\n\n",
            [event("f")]
        ),
        SampleStream("leading space", " data: a\ndata : b\n\n", []),
        SampleStream("blank lines", "\n\n\ndata: a\n\n\n\ndata: b\n\n\n", [event("a"), event("b")]),
        SampleStream("unfinished line", "data: a\n\ndata: b", [event("a")], wasPending: true),
        SampleStream("unfinished event", "data: a\n\ndata: [DONE]\n", [event("a")], wasPending: true),
        SampleStream("unfinished comment", "data: a\n\n:", [event("a")], wasPending: true),
        SampleStream("finished comment", "data: a\n\n: x\n", [event("a")]),
        SampleStream("unfinished name", "event: x\n", [], wasPending: true),
        SampleStream("unfinished id", "id: x\n", [], wasPending: true),
        SampleStream(
            "id stays in force",
            "data:a\n\nid: 1\ndata:b\n\ndata:c\n\nid: 2\n\ndata:d\n\nid\ndata:e\n\n",
            [event("a"), event("b", id: "1"), event("c", id: "1"), event("d", id: "2"), event("e", id: "")]
        ),
        SampleStream("id with NUL", "id: 1\nid: 2\0\ndata:a\n\n", [event("a", id: "1")]),
        SampleStream(
            "retry",
            "retry: 1500\ndata:a\n\nretry: 20\n\ndata:b\n\n",
            [event("a", retry: 1500), event("b")]
        ),
        SampleStream(
            "retry that is no number",
            "retry: 15x\ndata\n\nretry: -1\ndata\n\nretry:\ndata\n\nretry:  7\ndata\n\n",
            [event(""), event(""), event(""), event("")]
        ),
        SampleStream(
            "retry at and past the largest number",
            "retry: 9223372036854775807\ndata\n\nretry: 9223372036854775808\ndata\n\nretry: 92233720368547758070\ndata\n\n",
            [event("", retry: .max), event(""), event("")]
        ),
    ]

    private static let mark = "\u{FEFF}"

    private static let textStreams: [SampleStream] = [
        SampleStream("mark alone", mark, []),
        SampleStream("mark", mark + "data: a\n\n", [event("a")]),
        SampleStream("two marks", mark + mark + "data: a\ndata: b\n\n", [event("b")]),
        SampleStream("mark within", "data: a\n\n\(mark)data: b\n\n", [event("a")]),
        SampleStream("mark and blank line", mark + "\ndata: a\n\n", [event("a")]),
        SampleStream("mark and CRLF blank line", mark + "\r\n\r\ndata: a\r\n\r\n", [event("a")]),
        SampleStream("part of a mark", [0xEF, 0xBB], [], wasPending: true),
        SampleStream("part of a mark in a line", [0xEF, 0xBB] + Array("data: a\ndata: b\n\n".utf8), [event("b")]),
        SampleStream("part of a mark before a blank line", [0xEF, 0x0A, 0x0A] + Array("data\n\n".utf8), [event("")]),
        SampleStream(
            "text that is not UTF-8",
            Array("event: a".utf8) + [0xFF] + Array("\nid: ".utf8) + [0xE2, 0x82] + Array("\ndata: ".utf8)
                + [0xC3, 0x28, 0x00] + Array("\n\n".utf8),
            [ServerSentEvent(event: "a\u{FFFD}", data: [0xC3, 0x28, 0x00], id: "\u{FFFD}")]
        ),
        SampleStream(
            "control characters and long lines",
            "data: \t\u{B}\u{C}\u{E}" + String(repeating: "0123456789é\t", count: 9) + "\n\n",
            [event("\t\u{B}\u{C}\u{E}" + String(repeating: "0123456789é\t", count: 9))]
        ),
    ]

    /// Three lines and their blank line with every combination of line ends.
    private static let lineEndStreams: [SampleStream] = {
        let ends = ["\n", "\r", "\r\n"]
        return ends.flatMap { first in
            ends.flatMap { second in
                ends.flatMap { third in
                    ends.map { fourth in
                        let text = "event: e" + first + "data: a" + second + "data: b" + third
                        // A CR's line end would take in an LF that was meant as the blank line.
                        let isBlank = !(third == "\r" && fourth == "\n")
                        return SampleStream(
                            "line ends " + (first + second + third + fourth).debugDescription,
                            text + fourth + "data: c\n\n",
                            isBlank ? [event("a\nb", "e"), event("c")] : [event("a\nb\nc", "e")]
                        )
                    }
                }
            }
        }
    }()

    private static func event(
        _ data: String,
        _ name: String = "message",
        id: String? = nil,
        retry: Int? = nil
    ) -> ServerSentEvent {
        ServerSentEvent(event: name, data: Array(data.utf8), id: id, retry: retry)
    }
}
