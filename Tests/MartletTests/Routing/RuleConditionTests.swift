import Dialects
import TestSupport
import Testing

@testable import Martlet

@Suite("Conditions of rules")
struct RuleConditionTests {
    static let facts: RequestFacts = {
        var facts = RequestFacts(model: "openai/gpt-4o", format: .openAIChat)
        facts.isStream = true
        facts.byteCount = 4001
        facts.callerKey = "search-team"
        facts.user = "u-1"
        facts.headers = ["x-team": "Search", "accept": "text/event-stream"]
        facts.metadata = ["tier": "gold", "it's": "\"here\""]
        facts.content.toolCount = 2
        facts.content.imageCount = 1
        facts.content.maximumTokenCount = 256
        return facts
    }()

    static func holds(_ condition: String) throws -> Bool {
        try RuleCondition(condition).holds(for: RuleSubject(facts: facts, provider: "openai", model: "gpt-4o"))
    }

    static let truths: [(String, Bool)] = [
        ("", true), ("  \n", true), ("true", true), ("false", false), ("stream", true), ("!stream", false),
        ("!!stream", true), ("stream == false", false), ("stream != false", true),
        ("model == \"gpt-4o\"", true), ("model == 'gpt-4o'", true), ("\"gpt-4o\" == model", true),
        ("model != \"gpt-4o\"", false), ("model == \"GPT-4o\"", false), ("provider == \"openai\"", true),
        ("operation == \"generation\"", true), ("format in [\"openai-chat\", \"gemini\"]", true),
        ("tools == 2", true), ("tools != 2", false), ("tools < 3", true), ("tools <= 2", true), ("tools > 2", false),
        ("tools >= 3", false), ("2 == tools", true), ("images > -1", true), ("documents == 0", true),
        ("size > 4000", true), ("tokens == 1001", true), ("max_tokens == 256", true), ("tools in [1, 2]", true),
        ("tools in [1]", false), ("key == \"search-team\"", true), ("user == \"u-1\"", true),
        ("headers[\"x-team\"] == \"Search\"", true), ("headers[\"X-TEAM\"] == \"Search\"", true),
        ("headers[\"x-none\"] == \"\"", true), ("headers['accept'].contains(\"event\")", true),
        ("metadata[\"tier\"] in [\"gold\"]", true), ("metadata[\"Tier\"] == \"\"", true),
        ("metadata['it\\'s'] == \"\\\"here\\\"\"", true),
        ("model.startsWith(\"gpt-\")", true), ("model.startsWith(\"pt-\")", false), ("model.endsWith(\"4o\")", true),
        ("model.endsWith(\"\")", true), ("model.endsWith(\"xgpt-4o\")", false), ("model.contains(\"t-4\")", true),
        ("model.contains(\"\")", true), ("model.matches(\"gpt-*\")", true), ("model.matches(\"gpt\")", false),
        ("!model.startsWith(\"gpt-\")", false), ("(model).startsWith(\"gpt-\")", true),
        ("false && false || true", true), ("true || false && false", true), ("!(tools > 1 && images > 1)", true),
        ("!stream == false", true), ("tools > 1 && stream && (images == 0 || key.contains(\"team\"))", true),
        ("(tools > 1) == stream", true), ("\"a\" == \"a\"", true), ("\"a\" == \"b\"", false), ("\"a\" != \"b\"", true),
        ("\"abc\".contains(\"b\")", true),
        ("tokens == tokens", true), ("tools < tools", false),
    ]

    @Test(arguments: truths)
    func hold(condition: String, outcome: Bool) throws {
        #expect(try Self.holds(condition) == outcome)
    }

