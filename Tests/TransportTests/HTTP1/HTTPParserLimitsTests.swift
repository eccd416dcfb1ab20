import Testing

@testable import Transport

/// Every limit exactly met and exceeded by one, whole and byte by byte.
@Suite struct HTTPParserLimitsTests {
    private func last(_ text: String, _ limits: HTTPParserLimits) -> [String?] {
        let bytes = Array(text.utf8)
        return [
            HTTPTranscript.ofRequests([bytes], limits: limits).lines.last,
            HTTPTranscript.ofRequests(bytes.map { [$0] }, limits: limits).lines.last,
        ]
    }

    private func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    }

    @Test func headByteCount() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let exact = HTTPParserLimits(maximumHeadByteCount: head.utf8.count)
        let tooSmall = HTTPParserLimits(maximumHeadByteCount: head.utf8.count - 1)
        #expect(last(head, exact) == ["idle", "idle"])
        #expect(last(head, tooSmall) == ["error headTooLarge", "error headTooLarge"])
        #expect(HTTPParseError(.headTooLarge).status == 431)
    }

    @Test func headByteCountOfResponses() {
        let head = "HTTP/1.1 204 X\r\nA: b\r\n\r\n"
        let bytes = Array(head.utf8)
        let exact = HTTPParserLimits(maximumHeadByteCount: bytes.count)
        let tooSmall = HTTPParserLimits(maximumHeadByteCount: bytes.count - 1)
        #expect(HTTPTranscript.ofResponses([bytes], limits: exact).lines.last == "closed")
        #expect(HTTPTranscript.ofResponses([bytes], limits: tooSmall).lines.last == "error headTooLarge")
    }

    @Test func anEndlessHeadIsRefusedAtTheLimit() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 32 * 1024)
        #expect(HTTPTranscript.ofRequests([Array(head.utf8)]).lines == ["error headTooLarge"])
    }

    @Test func theLargestHeadKeepsItsPositions() {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let filler = String(repeating: "x", count: Int(UInt16.max) - start.utf8.count - 4 - 6)
        let head = start + filler + "\r\nY: z\r\n\r\n"
        let limits = HTTPParserLimits(maximumHeadByteCount: .max)
        #expect(head.utf8.count == Int(UInt16.max))
        #expect(
            HTTPTranscript.ofRequests([Array(head.utf8)], limits: limits).lines
                == ["GET / 1.1 none keep [Host: a] [X: \(filler)] [Y: z]", "end", "idle"]
        )
        #expect(last(head.replacing("Y: z", with: "Y: zz"), limits).first == "error headTooLarge")
    }

    @Test func fieldCount() {
        let limits = HTTPParserLimits(maximumFieldCount: 3)
        let fields = "GET / HTTP/1.1\r\nHost: a\r\nB: b\r\nC: c\r\n"
        #expect(last(fields + "\r\n", limits) == ["idle", "idle"])
        #expect(last(fields + "D: d\r\n\r\n", limits) == ["error tooManyFields", "error tooManyFields"])
        #expect(HTTPParseError(.tooManyFields).status == 431)
    }

    @Test func targetByteCount() {
        let limits = HTTPParserLimits(maximumTargetByteCount: 4)
        #expect(last("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n", limits) == ["idle", "idle"])
        #expect(
            last("GET /abcd HTTP/1.1\r\nHost: a\r\n\r\n", limits) == ["error targetTooLong", "error targetTooLong"]
        )
        #expect(HTTPParseError(.targetTooLong).status == 414)
    }

    @Test func methodByteCount() {
        let longest = String(repeating: "M", count: 32)
        let rest = " / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(last(longest + rest, HTTPParserLimits()) == ["idle", "idle"])
        #expect(last(longest + "M" + rest, HTTPParserLimits()) == ["error methodTooLong", "error methodTooLong"])
    }

    @Test func chunkExtensionByteCount() {
        let limits = HTTPParserLimits(maximumChunkExtensionByteCount: 4)
        #expect(last(chunked("1;abc\r\nx\r\n0;abc\r\n\r\n"), limits) == ["idle", "idle"])
        let tooLong = "error chunkExtensionTooLong"
        #expect(last(chunked("1;abcd\r\nx\r\n0\r\n\r\n"), limits) == [tooLong, tooLong])
        #expect(HTTPParseError(.chunkExtensionTooLong).status == 400)
    }

    @Test func trailerByteCount() {
        let limits = HTTPParserLimits(maximumTrailerByteCount: 8)
        #expect(last(chunked("0\r\nA: b\r\n\r\n"), limits) == ["idle", "idle"])
        #expect(last(chunked("0\r\nA: bc\r\n\r\n"), limits) == ["error trailersTooLarge", "error trailersTooLarge"])
        let smallest = HTTPParserLimits(maximumTrailerByteCount: 0)
        #expect(last(chunked("0\r\n\r\n"), smallest) == ["idle", "idle"])
        #expect(HTTPParseError(.trailersTooLarge).status == 400)
    }

    @Test func trailerFieldCount() {
        let limits = HTTPParserLimits(maximumFieldCount: 2)
        #expect(last(chunked("0\r\nA: b\r\nB: c\r\n\r\n"), limits) == ["idle", "idle"])
        #expect(
            last(chunked("0\r\nA: b\r\nB: c\r\nC: d\r\n\r\n"), limits) == [
                "error tooManyFields", "error tooManyFields",
            ]
        )
    }

    @Test func sixteenDigitsOfChunkSize() {
        #expect(last(chunked("0000000000000001\r\nx\r\n0\r\n\r\n"), HTTPParserLimits()) == ["idle", "idle"])
        #expect(last(chunked("7fffffffffffffff\r\nx"), HTTPParserLimits()) == ["unfinished", "unfinished"])
    }
}
