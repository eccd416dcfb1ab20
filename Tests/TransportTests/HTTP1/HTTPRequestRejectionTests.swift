import Testing

@testable import Transport

/// Bytes that must be refused, and how.
struct HTTPRejection: Sendable, CustomTestStringConvertible {
    let text: String
    let reason: HTTPParseError.Reason
    let status: Int

    init(_ text: String, _ reason: HTTPParseError.Reason, _ status: Int = 400) {
        self.text = text
        self.reason = reason
        self.status = status
    }

    /// A request with these field lines behind its Host.
    static func fields(
        _ lines: String,
        _ reason: HTTPParseError.Reason,
        _ status: Int = 400,
        version: String = "1.1"
    ) -> HTTPRejection {
        HTTPRejection("POST / HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n\r\n", reason, status)
    }

    /// A request with this chunked body.
    static func chunks(_ body: String, _ reason: HTTPParseError.Reason) -> HTTPRejection {
        HTTPRejection("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", reason)
    }

    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { text.debugDescription }
}

@Suite struct HTTPRequestRejectionTests {
    static let startLines = [
        HTTPRejection("\r\n\r\nGET / HTTP/1.1\r\n", .invalidMethod),
        HTTPRejection("\nGET / HTTP/1.1\r\n", .bareLineFeed),
        HTTPRejection("\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
        HTTPRejection(" GET / HTTP/1.1\r\n", .invalidMethod),
        HTTPRejection("G\u{e9}T / HTTP/1.1\r\n", .invalidMethod),
        HTTPRejection("GET\t/ HTTP/1.1\r\n", .invalidMethod),
        HTTPRejection("GET\r\n", .invalidMethod),
        HTTPRejection("GET\n", .bareLineFeed),
        HTTPRejection("\u{16}\u{3}\u{1}", .invalidMethod),
        HTTPRejection(String(repeating: "M", count: 33), .methodTooLong, 501),
        HTTPRejection("GET  / HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET /\r\n", .invalidTarget),
        HTTPRejection("GET /\n", .bareLineFeed),
        HTTPRejection("GET /\u{0} HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET /\t HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET /\u{7f} HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET /\u{e9} HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET /#a HTTP/1.1\r\n", .invalidTarget),
        HTTPRejection("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("OPTIONS *a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET http://?a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT :1 HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT a:b HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("CONNECT u@a:1 HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        HTTPRejection("GET / \r\n", .invalidVersion),
        HTTPRejection("GET /  HTTP/1.1\r\n", .invalidVersion),
        HTTPRejection("GET / http/1.1\r\n", .invalidVersion),
        HTTPRejection("GET / HTTP/1,1\r\n", .invalidVersion),
        HTTPRejection("GET / HTTP/11.1\r\n", .invalidVersion),
        HTTPRejection("GET / HTTP/1.1 \r\n", .invalidVersion),
        HTTPRejection("GET / HTTP/1.11\r\n", .invalidVersion),
        HTTPRejection("GET / HTTP/1.1\n", .bareLineFeed),
        HTTPRejection("GET / HTTP/1.1\rH", .bareCarriageReturn),
        HTTPRejection("GET / HTTP/1.2\r\n", .unsupportedVersion, 505),
        HTTPRejection("GET / HTTP/0.9\r\n", .unsupportedVersion, 505),
        HTTPRejection("GET / HTTP/3.0\r\n", .unsupportedVersion, 505),
        HTTPRejection("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion, 505),
    ]

    static let fieldLines = [
        HTTPRejection.fields(" X: folded", .obsoleteLineFolding),
        HTTPRejection.fields("X: a\r\n\tb", .obsoleteLineFolding),
        HTTPRejection.fields("X : a", .spaceBeforeColon),
        HTTPRejection.fields("X\t: a", .spaceBeforeColon),
        HTTPRejection.fields(": a", .invalidFieldName),
        HTTPRejection.fields("X", .invalidFieldName),
        HTTPRejection.fields("X(: a", .invalidFieldName),
        HTTPRejection.fields("\u{e9}: a", .invalidFieldName),
        HTTPRejection.fields("X\u{0}: a", .invalidFieldName),
        HTTPRejection.fields("X\n: a", .bareLineFeed),
        HTTPRejection.fields("\nX: a", .bareLineFeed),
        HTTPRejection.fields("X: a\nY: b", .bareLineFeed),
        HTTPRejection.fields("X:\nY: b", .bareLineFeed),
        HTTPRejection.fields("X: a\rY: b", .bareCarriageReturn),
        HTTPRejection.fields("X: a\r\rY: b", .bareCarriageReturn),
        HTTPRejection.fields("X: a\r\n\rY: b", .bareCarriageReturn),
        HTTPRejection.fields("X: a\u{0}b", .invalidFieldValue),
        HTTPRejection.fields("X: a\u{7f}b", .invalidFieldValue),
        HTTPRejection.fields("X: \u{b}", .invalidFieldValue),
        HTTPRejection.fields("X: a\u{1b}b", .invalidFieldValue),
        HTTPRejection("GET / HTTP/1.1\r\nX: a\r\n\r\n", .missingHost),
        HTTPRejection("GET / HTTP/1.1\r\n\r\n", .missingHost),
        HTTPRejection.fields("host: a", .repeatedHost),
        HTTPRejection.fields("host: a", .repeatedHost, version: "1.0"),
        HTTPRejection("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .invalidHost),
        HTTPRejection("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .invalidHost),
        HTTPRejection("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .invalidHost),
    ]

    static let framing = [
        HTTPRejection.fields("Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
        HTTPRejection.fields("Content-Length: 5\r\ncontent-length: 6", .repeatedContentLength),
        HTTPRejection.fields("Content-Length: 5, 5", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 5,", .invalidContentLength),
        HTTPRejection.fields("Content-Length:", .invalidContentLength),
        HTTPRejection.fields("Content-Length: +5", .invalidContentLength),
        HTTPRejection.fields("Content-Length: -5", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 5 5", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 0x5", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 5.0", .invalidContentLength),
        HTTPRejection.fields("Content-Length: \u{665}", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 9223372036854775808", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 99999999999999999999", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 00000000000000000005", .invalidContentLength),
        HTTPRejection.fields("Content-Length: 5\r\nTransfer-Encoding: chunked", .contentLengthWithTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked\r\nContent-Length: 5", .contentLengthWithTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked\r\nContent-Length: 0", .contentLengthWithTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked", .transferEncodingInHTTP10, version: "1.0"),
        HTTPRejection.fields("Transfer-Encoding:", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: ,chunked", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked,", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked, chunked", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked, gzip", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", .invalidTransferEncoding),
        HTTPRejection.fields("Transfer-Encoding: gzip, chunked", .unsupportedTransferEncoding, 501),
        HTTPRejection.fields("Transfer-Encoding: gzip", .unsupportedTransferEncoding, 501),
        HTTPRejection.fields("Transfer-Encoding: identity", .unsupportedTransferEncoding, 501),
        HTTPRejection.fields("Transfer-Encoding: xchunked", .unsupportedTransferEncoding, 501),
        HTTPRejection.fields("Transfer-Encoding: chunked;a=b", .unsupportedTransferEncoding, 501),
        HTTPRejection.fields("Transfer-Encoding: \"chunked\"", .unsupportedTransferEncoding, 501),
    ]

    static let chunked = [
        HTTPRejection.chunks("\r\n", .invalidChunkSize),
        HTTPRejection.chunks(";a\r\n", .invalidChunkSize),
        HTTPRejection.chunks("-1\r\n", .invalidChunkSize),
        HTTPRejection.chunks("+1\r\n", .invalidChunkSize),
        HTTPRejection.chunks("0x1\r\n", .invalidChunkSize),
        HTTPRejection.chunks(" 1\r\n", .invalidChunkSize),
        HTTPRejection.chunks("1 \r\n", .invalidChunkSize),
        HTTPRejection.chunks("1_0\r\n", .invalidChunkSize),
        HTTPRejection.chunks("g\r\n", .invalidChunkSize),
        HTTPRejection.chunks("8000000000000000\r\n", .invalidChunkSize),
        HTTPRejection.chunks("ffffffffffffffff\r\n", .invalidChunkSize),
        HTTPRejection.chunks("00000000000000001\r\n", .invalidChunkSize),
        HTTPRejection.chunks("1\na\r\n", .bareLineFeed),
        HTTPRejection.chunks("1\ra", .bareCarriageReturn),
        HTTPRejection.chunks("1;a\nb\r\n", .bareLineFeed),
        HTTPRejection.chunks("1;a\rb\r\n", .bareCarriageReturn),
        HTTPRejection.chunks("1;\u{0}\r\n", .invalidChunkExtension),
        HTTPRejection.chunks("1\r\nab\r\n", .invalidChunkEnd),
        HTTPRejection.chunks("1\r\na\n", .invalidChunkEnd),
        HTTPRejection.chunks("1\r\na\r0", .invalidChunkEnd),
        HTTPRejection.chunks("0\r\nX : a\r\n\r\n", .spaceBeforeColon),
        HTTPRejection.chunks("0\r\n X: a\r\n\r\n", .obsoleteLineFolding),
        HTTPRejection.chunks("0\r\nX: a\n\r\n", .bareLineFeed),
        HTTPRejection.chunks("0\r\n\rX", .bareCarriageReturn),
        HTTPRejection.chunks("0\r\nX: \u{1}\r\n\r\n", .invalidFieldValue),
        HTTPRejection.chunks("0\r\nGET / HTTP/1.1\r\n\r\n", .spaceBeforeColon),
    ]

    @Test(arguments: startLines + fieldLines + framing + chunked)
    func refuses(_ rejection: HTTPRejection) {
        let expected = "error \(rejection.reason)"
        let bytes = rejection.bytes
        #expect(HTTPTranscript.ofRequests([bytes]).lines.last == expected)
        #expect(HTTPTranscript.ofRequests(bytes.map { [$0] }).lines.last == expected, "byte by byte")
        #expect(HTTPParseError(rejection.reason).status == rejection.status)
    }

    @Test(arguments: HTTPParseError.Reason.allCases)
    func everyReasonHasAStatusAServerMayAnswer(_ reason: HTTPParseError.Reason) {
        #expect([400, 414, 431, 501, 505].contains(HTTPParseError(reason).status))
        #expect(reason.message.hasSuffix("."))
    }
}
