import JSON
import Testing

@testable import Dialects

@Suite("Counting tokens")
struct TokenCountTests {
    private func question(
        _ text: String,
        _ format: WireFormat,
        model: String? = nil
    ) throws -> TokenCountRequest {
        let bytes = Array(text.utf8)
        let request = try CallerRequest(bytes.span, format: format, call: RequestCall(model: model))
        return try TokenCountRequest(of: bytes.span, request)
    }

    private static let anthropic = ##"""
        {"model":"claude","system":"Be brief.","messages":[{"role":"user","content":"Hello"}],
        "tools":[{"name":"look","description":"Looks.","input_schema":{"type":"object","properties":{"q":{"type":"string"}}}}]}
        """##

    private func members(_ body: [UInt8]) throws -> [String] {
        try #require(try JSONValue(parsing: body.span).object).members.map(\.name.repairedValue)
    }

    @Test func anthropicToGemini() throws {
        let (body, losses) = try question(Self.anthropic, .anthropicMessages).encoded(for: .gemini, model: "g")
        #expect(losses.isEmpty)
        let tree = try JSONValue(parsing: body.span)
        #expect(try members(body) == ["generateContentRequest"])
        let request = try #require(tree["generateContentRequest"])
        #expect(request["model"] == "models/g")
        #expect(request["contents"]?[0]?["parts"]?[0]?["text"] == "Hello")
        #expect(request["tools"] != nil)
    }

    @Test func anthropicToResponses() throws {
        let (body, losses) = try question(Self.anthropic, .anthropicMessages).encoded(for: .openAIResponses, model: "m")
        #expect(losses.isEmpty)
        #expect(try Set(members(body)).isSubset(of: ["model", "input", "instructions", "tools"]))
        #expect(try JSONValue(parsing: body.span)["model"] == "m")
    }

    @Test func settingsAreLeftOut() throws {
        let text = ##"""
            {"model":"m","input":"Hello","temperature":0.5,"max_output_tokens":5,"top_p":0.5,"user":"u","stream":true}
            """##
        let (body, losses) = try question(text, .openAIResponses).encoded(for: .anthropicMessages, model: "claude")
        #expect(try members(body) == ["model", "messages"])
        #expect(losses.isEmpty)
    }

    @Test(arguments: ["generateContentRequest", "generate_content_request"])
    func geminiRequestsInside(_ name: String) throws {
        let inner = ##"{"model":"models/x","contents":[{"role":"user","parts":[{"text":"Hello"}]}],"z":1.0}"##
        let text = "{\"\(name)\":\(inner)}"
        let question = try question(text, .gemini, model: "x")
        #expect(question.conversation.turns.count == 1)
        let body = TokenCountRequest.geminiBody(of: text.utf8.span, model: "y")
        let bytes = try #require(body)
        let tree = try JSONValue(parsing: bytes.span)
        #expect(tree[name]?["model"] == "models/y")
        #expect(tree[name]?["z"] == 1.0)
        let unchanged = TokenCountRequest.geminiBody(of: inner.utf8.span, model: "y")
        #expect(unchanged == nil)
    }

    @Test(arguments: [
        (WireFormat.anthropicMessages, ##"{"input_tokens":7}"##),
        (.openAIResponses, ##"{"object":"response.input_tokens","input_tokens":7}"##),
        (.gemini, ##"{"totalTokens":7}"##),
    ])
    func answers(_ format: WireFormat, _ text: String) {
        #expect(String(decoding: TokenCountAnswer.body(7, format), as: UTF8.self) == text)
        let count = TokenCountAnswer.count(of: text.utf8.span, format)
        #expect(count == 7)
    }

    @Test(arguments: ["", "{}", "7", ##"{"input_tokens":-1,"totalTokens":"7"}"##, ##"{"input_tokens":1e99}"##])
    func whatIsNoAnswer(_ text: String) {
        for format in [WireFormat.anthropicMessages, .openAIResponses, .gemini] {
            let count = TokenCountAnswer.count(of: text.utf8.span, format)
            #expect(count == nil)
        }
    }
}

@Suite("Estimating tokens")
struct TokenEstimateTests {
    private func count(_ parts: [PartContent]) -> Int {
        var conversation = Conversation(source: .openAIChat, model: "m")
        conversation.turns = [Turn(.user, parts.map { Part($0) }, path: "messages[0]")]
        return TokenEstimate(conversation).count
    }

    @Test(arguments: [("", 4), ("a", 5), ("abcd", 5), ("abcde", 6), ("éé", 5), ("😀😀", 6)])
    func text(_ text: String, _ expected: Int) {
        #expect(count([.text(text)]) == expected)
        #expect(TokenEstimate(text).count == expected - 4)
    }

    @Test func textsAreAddedBeforeTheyAreDivided() {
        #expect(count([.text("ab"), .text("cd")]) == 5)
    }

    @Test func media() {
        var small = Media(.url("https://x"))
        small.detail = "low"
        #expect(count([.image(Media(.url("https://x")))]) == 804)
        #expect(count([.image(small)]) == 89)
        #expect(count([.document(Media(.data(base64: "AAAA")))]) == 1504)
        #expect(count([.document(Media(.text("abcd")))]) == 5)
        #expect(count([.audio(Media(.data(base64: "")))]) == 1504)
    }

    @Test func tools() {
        #expect(count([.toolCall(ToolCall(id: "long id", name: "look", arguments: "{}12"))]) == 10)
        let result = ToolResult(callID: "long id", parts: [Part(.text("abcd"))])
        #expect(count([.toolResult(result)]) == 9)
        var conversation = Conversation(source: .openAIChat, model: "m")
        conversation.tools = [.function(FunctionTool(name: "look", description: "Look", parameters: [:], path: "t"))]
        #expect(TokenEstimate(conversation).count == 7)
    }
}
