import Dialects
import TestSupport
import Testing

@testable import Martlet

@Suite("Beginnings of prompts")
struct PrefixDigestTests {
    private static let key = SipHash.Key(first: 1, second: 2)
    private static let long = String(repeating: "Be brief and kind. ", count: 300)

    private func digest(
        _ body: String,
        _ format: WireFormat,
        model: String = "m",
        key: SipHash.Key = key
    ) -> PrefixDigest? {
        PrefixDigest(Array(body.utf8).span, format: format, model: model, key: key)
    }

    /// A body with these parts, in the spelling of each format.
    private static func body(
        _ format: WireFormat,
        tools: String = "lookup",
        system: String,
        turns: [String],
        tail: String = ""
    ) -> String {
        func turn(_ number: Int, _ text: String) -> String {
            let isUser = number % 2 == 0
            return switch format {
            case .gemini: #"{"role":"\#(isUser ? "user" : "model")","parts":[{"text":"\#(text)"}]}"#
            case .bedrockConverse: #"{"role":"\#(isUser ? "user" : "assistant")","content":[{"text":"\#(text)"}]}"#
            default: #"{"role":"\#(isUser ? "user" : "assistant")","content":"\#(text)"}"#
            }
        }
        let list = turns.enumerated().map { turn($0.offset, $0.element) }.joined(separator: ",")
        return switch format {
        case .openAIChat, .cohereChat:
            #"{"model":"m","messages":[{"role":"system","content":"\#(system)"},\#(list)],"tools":[{"name":"\#(tools)"}]\#(tail)}"#
        case .openAIResponses:
            #"{"model":"m","instructions":"\#(system)","input":[\#(list)],"tools":[{"name":"\#(tools)"}]\#(tail)}"#
        case .anthropicMessages:
            #"{"model":"m","system":"\#(system)","messages":[\#(list)],"tools":[{"name":"\#(tools)"}]\#(tail)}"#
        case .gemini:
            #"{"contents":[\#(list)],"systemInstruction":{"parts":[{"text":"\#(system)"}]},"tools":[{"name":"\#(tools)"}]\#(tail)}"#
        case .bedrockConverse:
            #"{"system":[{"text":"\#(system)"}],"messages":[\#(list)],"toolConfig":{"tools":[{"name":"\#(tools)"}]}\#(tail)}"#
        case .openAICompletions:
            #"{"model":"m","prompt":"\#(system)\#(turns.first ?? "")"\#(tail)}"#
        }
    }

    @Test(arguments: WireFormat.providerFormats)
    func aConversationKeepsItsDigestsWhileItGrows(format: WireFormat) throws {
        let first = try #require(digest(Self.body(format, system: Self.long, turns: ["Hello"]), format))
        #expect(first.head != nil && first.conversation != nil && first.head != first.conversation)
        let turns = ["Hello", "Good morning", "And now?", "Later", "Why?"]
        for count in 2...5 {
            let body = Self.body(
                format,
                system: Self.long,
                turns: Array(turns.prefix(count)),
                tail: #","temperature":1"#
            )
            #expect(digest(body, format) == first)
        }
    }

    @Test(arguments: WireFormat.providerFormats)
    func whatDiffersHasOtherDigests(format: WireFormat) throws {
        let first = try #require(digest(Self.body(format, system: Self.long, turns: ["Hello"]), format))
        let other = try #require(digest(Self.body(format, system: Self.long, turns: ["Hallo"]), format))
        #expect(other.head == first.head && other.conversation != first.conversation)
        for changed in [
            digest(Self.body(format, system: Self.long + "!", turns: ["Hello"]), format),
            digest(Self.body(format, tools: "search", system: Self.long, turns: ["Hello"]), format),
            digest(Self.body(format, system: Self.long, turns: ["Hello"]), format, model: "n"),
            digest(Self.body(format, system: Self.long, turns: ["Hello"]), format, key: .init(first: 1, second: 3)),
        ] {
            let changed = try #require(changed)
            #expect(changed.head != first.head && changed.conversation != first.conversation)
        }
    }

    @Test(arguments: WireFormat.providerFormats)
    func whatIsShortIsNotRemembered(format: WireFormat) throws {
        #expect(digest(Self.body(format, system: "Be brief.", turns: ["Hello"]), format) == nil)
        // Long, but not at its beginning.
        #expect(digest(Self.body(format, system: "Be brief.", turns: ["Hello", Self.long]), format) == nil)
        // Only with the user's words.
        let long = try #require(digest(Self.body(format, system: "Be brief.", turns: [Self.long]), format))
        #expect(long.head == nil && long.conversation != nil)
    }

