import NIOCore
import Testing

@testable import Transport

@Suite struct HTTPHeadWriterTests {
    private func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        return String(buffer: buffer)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 1234567890, Int.max, -1, -10, Int.min])
    func decimal(_ value: Int) {
        #expect(written { $0.writeDecimal(value) } == String(value))
    }

    @Test(arguments: [
        (200, "HTTP/1.1 200 OK\r\n"), (429, "HTTP/1.1 429 Too Many Requests\r\n"), (299, "HTTP/1.1 299 \r\n"),
        (99, "HTTP/1.1 500 Internal Server Error\r\n"), (1000, "HTTP/1.1 500 Internal Server Error\r\n"),
    ])
    func statusLine(_ status: Int, _ line: String) {
        #expect(written { $0.writeStatusLine(status) } == line)
    }

    @Test func fields() {
        let text = written { buffer in
            buffer.writeField("a", "literal")
            buffer.writeField("b", 12)
            let isStringWritten = buffer.writeField("c", String(3) + " \u{e9}\t")
            let isBufferWritten = buffer.writeField("d", ByteBuffer(string: "bytes"))
            let isSpanWritten = buffer.writeField([0x65].span, [0x66].span)
            #expect(isStringWritten && isBufferWritten && isSpanWritten)
            buffer.writeHeadEnd()
        }
        #expect(text == "a: literal\r\nb: 12\r\nc: 3 \u{e9}\t\r\nd: bytes\r\ne: f\r\n\r\n")
    }

    @Test(arguments: ["a\r\nb: c", "a\rb", "a\nb", "\n", "a\u{0}", "\u{7f}", "\u{1b}"])
    func valuesThatCouldSplitAHeadAreNotWritten(_ value: String) {
        let text = written { buffer in
            let isStringWritten = buffer.writeField("a", value)
            let isBufferWritten = buffer.writeField("a", ByteBuffer(string: value))
            let isSpanWritten = buffer.writeField([0x61].span, Array(value.utf8).span)
            let isTargetWritten = buffer.writeRequestLine(.get, target: "/" + value)
            #expect(!isStringWritten && !isBufferWritten && !isSpanWritten && !isTargetWritten)
        }
        #expect(text == "")
        let isValid = isValidFieldValue(Array(value.utf8).span)
        #expect(!isValid)
    }

    @Test(arguments: ["", "a b", "a:", "\r\n", "\u{e9}"])
    func namesThatAreNoTokensAreNotWritten(_ name: String) {
        let text = written { buffer in
            let isWritten = buffer.writeField(Array(name.utf8).span, [0x61].span)
            let isMethodWritten = buffer.writeRequestLine(.other(name), target: "/")
            #expect(!isWritten && !isMethodWritten)
        }
        #expect(text == "")
    }

    @Test func whatIsWrittenIsRead() {
        let text = written { buffer in
            let isLineWritten = buffer.writeRequestLine(.post, target: "/a?b")
            #expect(isLineWritten)
            buffer.writeField("host", "a")
            buffer.writeField("transfer-encoding", "chunked")
            buffer.writeHeadEnd()
            buffer.writeString("1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n")
        }
        #expect(
            HTTPTranscript.ofRequests([Array(text.utf8)]).lines == [
                "POST /a ?b 1.1 chunked keep [host: a] [transfer-encoding: chunked]", "body abcdefghijklmnopqrstuvwxyz",
                "end", "idle",
            ]
        )
    }
}
