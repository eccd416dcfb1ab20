import NIOCore
import Testing

@testable import Transport

@Suite struct HTTPFieldsTests {
    private func fields(_ lines: String) throws -> HTTPFields {
        // Bytes in front of the head, so that positions cannot be right by chance.
        var buffer = ByteBuffer(string: "behind GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n")
        buffer.moveReaderIndex(forwardBy: 7)
        var parser = HTTPRequestParser()
        guard case .head(let head) = try parser.next(&buffer) else { throw HTTPParseError(.unexpectedEnd) }
        return head.fields
    }

    @Test func findsTheFirstValueOfAName() throws {
        let fields = try fields("X-Key: \t one two \r\nx-key: three\r\nEmpty:")
        #expect(fields.count == 4)
        #expect(fields.string("x-KEY") == "one two")
        #expect(fields.slice("X-key").map { String(buffer: $0) } == "one two")
        #expect(fields.first("x-key").map { Array($0) } == Array("one two".utf8))
        #expect(fields.string("empty") == "")
        #expect(fields.contains("EMPTY"))
        #expect(fields.string("x-ke") == nil)
        #expect(fields.string("x-keyy") == nil)
        #expect(fields.slice("absent") == nil)
        #expect(fields.first("absent") == nil)
        #expect(!fields.contains("absent"))
    }

    @Test func letterCaseIsTheOnlyDifferenceLeftOut() throws {
        // '@' and '`' differ by the bit that tells letter cases apart, as do '^' and '~'.
        let fields = try fields("A^: @[")
        #expect(fields.contains("a^"))
        #expect(!fields.contains("a~"))
        #expect(fields.equals("a^", "@["))
        #expect(!fields.equals("a^", "`{"))
    }

    @Test func comparesWholeValues() throws {
        let fields = try fields("Content-Type: Application/JSON")
        #expect(fields.equals("content-type", "application/json"))
        #expect(!fields.equals("content-type", "application/jso"))
        #expect(!fields.equals("content-type", "application/json;"))
        #expect(!fields.equals("absent", ""))
    }

    @Test func findsElementsOfLists() {
        let list = Array("a/b,  c/d ,,e/f;q=1".utf8)
        for element: StaticString in ["a/b", "C/D", "e/f;q=1"] {
            let isFound = list.span.listContains(element, in: 0..<list.count)
            #expect(isFound, "\(element)")
        }
        for element: StaticString in ["a", "/b", "a/b,", "e/f", "x"] {
            let isFound = list.span.listContains(element, in: 0..<list.count)
            #expect(!isFound, "\(element)")
        }
    }

    @Test func visitsAllFieldsInOrder() throws {
        var visited: [String] = []
        try fields("B: 1\r\na: 2\r\nB: 3").forEach { name, value in
            visited.append(String(bytes: name) + "=" + String(bytes: value))
        }
        #expect(visited == ["Host=a", "B=1", "a=2", "B=3"])
    }
}
