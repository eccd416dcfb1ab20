import JSON
import Testing

@testable import Dialects

/// What an application's own search found, and documents of text, said by a caller of Anthropic's format.
@Suite("Search results and documents of text")
struct SearchResultTests {
    private static let found =
        #"{"type":"search_result","source":"https://a.example/w","title":"Weather","#
        + #""content":[{"type":"text","text":"It is"},{"type":"text","text":"sunny."}],"citations":{"enabled":true}}"#
    private static let text = #""Weather\nhttps:\/\/a.example\/w\nIt is\nsunny.""#
    private static let native =
        #"{"source":"https:\/\/a.example\/w","title":"Weather","content":[{"text":"It is"},{"text":"sunny."}],"#
        + #""citations":{"enabled":true}}"#
    private static let approximated = ["approximated search result", "dropped document citations"]
    private static let claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"

    private static func inUserTurn(_ block: String) -> String {
        #"{"model":"m","max_tokens":99,"messages":[{"role":"user","content":[{"type":"text","text":"a"},\#(block)]}]}"#
    }

    private static func inToolResult(_ block: String, isError: Bool = false) -> String {
        #"{"model":"m","max_tokens":99,"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":["#
            + #"{"role":"user","content":"a"},"#
            + #"{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]},"#
            + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","is_error":\#(isError),"#
            + #""content":[\#(block)]}]}]}"#
    }

    /// The text with no slash escaped, whatever the writer does.
    private static func plain(_ text: String) -> String { text.replacing(#"\/"#, with: "/") }

    @Test(
        arguments: [
            (.openAIChat, nil, "messages.2.content", text, approximated),
            (.openAIResponses, nil, "input.2.output", text, approximated),
            (.cohereChat, nil, "messages.2.content", text, ["approximated search result"]),
            (.gemini, nil, "contents.2.parts.0.functionResponse.response.output", text, approximated),
            (.gemini, "gemini-3-pro", "contents.2.parts.0.functionResponse.response.output", text, approximated),
            (.bedrockConverse, claude, "messages.2.content.0.toolResult.content.0.searchResult", native, []),
            (
                .bedrockConverse, "mistral.mistral-large-2407-v1:0", "messages.2.content.0.toolResult.content.0.text",
                text, approximated
            ),
        ] as [(WireFormat, String?, String, String, [String])]
    )
    func resultsOfTools(
        _ target: WireFormat,
        _ model: String?,
        _ place: String,
        _ expected: String,
        _ lost: [String]
    ) throws {
        let body = Self.inToolResult(Self.found)
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: target, model: model)
        #expect(Self.plain(request[place]) == Self.plain(expected))
        #expect(request.lost == lost)
        #expect(request.losses.allSatisfy { $0.path.hasPrefix("messages[2].content[0].content[0]") })
    }

    @Test(
        arguments: [
            (.openAIChat, nil, "messages.0.content.1.text", text, approximated),
            (.openAIResponses, nil, "input.0.content.1.text", text, approximated),
            (.cohereChat, nil, "messages.0.content.1.text", text, ["approximated search result"]),
            (.gemini, nil, "contents.0.parts.1.text", text, approximated),
            (.bedrockConverse, claude, "messages.0.content.1.searchResult", native, []),
            (.bedrockConverse, "amazon.nova-pro-v1:0", "messages.0.content.1.text", text, approximated),
        ] as [(WireFormat, String?, String, String, [String])]
    )
    func turnsOfTheUser(
        _ target: WireFormat,
        _ model: String?,
        _ place: String,
        _ expected: String,
        _ lost: [String]
    ) throws {
        let body = Self.inUserTurn(Self.found)
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: target, model: model)
        #expect(Self.plain(request[place]) == Self.plain(expected))
        #expect(request.lost == lost)
    }

