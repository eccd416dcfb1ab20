import Testing

@testable import Transport

/// Damages valid messages at random, always in the same way, and parses the result whole and in pieces. Nothing may
/// trap, and the pieces must not matter.
@Suite struct HTTPMutationTests {
    /// SplitMix64: small, and the same everywhere for the same seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    /// Pieces of the grammar where implementations differ.
    private static let fragments: [[UInt8]] = [
        "\r\n", "\r", "\n", "\r\n\r\n", " ", "\t", ":", ",", ";", "0", "F", "ffffffffffffffff", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: a\r\n", "HTTP/1.1", "HTTP/1.0", "?", "/", "*", "\u{0}", "\u{7f}",
        "\u{e9}", "0\r\n\r\n", "GET / HTTP/1.1\r\n", "Connection: close\r\n", "HTTP/1.1 200 OK\r\n",
    ].map { Array($0.utf8) }

    private static let limits = HTTPParserLimits(
        maximumHeadByteCount: 160,
        maximumFieldCount: 5,
        maximumTargetByteCount: 24,
        maximumChunkExtensionByteCount: 8,
        maximumTrailerByteCount: 24
    )

    private static func mutate(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            let isInside = position < bytes.count
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where isInside: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1 where isInside: bytes.remove(at: position)
            case 2: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: position)
            case 3: bytes.removeSubrange(position..<min(bytes.count, position + 7))
            default: bytes.insert(contentsOf: bytes[..<position].suffix(20), at: position)
            }
        }
        return bytes
    }

    private static func cut(_ bytes: [UInt8], _ generator: inout Generator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...9, using: &generator))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    @Test(arguments: 0..<4)
    func cutsDoNotMatterInDamagedRequests(_ seed: UInt64) {
        var generator = Generator(state: seed)
        for _ in 0..<60 {
            for sample in HTTPRequestParserTests.samples {
                let bytes = Self.mutate(sample.bytes, &generator)
                let pieces = Self.cut(bytes, &generator)
                for limits in [HTTPParserLimits(), Self.limits] {
                    let whole = HTTPTranscript.ofRequests([bytes], limits: limits)
                    let cut = HTTPTranscript.ofRequests(pieces, limits: limits)
                    #expect(whole == cut, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
                }
            }
        }
    }

    @Test(arguments: 0..<4)
    func cutsDoNotMatterInDamagedResponses(_ seed: UInt64) {
        var generator = Generator(state: seed)
        for _ in 0..<60 {
            for sample in HTTPResponseParserTests.samples {
                let bytes = Self.mutate(sample.bytes, &generator)
                let pieces = Self.cut(bytes, &generator)
                for limits in [HTTPParserLimits(), Self.limits] {
                    let toHead = [seed % 2 == 0, false]
                    let whole = HTTPTranscript.ofResponses([bytes], toHead: toHead, limits: limits)
                    let cut = HTTPTranscript.ofResponses(pieces, toHead: toHead, limits: limits)
                    #expect(whole == cut, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
                }
            }
        }
    }
}