    @Test(
        arguments: [
            ("modle == \"x\"", 1, "\"modle\" is not a fact", "did you mean model?"),
            ("request_type == \"x\"", 1, "\"request_type\" is not a fact", "did you mean operation?"),
            ("nonsense", 1, "\"nonsense\" is not a fact", nil),
            ("model", 1, "a text is neither true nor false", "compare it, as in model == \"gpt-4o\""),
            ("tools", 1, "a number is neither true nor false", "compare it, as in tools > 0"),
            ("stream && headers", 11, "headers is neither true nor false", nil),
            (
                "tools == \"2\"", 7, "a number cannot be compared with a text",
                "put texts in quotation marks, and numbers in none"
            ),
            ("headers == \"x\"", 9, "headers cannot be compared with a text", "name one, as in headers[\"x-team\"]"),
            ("model < \"x\"", 7, "\"<\" compares numbers, not a text and a text", "use == or !="),
            ("model = \"x\"", 7, "\"=\" is not an operator", "use =="),
            ("stream & stream", 8, "\"&\" is not an operator", "use &&"),
            ("stream | stream", 8, "\"|\" is not an operator", "use ||"),
            ("stream and stream", 8, "\"and\" stands where &&, || or the end should", "use &&"),
            ("tools == 1 == 2", 12, "comparisons cannot be chained", "join two of them with &&"),
            ("model == \"x", 10, "the text has no end", "add a quotation mark"),
            ("model == \"\\x\"", 11, "\"\\\" is not followed by what it can escape", "write \\\\"),
            ("tools > 1.5", 9, "\"1.5\" is not a whole number", "write it in digits alone, or in quotation marks"),
            ("tools > 99999999999999999999", 9, "\"99999999999999999999\" is not a whole number", nil),
            ("tools > -", 9, "\"-\" is not a whole number", nil),
            ("model.size() > 1", 7, "\"size\" is not a function", nil),
            ("model.startswith(\"x\")", 7, "\"startswith\" is not a function", "did you mean startsWith?"),
            ("tools.contains(\"x\")", 1, "a number has no function contains", "use it on a text"),
            ("model.contains(user)", 16, "\"user\" stands where a text in quotation marks should", nil),
            ("headers[0] == \"\"", 9, "0 stands where a name in quotation marks should", nil),
            ("headers[\"\"] == \"\"", 9, "a text stands where a name in quotation marks should", nil),
            ("model in []", 11, "\"]\" stands where a text in quotation marks should", nil),
            ("model in [1]", 11, "1 stands where a text in quotation marks should", nil),
            ("model in [\"a\" \"b\"]", 15, "a text stands where \",\" or \"]\" should", nil),
            ("stream in [true]", 1, "a condition cannot be in a list", "compare it"),
            (
                "operation == \"chat\"", 11, "\"chat\" is not an operation",
                "use one of generation, token_count, embedding"
            ),
            ("format in [\"openai_chat2\"]", 12, "\"openai_chat2\" is not a format", "did you mean \"openai-chat\"?"),
            ("(stream", 8, "the end stands where \")\" should", nil),
            ("stream)", 7, "\")\" stands where &&, || or the end should", nil),
            ("é == 1", 1, "\"é\" has no meaning here", "put texts in quotation marks"),
            ("\"é\" == 1", 5, "a text cannot be compared with a number", nil),
            ("stream ? 1 : 2", 8, "\"?\" has no meaning here", nil),
            ("&&", 1, "\"&&\" stands where a fact, a text or a number should", nil),
        ] as [(String, Int, String, String?)]
    )
    func problemsNameThePosition(condition: String, character: Int, message: String, fix: String?) throws {
        let problem = try #require(throws: RuleProblem.self) { try RuleCondition(condition) }
        #expect(problem.message == message)
        #expect(problem.character(in: condition) == character)
        if let fix { #expect(problem.fix == fix) }
    }

    @Test func nestingAndLengthHaveLimits() throws {
        let deep = RuleParser.maximumDepth
        #expect(try Self.holds(String(repeating: "(", count: deep) + "stream" + String(repeating: ")", count: deep)))
        for opening in ["(", "!"] {
            let condition = String(repeating: opening, count: 3000) + "stream"
            let problem = try #require(throws: RuleProblem.self) { try RuleCondition(condition) }
            #expect(problem.message == "is nested too deeply")
            #expect(problem.character(in: condition) == deep + 1)
        }
        let wide = Array(repeating: "stream", count: 400).joined(separator: " && ")
        #expect(try Self.holds(wide))
        #expect(throws: RuleProblem.self) { try RuleCondition(wide + wide) }
        #expect(try Self.holds(Array(repeating: "(!stream || stream)", count: 100).joined(separator: " && ")))
    }

    @Test(
        arguments: [
            ("1 < 2", true), ("stream && false", false), ("stream || true", true), ("\"a\" in [\"b\"]", false),
            ("model == model", true), ("tools != tools", false), ("!(1 == 2)", true), ("stream == stream", true),
            ("\"ab\".matches(\"a*\")", true),
        ]
    )
    func whatNeedsNoRequestIsKnownAtOnce(condition: String, outcome: Bool) throws {
        #expect(try RuleCondition(condition).expression == .constant(outcome))
    }

    @Test func factsThatAreAskedForAreNamed() throws {
        var needed = NeededFacts()
        let condition = "headers['B'] == headers['a'] && !(metadata['t'].contains('x') || user == 'u') && size > 1"
        try RuleCondition(condition).expression.collect(&needed)
        #expect(needed.headers == ["a", "b"])
        #expect(needed.metadata == ["t"])
        #expect(needed.user)
        #expect(!needed.content)
        try RuleCondition("1 < tools || stream").expression.collect(&needed)
        #expect(needed.content)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func anyTextIsUnderstoodOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let sources = Self.truths.map { Array($0.0.utf8) }
        let pieces = [
            "&&", "||", "!", "(", ")", "[", "]", "\"", "'", "\\", ".", ",", "in", "é", "\0", "-", "9", "model", "==",
        ]
        var understood = 0
        for _ in 0..<250 {
            var bytes = sources.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes += sources.randomElement(using: &random) ?? []
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(RuleProblem) {
                let condition = try RuleCondition(text)
                let subject = RuleSubject(facts: Self.facts, provider: "", model: "gpt-4o")
                #expect(condition.holds(for: subject) == condition.holds(for: subject))
                understood += 1
            } catch {
                #expect((1...(text.unicodeScalars.count + 1)).contains(error.character(in: text)), "\(text)")
            }
        }
        #expect(understood > 0)
    }
}