    @Test func aPromptOfCompletionsIsAConversation() throws {
        let first = try #require(
            digest(Self.body(.openAICompletions, system: Self.long, turns: ["a"]), .openAICompletions)
        )
        #expect(first.head == nil && first.conversation != nil)
    }

    @Test func anInputThatIsATextIsAConversation() throws {
        let body = #"{"model":"m","input":"\#(Self.long)"}"#
        let whole = try #require(digest(body, .openAIResponses))
        #expect(whole.head == nil && whole.conversation != nil)
    }

    /// Instructions may be several turns, and the assistant may speak before the user.
    @Test func everythingUpToTheUserCounts() throws {
        func body(_ greeting: String) -> String {
            #"{"messages":[{"role":"developer","content":"\#(Self.long)"},{"role":"system","content":"x"},"#
                + #"{"role":"assistant","content":"\#(greeting)"},{"role":"user","content":"Hello"}]}"#
        }
        let first = try #require(digest(body("Hi"), .openAIChat))
        let second = try #require(digest(body("Ho"), .openAIChat))
        #expect(first.head == second.head && first.conversation != second.conversation)
    }

    @Test func withoutAUserThereIsNoConversation() throws {
        let body = #"{"messages":[{"role":"system","content":"\#(Self.long)"}]}"#
        let instructions = try #require(digest(body, .openAIChat))
        #expect(instructions.head != nil && instructions.conversation == nil)
    }

    // MARK: Marks

    /// Clients mark the end of what is to be cached, and move the mark with each turn.
    @Test(
        arguments: [
            #"[{"type":"text","text":"T","cache_control":{"type":"ephemeral"}}]"#,
            #"[{"cache_control":{"type":"ephemeral"},"type":"text","text":"T"}]"#,
            #"[{"type":"text","cache_control":{"type":"ephemeral","ttl":"1h"},"text":"T"}]"#,
        ]
    )
    func marksOfAnthropicDoNotCount(content: String) throws {
        func body(_ content: String) -> String {
            #"{"system":[{"type":"text","text":"\#(Self.long)"}],"messages":[{"role":"user","content":\#(content)}]}"#
        }
        let plain = try #require(digest(body(#"[{"type":"text","text":"T"}]"#), .anthropicMessages))
        #expect(digest(body(content), .anthropicMessages) == plain)
        let other = try #require(digest(body(content.replacing("\"T\"", with: "\"U\"")), .anthropicMessages))
        #expect(other.head == plain.head && other.conversation != plain.conversation)
    }

    @Test(
        arguments: [
            #"[{"text":"T"},{"cachePoint":{"type":"default"}}]"#, #"[{"cachePoint":{"type":"default"}},{"text":"T"}]"#,
            #"[{"cachePoint":{"type":"default"}},{"cachePoint":{}},{"text":"T"},{"cachePoint":{}},{"cachePoint":{}}]"#,
        ]
    )
    func marksOfBedrockDoNotCount(content: String) throws {
        func body(_ content: String) -> String {
            #"{"system":[{"text":"\#(Self.long)"}],"messages":[{"role":"user","content":\#(content)}]}"#
        }
        let plain = try #require(digest(body(#"[{"text":"T"}]"#), .bedrockConverse))
        #expect(digest(body(content), .bedrockConverse) == plain)
    }

    /// Wherever a mark stands, what is left is what it was without it.
    @Test(arguments: 0..<40)
    func marksAreFoundAtEveryPlace(padding: Int) throws {
        let mark = #","cache_control":{"type":"ephemeral"}"#
        func body(_ first: String, _ second: String, _ third: String) -> String {
            let text = String(repeating: "x", count: padding) + Self.long
            return
                #"{"tools":[{"name":"a\#(padding)"\#(first)}],"system":[{"type":"text","text":"\#(text)"\#(second)}],"#
                + #""messages":[{"role":"user","content":[{"type":"tool_result","content":[{"text":"x"\#(third)}]}]}]}"#
        }
        let plain = try #require(digest(body("", "", ""), .anthropicMessages))
        for marked in [body(mark, "", ""), body("", mark, ""), body("", "", mark), body(mark, mark, mark)] {
            #expect(digest(marked, .anthropicMessages) == plain)
        }
    }

    /// Something that looks like very many marks is hashed as it is.
    @Test func veryManyMarksAreNone() throws {
        func body(_ value: Int) -> String {
            let block = #"{"type":"text","text":"\#(Self.long)","cache_control":\#(value)}"#
            let system = [String](repeating: block, count: 100).joined(separator: ",")
            return #"{"system":[\#(system)],"messages":[{"role":"user","content":"x"}]}"#
        }
        let first = try #require(digest(body(1), .anthropicMessages))
        #expect(first.head != digest(body(2), .anthropicMessages)?.head)
    }

    @Test func wordsOfTheConversationAreNoMarks() throws {
        func body(_ text: String) -> String {
            #"{"system":"\#(Self.long)","messages":[{"role":"user","content":"say \"cache_control\" \#(text)"}]}"#
        }
        #expect(digest(body("1"), .anthropicMessages) != digest(body("2"), .anthropicMessages))
    }

    // MARK: Whatever comes

    @Test func anythingMayCome() {
        var random = SeededGenerator(seed: 9)
        let bodies = WireFormat.allCases.map { format in
            (format, Array(Self.body(format, system: Self.long, turns: ["Hello", "x"]).utf8))
        }
        for _ in 0..<100 {
            for (format, body) in bodies {
                var changed = body
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<changed.count, using: &random)
                    changed[place] = Array("{}[]\",:\\cP\u{0}".utf8).randomElement(using: &random) ?? 0
                }
                let cut = changed[..<Int.random(in: 4000...changed.count, using: &random)]
                for bytes in [changed, Array(cut)] {
                    _ = PrefixDigest(bytes.span, format: format, model: "m", key: Self.key)
                }
            }
        }
    }
}

@Suite("Keyed hash")
struct SipHashTests {
    /// The example in the appendix of the paper, which is of SipHash-2-4: key 00 … 0f, message 00 … 0e.
    @Test func theExampleOfThePaper() {
        let key = SipHash.Key(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)
        var hash = SipHash(key: key, wordRounds: 2, finalRounds: 4)
        hash.combine(Array(UInt8(0)..<15).span)
        #expect(hash.value == 0xA129_CA61_49BE_45E5)
    }

    @Test func piecesMakeNoDifference() {
        var random = SeededGenerator(seed: 13)
        let key = SipHash.Key(first: 3, second: 5)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            var whole = SipHash(key: key)
            whole.combine(bytes.span)
            var pieces = SipHash(key: key)
            var start = 0
            while start < length {
                let end = Int.random(in: start...min(length, start + 20), using: &random)
                pieces.combine(Array(bytes[start..<end]).span)
                start = end
            }
            #expect(pieces.value == whole.value && pieces.byteCount == length)
        }
    }
}