    @Test(
        arguments: [
            (inToolResult(found), "messages.2.content.0.content.0", found, []),
            (inUserTurn(found), "messages.0.content.1", found, []),
            (inToolResult(found, isError: true), "messages.2.content.0.content", text, approximated),
        ] as [(String, String, String, [String])]
    )
    func anthropicHasThemItself(_ body: String, _ place: String, _ expected: String, _ lost: [String]) throws {
        let conversation = try AnthropicMessages.conversation(of: try json(anthropic: body), RequestCall())
        let options = RequestOptions(model: "claude-sonnet-4-5")
        let request = AnthropicMessages.request(for: conversation, options)
        #expect(Self.plain(JSONValue.object(request.body)[path: place]) == Self.plain(expected))
        #expect(request.losses.map { "\($0.effect.rawValue) \($0.element.rawValue)" } == lost)
    }

    @Test func bedrockTellsAnthropicWhatWasFound() throws {
        let body = #"{"messages":[{"role":"user","content":[{"text":"a"},{"searchResult":\#(Self.native)}]}]}"#
        let request = try TranslatedRequest(body, from: .bedrockConverse, to: .anthropicMessages)
        #expect(Self.plain(request["messages.0.content.1"]) == Self.plain(Self.found))
        #expect(!request.lost.contains { $0.contains("search") })
    }

    /// Bedrock wants both of a found text; with less it is a text.
    @Test func withoutASourceItIsAText() throws {
        let body = Self.inUserTurn(#"{"type":"search_result","title":"t","content":[{"type":"text","text":"x"}]}"#)
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: .bedrockConverse, model: Self.claude)
        #expect(request["messages.0.content.1.text"] == #""t\nx""#)
        #expect(request.lost == ["approximated search result"])
    }

    private static let textDocuments = [
        #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"one\ntwo"}}"#,
        #"{"type":"document","source":{"type":"content","content":"one\ntwo"}}"#,
        #"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"},"#
            + #"{"type":"text","text":"two"}]}}"#,
    ]

    @Test(
        arguments: textDocuments,
        [
            (.openAIChat, nil, "messages.0.content.1.text", "messages.2.content"),
            (.openAIResponses, nil, "input.0.content.1.text", "input.2.output"),
            (
                .bedrockConverse, claude, "messages.0.content.1.document.source.text",
                "messages.2.content.0.toolResult.content.0.document.source.text"
            ),
            (
                .bedrockConverse, "mistral.mistral-large-2407-v1:0", nil,
                "messages.2.content.0.toolResult.content.0.text"
            ),
        ] as [(WireFormat, String?, String?, String)]
    )
    func documentsOfText(_ block: String, _ to: (target: WireFormat, model: String?, said: String?, given: String))
        throws
    {
        if let place = to.said {
            let body = Self.inUserTurn(block)
            let request = try TranslatedRequest(body, from: .anthropicMessages, to: to.target, model: to.model)
            #expect(request[place] == #""one\ntwo""#)
            #expect(request.losses.allSatisfy { $0.element == .document && $0.effect == .approximated })
        }
        let body = Self.inToolResult(block)
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: to.target, model: to.model)
        #expect(request[to.given] == #""one\ntwo""#)
        #expect(request.losses.allSatisfy { $0.element == .document && $0.effect == .approximated })
    }

    @Test func whatADocumentOfPiecesLosesIsReported() throws {
        let picture = #"{"type":"image","source":{"type":"url","url":"https://a.example/b.png"}}"#
        let body = Self.inUserTurn(
            #"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"},\#(picture)]},"#
                + #""citations":{"enabled":true}}"#
        )
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: .openAIChat)
        #expect(request["messages.0.content.1.text"] == #""one""#)
        let lost = Set(request.losses.map { "\($0.path) \($0.element.rawValue)" })
        #expect(
            lost == [
                "messages[0].content[1] document", "messages[0].content[1] document citations",
                "messages[0].content[1].source.content document citations",
                "messages[0].content[1].source.content[1] unknown part",
            ]
        )
    }
}
