import Dialects
import JSON
import Testing

@testable import Martlet

@Suite("Facts of requests")
struct RequestFactsTests {
    private func conversation(_ body: String, _ format: WireFormat) throws -> Conversation {
        let tree = try JSONValue(parsing: body.utf8.span)
        return try format.callerDialect.conversation(of: tree, RequestCall(model: "m", isStream: false))
    }

    private static let openAI = #"""
        {"model":"m","max_tokens":99,"user":"u-1","metadata":{"tier":"gold","other":"x"},"messages":[
          {"role":"user","content":[{"type":"text","text":"Compare"},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
            {"type":"image_url","image_url":{"url":"https://example.com/b.png"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}
        """#
    private static let anthropic = #"""
        {"model":"m","max_tokens":7,"messages":[
          {"role":"user","content":"Look"},
          {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"shot","input":{}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}]}
        """#

    @Test func contentIsCounted() throws {
        let content = RequestContent(try conversation(Self.openAI, .openAIChat))
        #expect(content.toolCount == 1)
        #expect(content.imageCount == 2)
        #expect(content.documentCount == 1)
        #expect(content.maximumTokenCount == 99)
        // Two pictures and a document have fixed sizes; their data do not count.
        #expect((content.tokenCount ?? 0) > 3000 && (content.tokenCount ?? 0) < 3200)
    }

    @Test func picturesInResultsOfToolsCount() throws {
        let content = RequestContent(try conversation(Self.anthropic, .anthropicMessages))
        #expect(content.imageCount == 1)
        #expect(content.toolCount == 0)
        #expect(content.maximumTokenCount == 7)
    }

    @Test func onlyWhatIsNeededIsFilledIn() throws {
        let conversation = try conversation(Self.openAI, .openAIChat)
        var facts = RequestFacts(model: "m")
        facts.fill(from: conversation, needed: NeededFacts())
        #expect(facts == RequestFacts(model: "m"))
        var needed = NeededFacts()
        needed.user = true
        needed.metadata = ["missing", "tier"]
        facts.fill(from: conversation, needed: needed)
        #expect(facts.user == "u-1")
        #expect(facts.metadata == ["tier": "gold"])
        #expect(facts.content == RequestContent())
        needed.content = true
        facts.fill(from: conversation, needed: needed)
        #expect(facts.content.imageCount == 2)
    }

    @Test(arguments: [(0, 0), (1, 1), (4, 1), (5, 2), (.max, Int.max / 4 + 1)])
    func withoutAnEstimateFourBytesAreAToken(bytes: Int, tokens: Int) {
        var facts = RequestFacts(model: "m")
        facts.byteCount = bytes
        #expect(facts.tokenCount == tokens)
        facts.content.tokenCount = 3
        #expect(facts.tokenCount == 3)
    }
}
