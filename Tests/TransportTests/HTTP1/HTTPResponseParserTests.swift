import NIOCore
import Testing

@testable import Transport

@Suite struct HTTPResponseParserTests {
    static let samples = [
        HTTPSample(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
            "200 1.1 length(2) keep [Content-Length: 2]",
            "body ab",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
            "200 1.1 length(0) keep [Content-Length: 0]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            "200 1.1 length(0) keep [Content-Length: 0]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 404 Nicht d\u{e4}\t!\r\nContent-Length: 0\r\n\r\n",
            "404 1.1 length(0) keep [Content-Length: 0]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            "200 1.1 length(1) keep [Content-Length: 1] [Content-Length: 1]",
            "body a",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 999 X\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
            "999 1.1 length(1) [Connection: close] [Content-Length: 1]",
            "body a",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
            "200 1.0 length(1) [Content-Length: 1]",
            "body a",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
            "200 1.0 length(1) keep [Connection: keep-alive] [Content-Length: 1]",
            "body a",
            "end",
            "closed"
        ),
        HTTPSample("HTTP/1.1 200 OK\r\n\r\nuntil the end", "200 1.1 untilClose", "body until the end", "end", "closed"),
        HTTPSample(
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n",
            "200 1.0 untilClose [Connection: keep-alive]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ndata\r\n0\r\nX: y\r\n\r\n",
            "200 1.1 chunked keep [transfer-encoding: chunked]",
            "body data",
            "end",
            "closed"
        ),
        HTTPSample("HTTP/1.1 204 No Content\r\n\r\n", "204 1.1 none keep", "end", "closed"),
        HTTPSample(
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
            "204 1.1 none [Transfer-Encoding: chunked]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
            "304 1.1 none keep [Content-Length: 7]",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 X\r\n\r\n",
            "204 1.1 none keep",
            "end",
            "closed"
        ),
        HTTPSample(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n\r\n",
            "101 1.1 none [Upgrade: a]",
            "end",
            "closed"
        ),
        HTTPSample("HTTP/1.1 204 X\r\n\r\nHTTP/1.1", "204 1.1 none keep", "end", "error unsolicitedResponse"),
        HTTPSample("", "error unexpectedEnd"),
        HTTPSample("HTTP/1.1 200 OK\r\nContent-Le", "error unexpectedEnd"),
        HTTPSample("HTTP/1.1 100 Continue\r\n\r\n", "error unexpectedEnd"),
        HTTPSample(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            "200 1.1 length(3) keep [Content-Length: 3]",
            "body ab",
            "error unexpectedEnd"
        ),
        HTTPSample(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "200 1.1 chunked keep [Transfer-Encoding: chunked]",
            "body ab",
            "error unexpectedEnd"
        ),
    ]

    @Test(arguments: samples)
    func readsResponsesCutAnywhere(_ sample: HTTPSample) {
        let bytes = sample.bytes
        #expect(HTTPTranscript.ofResponses([bytes]).lines == sample.lines)
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(HTTPTranscript.ofResponses(pieces).lines == sample.lines, "cut at \(cut)")
        }
        #expect(HTTPTranscript.ofResponses(bytes.map { [$0] }).lines == sample.lines, "byte by byte")
    }

    static let rejections = [
        HTTPRejection("HTTP/2.0 200 OK\r\n", .unsupportedVersion, 505),
        HTTPRejection("HTTP/1.1\r\n", .invalidVersion),
        HTTPRejection("ICY 200 OK\r\n", .invalidVersion),
        HTTPRejection("\r\nHTTP/1.1 200 OK\r\n", .invalidVersion),
        HTTPRejection("HTTP/1.1  200 OK\r\n", .invalidStatus),
        HTTPRejection("HTTP/1.1 20 OK\r\n", .invalidStatus),
        HTTPRejection("HTTP/1.1 099 OK\r\n", .invalidStatus),
        HTTPRejection("HTTP/1.1 2000 OK\r\n", .invalidStatus),
        HTTPRejection("HTTP/1.1 200\n", .bareLineFeed),
        HTTPRejection("HTTP/1.1 200 OK\n", .bareLineFeed),
        HTTPRejection("HTTP/1.1 200 OK\rX", .bareCarriageReturn),
        HTTPRejection("HTTP/1.1 200 O\u{0}K\r\n", .invalidReasonPhrase),
        HTTPRejection("HTTP/1.1 200 OK\r\n X: a\r\n", .obsoleteLineFolding),
        HTTPRejection("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .repeatedContentLength),
        HTTPRejection("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", .invalidContentLength),
        HTTPRejection(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            .contentLengthWithTransferEncoding
        ),
        HTTPRejection("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferEncoding, 501),
        HTTPRejection(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .invalidTransferEncoding
        ),
        HTTPRejection("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
        HTTPRejection("HTTP/1.1 100 X\r\nContent-Length: 1\r\n\r\n", .bodyInInformationalResponse),
    ]

    @Test(arguments: rejections)
    func refuses(_ rejection: HTTPRejection) {
        let expected = "error \(rejection.reason)"
        #expect(HTTPTranscript.ofResponses([rejection.bytes]).lines.last == expected)
        #expect(HTTPTranscript.ofResponses(rejection.bytes.map { [$0] }).lines.last == expected, "byte by byte")
        #expect(HTTPParseError(rejection.reason).status == rejection.status)
    }

    @Test func responsesToHeadHaveNoBody() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        let transcript = HTTPTranscript.ofResponses([Array((head + head + "hello").utf8)], toHead: [true, false])
        #expect(
            transcript.lines == [
                "200 1.1 none keep [Content-Length: 5]", "end",
                "200 1.1 length(5) keep [Content-Length: 5]", "body hello", "end", "closed",
            ]
        )
    }

    @Test func idleUntilTheFirstByteOfAResponse() throws {
        var parser = HTTPResponseParser()
        var buffer = ByteBuffer()
        #expect(parser.isIdle)
        if try parser.finish() != nil { Issue.record("an event at the close of an idle connection") }
        parser.expectResponse(toHead: false)
        #expect(parser.isIdle)
        buffer.writeString("H")
        if try parser.next(&buffer) != nil { Issue.record("an event after one byte") }
        #expect(!parser.isIdle)
        #expect(throws: HTTPParseError(.unexpectedEnd)) { try parser.finish() }
        #expect(throws: HTTPParseError(.unexpectedEnd)) { try parser.next(&buffer) }
    }

    @Test func bytesBehindAnUpgradeStayInTheBuffer() throws {
        var parser = HTTPResponseParser()
        parser.expectResponse(toHead: false)
        var buffer = ByteBuffer(string: "HTTP/1.1 101 X\r\n\r\nother")
        _ = try parser.next(&buffer)
        _ = try parser.next(&buffer)
        #expect(String(buffer: buffer) == "other")
    }
}
