import NIOCore
import Testing

@testable import Transport

/// A message and the lines its transcript must have.
struct HTTPSample: Sendable, CustomTestStringConvertible {
    let text: String
    let lines: [String]

    init(_ text: String, _ lines: String...) {
        self.text = text
        self.lines = lines
    }

    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { text.prefix(40).debugDescription }
}

@Suite struct HTTPRequestParserTests {
    static let samples = [
        HTTPSample("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1.1 none keep [Host: ]", "end", "idle"),
        HTTPSample("GET / HTTP/1.0\r\n\r\n", "GET / 1.0 none", "end", "idle"),
        HTTPSample(
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            "GET / 1.0 none keep [Connection: Keep-Alive]",
            "end",
            "idle"
        ),
        HTTPSample(
            "POST /v1/chat?a=b?c HTTP/1.1\r\nhOST:\t [::1]:80 \t\r\ncontent-LENGTH: 5\r\nX-A: \u{e9} b\tc\r\n\r\nhello",
            "POST /v1/chat ?a=b?c 1.1 length(5) keep [hOST: [::1]:80] [content-LENGTH: 5] [X-A: \u{e9} b\tc]",
            "body hello",
            "end",
            "idle"
        ),
        HTTPSample(
            "PUT /? HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
            "PUT / ? 1.1 length(0) keep [Host: a] [Content-Length: 0] [Expect: 100-continue]",
            "end",
            "idle"
        ),
        HTTPSample(
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 01\r\nExpect: 100-Continue\r\n\r\nx",
            "PUT / 1.1 length(1) keep expects [Host: a] [Content-Length: 01] [Expect: 100-Continue]",
            "body x",
            "end",
            "idle"
        ),
        HTTPSample(
            "PATCH / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
            "PATCH / 1.0 length(1) [Expect: 100-continue] [Content-Length: 1]",
            "body x",
            "end",
            "idle"
        ),
        HTTPSample(
            "DELETE /a HTTP/1.1\r\nHost: a\r\nConnection: x , cLose\r\n\r\n",
            "DELETE /a 1.1 none [Host: a] [Connection: x , cLose]",
            "end",
            "idle"
        ),
        HTTPSample("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * 1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample("CONNECT a.b:443 HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT  1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample(
            "HEAD http://a.b:80/c?d HTTP/1.1\r\nHost: a\r\n\r\n",
            "HEAD /c ?d 1.1 none keep [Host: a]",
            "end",
            "idle"
        ),
        HTTPSample("TRACE HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", "TRACE / 1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample("get http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "get / ?b 1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / 1.1 none keep [Host: a]", "end", "idle"),
        HTTPSample(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:  CHUNKED \r\n\r\n"
                + "5\r\nhello\r\n00a;x=\"y\";z\r\n, big bad \r\n1\r\n!\r\n0;q\r\nTrailer: gone\r\nB:\r\n\r\n",
            "POST / 1.1 chunked keep [Host: a] [Transfer-Encoding: CHUNKED]",
            "body hello, big bad !",
            "end",
            "idle"
        ),
        HTTPSample(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / 1.1 chunked keep [Host: a] [Transfer-Encoding: chunked]",
            "end",
            "idle"
        ),
        HTTPSample(
            "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
                + "\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nbcGET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /1 1.1 chunked keep [Host: a] [Transfer-Encoding: chunked]",
            "body a",
            "end",
            "POST /2 1.1 length(2) keep [Host: a] [Content-Length: 2]",
            "body bc",
            "end",
            "GET /3 1.1 none keep [Host: a]",
            "end",
            "idle"
        ),
        HTTPSample("GET / HTTP/1.1\r\nHost: a\r\n", "unfinished"),
        HTTPSample("\r", "unfinished"),
        HTTPSample("\r\n", "idle"),
        HTTPSample(
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
            "PUT / 1.1 length(9) keep [Host: a] [Content-Length: 9]",
            "body x",
            "unfinished"
        ),
        HTTPSample(
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\nx",
            "PUT / 1.1 length(9223372036854775807) keep [Host: a] [Content-Length: 9223372036854775807]",
            "body x",
            "unfinished"
        ),
    ]

    @Test(arguments: samples)
    func readsWholeMessages(_ sample: HTTPSample) {
        #expect(HTTPTranscript.ofRequests([sample.bytes]).lines == sample.lines)
    }

    @Test(arguments: samples)
    func readsMessagesCutAnywhere(_ sample: HTTPSample) {
        let bytes = sample.bytes
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(HTTPTranscript.ofRequests(pieces).lines == sample.lines, "cut at \(cut)")
        }
        #expect(HTTPTranscript.ofRequests(bytes.map { [$0] }).lines == sample.lines, "byte by byte")
    }

    @Test func targetIsKeptAsSent() throws {
        var buffer = ByteBuffer(string: "GET http://a/b%20c?d HTTP/1.1\r\nHost: a\r\n\r\n")
        var parser = HTTPRequestParser()
        guard case .head(let head) = try parser.next(&buffer) else {
            Issue.record("no head")
            return
        }
        #expect(String(buffer: head.target) == "http://a/b%20c?d")
        #expect(String(buffer: head.path) == "/b%20c")
    }

    @Test func bodyPartsShareTheStorageOfTheBuffer() throws {
        let body = [UInt8](repeating: 7, count: 1 << 20)
        var buffer = ByteBuffer(string: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
        buffer.writeBytes(body)
        let bodyStart = buffer.writerIndex - body.count
        let address = buffer.withUnsafeReadableBytes { $0.baseAddress?.advanced(by: bodyStart) }
        var parser = HTTPRequestParser()
        guard case .head = try parser.next(&buffer), case .body(let part) = try parser.next(&buffer) else {
            Issue.record("no body")
            return
        }
        #expect(part.readableBytes == body.count)
        #expect(part.withUnsafeReadableBytes { $0.baseAddress } == address)
        #expect(buffer.readableBytes == 0)
    }

    @Test func errorsStay() {
        var parser = HTTPRequestParser()
        var bad = ByteBuffer(string: "GET\n")
        var good = ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(throws: HTTPParseError(.bareLineFeed)) { try parser.next(&bad) }
        #expect(throws: HTTPParseError(.bareLineFeed)) { try parser.next(&good) }
        #expect(!parser.isIdle)
    }
}
