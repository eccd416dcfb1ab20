import TestSupport
import Testing

@testable import Martlet

@Suite("Model names")
struct ModelNameTests {
    @Test(
        arguments: [
            ("openai/gpt-4o", "openai", "gpt-4o"),
            ("gpt-4o", nil, "gpt-4o"),
            ("groq/meta-llama/Llama-3", "groq", "meta-llama/Llama-3"),
            ("meta-llama/Llama-3", nil, "meta-llama/Llama-3"),
            ("OpenAI/gpt-4o", nil, "OpenAI/gpt-4o"),
            ("openai/", nil, "openai/"),
            ("openai", nil, "openai"),
            ("/gpt-4o", nil, "/gpt-4o"),
            ("/", nil, "/"),
            ("openai//x", "openai", "/x"),
            ("openai/openai/x", "openai", "openai/x"),
            (" openai/x", nil, " openai/x"),
            ("openai/é😀", "openai", "é😀"),
            ("openai/\u{301}x", "openai", "\u{301}x"),
            ("", nil, ""),
        ] as [(String, String?, String)]
    )
    func parts(_ name: String, _ provider: String?, _ model: String) {
        let parsed = ModelName(name) { ["openai", "groq"].contains($0) }
        #expect(parsed.provider == provider)
        #expect(parsed.model == model)
    }
}

@Suite("Choice of a key")
struct KeyChoiceTests {
    private func draws(_ weights: [Double], count: Int, seed: UInt64) -> [Int: Int] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).reduce(into: [:]) { counts, _ in
            counts[KeyChoice.draw(weights: weights, random.unit()) ?? -1, default: 0] += 1
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func sharesFollowTheWeights(_ seed: UInt64) {
        let weights = [0.7, 0.2, 0.1]
        let counts = draws(weights, count: 3000, seed: seed)
        let chiSquare = weights.enumerated().reduce(0) { sum, entry in
            let expected = entry.element * 3000
            let difference = Double(counts[entry.offset] ?? 0) - expected
            return sum + difference * difference / expected
        }
        // The distribution's value for 2 degrees of freedom that 1 seed of 10,000 exceeds; the seeds are fixed.
        #expect(chiSquare < 18.42)
        #expect(counts.keys.allSatisfy { (0..<3).contains($0) })
    }

    @Test func weightsAreRelative() {
        #expect(draws([7, 2, 1], count: 3000, seed: 1) == draws([0.7, 0.2, 0.1], count: 3000, seed: 1))
    }

    @Test func zeroWeightIsNeverDrawn() {
        #expect(Set(draws([0, 1, 0, 3], count: 3000, seed: 1).keys) == [1, 3])
        #expect(KeyChoice.draw(weights: [0, 1, 0], 0) == 1)
        #expect(KeyChoice.draw(weights: [0, 1, 0], 0x1.fffffffffffffp-1) == 1)
    }

    @Test func allZeroWeightsCountTheSame() {
        let counts = draws([0, 0, 0], count: 3000, seed: 1)
        #expect(Set(counts.keys) == [0, 1, 2])
        #expect(counts.values.allSatisfy { (900..<1100).contains($0) })
    }

    @Test(
        arguments: [
            ([], 0.5, nil), ([1], 0, 0), ([0], 0.99, 0), ([1, 1], 0, 0), ([1, 1], 0.5, 1), ([-1, 1], 0, 1),
            ([.infinity, 1], 0.9, 1), ([0, 0], 0x1.fffffffffffffp-1, 1),
            ([0.1, 0.2, 0.7], 0x1.fffffffffffffp-1, 2),
        ] as [([Double], Double, Int?)]
    )
    func edges(_ weights: [Double], _ draw: Double, _ expected: Int?) {
        #expect(KeyChoice.draw(weights: weights, draw) == expected)
    }
}

@Suite("Random numbers")
struct RandomSourceTests {
    @Test func unitsFillTheirRange() {
        var random = RandomSource()
        let units = (0..<10_000).map { _ in random.unit() }
        #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
        // The mean of 10,000 draws lies within a fiftieth of a half, but for one time in 10^11.
        #expect(abs(units.reduce(0, +) / 10_000 - 0.5) < 0.02)
        #expect(Set(units).count == 10_000)
    }
}

@Suite("Request ids")
struct RequestIDTests {
    @Test(arguments: ["a", "Z", "0", "-", "_", ".", ":", "req_1", "550e8400-e29b-41d4-a716-446655440000"])
    func acceptable(_ id: String) {
        #expect(RequestID.isAcceptable(id.utf8))
    }

    @Test(arguments: ["", " ", "a b", "a\nb", "a\r\nX: y", "a\"b", "a,b", "a/b", "é", "a\u{0}", "{}", "a;b", "<b>"])
    func unacceptable(_ id: String) {
        #expect(!RequestID.isAcceptable(id.utf8))
    }

    @Test func everyByte() {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(RequestID.isAcceptable([byte]) == allowed.contains(byte))
        }
    }

    @Test func length() {
        #expect(RequestID.isAcceptable([UInt8](repeating: 0x61, count: 128)))
        #expect(!RequestID.isAcceptable([UInt8](repeating: 0x61, count: 129)))
    }

    @Test func newOnes() throws {
        var random = SeededGenerator(seed: 1)
        let ids = (0..<10_000).map { _ in RequestID.make(at: 1_763_712_000, using: &random) }
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(RequestID.isAcceptable(id.utf8))
            #expect(try #/req-1763712000-[0-9a-f]{16}/#.wholeMatch(in: id) != nil)
        }
    }

    @Test func digitsAreTheBits() {
        struct Fixed: RandomNumberGenerator {
            let value: UInt64
            mutating func next() -> UInt64 { value }
        }
        var random = Fixed(value: 0x0123_4567_89ab_cdef)
        #expect(RequestID.make(at: 7, using: &random) == "req-7-0123456789abcdef")
    }
}
