import NIOCore
import Testing

@testable import Transport

@Suite("Content coding")
struct ContentDecoderTests {
    private static let text = Array("data: {\"text\":\"hello\"}\n\n".utf8) + (0..<2000).map { UInt8($0 % 251) }

    private func fields(_ coding: String?) throws -> HTTPFields {
        var parser = HTTPResponseParser()
        parser.expectResponse(toHead: true)
        let line = coding.map { "Content-Encoding: \($0)\r\n" } ?? "X: y\r\n"
        var buffer = ByteBuffer(string: "HTTP/1.1 200 OK\r\n\(line)\r\n")
        guard case .head(let head)? = try parser.next(&buffer) else { throw ChannelError.eof }
        return head.fields
    }

    private func decode(_ pieces: [[UInt8]], _ coding: String) throws -> (bytes: [UInt8], isComplete: Bool) {
        guard let decoder = ContentDecoder(fields: try fields(coding)) else { throw ChannelError.eof }
        var output: [UInt8] = []
        for piece in pieces {
            try decoder.decode(ByteBuffer(bytes: piece)) { slice in
                output += slice.readableBytesView
                return true
            }
        }
        return (output, decoder.isComplete)
    }

    @Test(arguments: [("gzip", true), ("x-gzip", true), ("GZIP", true), ("deflate", true)])
    func knowsItsCodings(_ coding: String, _ isKnown: Bool) throws {
        if let decoder = ContentDecoder(fields: try fields(coding)) {
            #expect(isKnown)
            let isComplete = decoder.isComplete
            #expect(isComplete, "nothing has begun")
        } else {
            #expect(!isKnown)
        }
    }

    @Test(arguments: ["br", "identity", "gzip, gzip", "zstd", nil])
    func leavesOthersAlone(_ coding: String?) throws {
        let isKnown = ContentDecoder(fields: try fields(coding)) != nil
        #expect(!isKnown)
    }

    @Test(arguments: Compression.allCases)
    func decodesWhereverItIsCut(_ form: Compression) throws {
        let coded = form.compress(Self.text)
        let whole = try decode([coded], form.coding)
        #expect(whole.bytes == Self.text)
        #expect(whole.isComplete)
        #expect(try decode(coded.map { [$0] }, form.coding).bytes == Self.text, "byte by byte")
        for cut in coded.indices {
            let result = try decode([Array(coded[..<cut]), Array(coded[cut...])], form.coding)
            #expect(result.bytes == Self.text && result.isComplete, "cut at \(cut)")
        }
    }

    @Test(arguments: Compression.allCases)
    func handsOnEachFlushedPartAtOnce(_ form: Compression) throws {
        guard let decoder = ContentDecoder(fields: try fields(form.coding)) else { throw ChannelError.eof }
        let parts = (0..<5).map { Array("event \($0)\n".utf8) }
        for (part, coded) in zip(parts, form.compress(parts)) {
            var output: [UInt8] = []
            try decoder.decode(ByteBuffer(bytes: coded)) { slice in
                output += slice.readableBytesView
                return true
            }
            #expect(output == part)
        }
        let isComplete = decoder.isComplete
        #expect(isComplete)
    }

    @Test(arguments: Compression.allCases)
    func truncatedIsNotComplete(_ form: Compression) throws {
        let coded = form.compress(Self.text)
        for count in 1..<coded.count {
            let result = try decode([Array(coded[..<count])], form.coding)
            #expect(!result.isComplete, "\(count) of \(coded.count) bytes")
        }
    }

    @Test(arguments: Compression.allCases)
    func corruptNeverPassesForWhole(_ form: Compression) throws {
        let coded = form.compress(Self.text)
        // gzip's header has fields without meaning for the content, and bare deflate has no check sum at all.
        let first = form == .gzip ? 10 : 0
        for position in first..<coded.count {
            var corrupt = coded
            corrupt[position] ^= 0x55
            guard let result = try? decode([corrupt], form.coding) else { continue }
            if form != .raw {
                #expect(!result.isComplete || result.bytes == Self.text, "byte \(position)")
            }
        }
        #expect(throws: ContentDecoder.BrokenCoding.self) { try decode([[0x07, 0xFF, 0xFF]], form.coding) }
    }

    @Test func bombStopsWhenItIsToldTo() throws {
        let coded = Compression.gzip.compress([UInt8](repeating: 0, count: 32 << 20))
        #expect(coded.count < 64 << 10, "it fits into one read")
        guard let decoder = ContentDecoder(fields: try fields("gzip")) else { throw ChannelError.eof }
        var count = 0
        var largest = 0
        try decoder.decode(ByteBuffer(bytes: coded)) { slice in
            count += slice.readableBytes
            largest = max(largest, slice.readableBytes)
            return count < 100_000
        }
        #expect(count >= 100_000 && count < 200_000)
        #expect(largest <= 32 << 10)
    }
}
