import TestSupport
import Testing

@testable import Martlet

@Suite("Names with stars")
struct NamePatternTests {
    @Test(
        arguments: [
            ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-4o", "gpt-4", false), ("", "", true),
            ("", "a", false), ("*", "", true), ("*", "anything/at all", true), ("gpt-*", "gpt-", true),
            ("gpt-*", "gpt-4o", true), ("gpt-*", "GPT-4o", false), ("gpt-*", "agpt-4o", false),
            ("*-mini", "mini", false),
            ("*-mini", "gpt-mini", true), ("*-mini", "gpt-mini-2", false), ("a*a", "a", false), ("a*a", "aa", true),
            ("a*b*c", "abc", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "acb", false), ("a**c", "abc", true),
            ("*ab*ab*", "ab", false), ("*ab*ab*", "abab", true), ("*aab*", "aaab", true), ("*é*", "caffè é", true),
            ("ab*ba", "aba", false), ("*.*", "gpt-4.1", true), ("openai/*", "openai/a/b", true),
        ]
    )
    func match(pattern: String, text: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(text) == matches)
    }

    /// The plainest way to decide it, which takes exponential time.
    private func plainMatch(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return plainMatch(pattern.dropFirst(), text) || (!text.isEmpty && plainMatch(pattern, text.dropFirst()))
        }
        return text.first == first && plainMatch(pattern.dropFirst(), text.dropFirst())
    }

    private func randomText(of alphabet: String, upTo count: Int, _ random: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...count, using: &random) {
            if let character = alphabet.randomElement(using: &random) { text.append(character) }
        }
        return text
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func agreeWithThePlainestWay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let pattern = randomText(of: "ab*", upTo: 6, &random)
            let text = randomText(of: "ab", upTo: 8, &random)
            let expected = plainMatch(Array(pattern.utf8)[...], Array(text.utf8)[...])
            #expect(NamePattern(pattern).matches(text) == expected, "\(pattern) \(text)")
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func literalsAreFoundWhereTheyAre(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let literal = Array(randomText(of: "ab", upTo: 7, &random).utf8)
            let text = Array(randomText(of: "ab", upTo: 24, &random).utf8)
            let starts = (0...max(0, text.count - literal.count)).filter { text[$0...].starts(with: literal) }
            let search = LiteralSearch(String(decoding: literal, as: UTF8.self))
            #expect(search.end(in: text.span, within: text.indices) == starts.first.map { $0 + literal.count })
        }
    }

    @Test(
        arguments: [
            ("*", "gpt-*", true), ("gpt-*", "*", false), ("gpt-*", "gpt-4*", true), ("gpt-4*", "gpt-*", false),
            ("*a*", "*aa*", true), ("a*", "a*", true), ("a*b", "a*", false),
        ]
    )
    func cover(one: String, other: String, covers: Bool) {
        #expect(NamePattern(one).covers(NamePattern(other)) == covers)
    }

    @Test(
        arguments: [
            ("gpt-*", "gpt-4o", "4o"), ("*", "é", "é"), ("openai/*-mini", "openai/gpt-mini", "gpt"),
            ("gpt-*", "gpt-", ""), ("a*b*", "ab", nil), ("gpt-*", "claude", nil), ("gpt", "gpt", nil),
        ] as [(String, String, String?)]
    )
    func tellWhatTheStarStandsFor(pattern: String, text: String, star: String?) {
        #expect(NamePattern(pattern).starred(in: text).map(String.init) == star)
    }

    /// What was seen of the literal is the beginning of another occurrence, by way of a shorter one.
    @Test func literalsThatOverlapAreFound() {
        let text = "aabaaabaaac".utf8.span
        #expect(LiteralSearch("aabaaac").end(in: text, within: text.indices) == 11)
    }

    @Test func aLongTextAndManyStarsTakeNoTime() {
        let text = String(repeating: "a", count: 50_000)
        #expect(!NamePattern(String(repeating: "*a", count: 200) + "*b").matches(text))
        #expect(!NamePattern("*" + String(repeating: "a", count: 500) + "b*").matches(text))
    }
}
