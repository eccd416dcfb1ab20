import JSON
import Testing

@testable import Dialects

@Suite("Media that a provider needs as bytes")
struct MediaNeedTests {
    private static let picture = "https://a.example/p.png"

    private func draft(
        _ messages: String,
        to target: WireFormat = .bedrockConverse,
        model: String = "anthropic.claude-sonnet-4-5"
    ) throws -> RequestDraft {
        let body = Array(#"{"model":"m","messages":[\#(messages)]}"#.utf8)
        return try RequestDraft(of: body.span, CallerRequest(body.span), to: target, RequestOptions(model: model))
    }

    private static func image(_ url: String) -> String { #"{"type":"image_url","image_url":{"url":"\#(url)"}}"# }

    private static func file(_ url: String) -> String { #"{"type":"file","file":{"file_data":"\#(url)"}}"# }

    private static func user(_ parts: String...) -> String {
        #"{"role":"user","content":[\#(parts.joined(separator: ","))]}"#
    }

    @Test func areNamedWithPlaceAndTypes() throws {
        let text = #"{"type":"text","text":"?"}"#
        let draft = try draft(Self.user(text, Self.image(Self.picture), Self.file("http://a.example/b.pdf")))
        let needs = draft.mediaNeeds
        #expect(needs.map(\.url) == [Self.picture, "http://a.example/b.pdf"])
        #expect(needs.map(\.path) == ["messages[0].content[1]", "messages[0].content[2]"])
        #expect(
            needs.first?.mediaTypes.sorted() == ["image/gif", "image/jpeg", "image/jpg", "image/png", "image/webp"]
        )
        #expect(needs.last?.mediaTypes == ["application/pdf"])
    }

    @Test(arguments: ["abc", "ftp://a.example/p.png", "file:///etc/passwd", "gs://bucket/p.png", "S3://bucket/p.png"])
    func areAlsoAddressesThatNobodyCanFetch(_ url: String) throws {
        #expect(try draft(Self.user(Self.image(url))).mediaNeeds.map(\.url) == [url])
    }

    @Test(arguments: ["s3://bucket/p.png", "data:image/png;base64,iVBORw0KGgo="])
    func areNotWhatTheProviderReadsItself(_ url: String) throws {
        #expect(try draft(Self.user(Self.image(url))).mediaNeeds.isEmpty)
    }

    @Test(arguments: [WireFormat.openAIResponses, .anthropicMessages, .gemini])
    func areNoneForProvidersThatFetch(_ target: WireFormat) throws {
        #expect(try draft(Self.user(Self.image(Self.picture)), to: target).mediaNeeds.isEmpty)
    }

    @Test(arguments: ["system", "developer", "assistant"])
    func areNoneWhereTheyWouldBeDropped(_ role: String) throws {
        let message = #"{"role":"\#(role)","content":[\#(Self.image(Self.picture))]}"#
        #expect(try draft(message).mediaNeeds.isEmpty)
    }

    @Test(arguments: [("anthropic.claude-sonnet-4-5", 1), ("meta.llama3-2-1b-instruct-v1:0", 0)])
    func areInToolResultsOfModelsThatSeeThem(_ model: String, _ count: Int) throws {
        let function = #"{"name":"f","arguments":"{}"}"#
        let call = #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":\#(function)}]}"#
        let result = #"{"role":"tool","tool_call_id":"c","content":[\#(Self.image(Self.picture))]}"#
        var draft = try draft("\(Self.user()),\(call),\(result)", model: model)
        #expect(draft.mediaNeeds.count == count)
        for need in draft.mediaNeeds { draft.fill(need, base64: "iVBORw0KGgo=", mediaType: "image/png") }
        let body = String(decoding: RequestTranslation(draft).body, as: UTF8.self)
        #expect(body.contains(#""bytes":"iVBORw0KGgo=""#) == (count == 1), "\(body)")
    }

    @Test func areWrittenAsBytesOnceFilled() throws {
        var draft = try draft(Self.user(Self.image(Self.picture), Self.file("https://a.example/b")))
        let needs = draft.mediaNeeds
        draft.fill(needs[0], base64: "/9j/4AAQ", mediaType: "image/jpeg")
        #expect(draft.mediaNeeds == [needs[1]])
        draft.fill(needs[1], base64: "JVBERi0x", mediaType: "application/pdf")
        #expect(draft.mediaNeeds.isEmpty)
        let translation = RequestTranslation(draft)
        let content = try JSONValue(parsing: translation.body.span)["messages"]?[0]?["content"]
        #expect(content?[0]?["image"]?["format"]?.string == "jpeg")
        #expect(content?[0]?["image"]?["source"]?["bytes"]?.string == "/9j/4AAQ")
        #expect(content?[1]?["document"]?["format"]?.string == "pdf")
        #expect(content?[1]?["document"]?["source"]?["bytes"]?.string == "JVBERi0x")
        #expect(translation.losses.allSatisfy { $0.element != .imageURL && $0.element != .documentURL })
    }

    @Test func ofAnotherConversationChangeNothing() throws {
        let other = try draft("\(Self.user()),\(Self.user(Self.image(Self.picture)))")
        let need = try #require(other.mediaNeeds.first)
        var conversation = Conversation(source: .openAIChat, model: "m")
        conversation.turns = [Turn(.user, [Part(.text("a"))], path: "messages[0]")]
        let before = conversation.turns
        conversation.fill(need, base64: "AAAA", mediaType: "image/png")
        #expect(conversation.turns == before)
    }
}
