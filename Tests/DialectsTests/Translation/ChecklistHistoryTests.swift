import JSON
import Testing

@testable import Dialects

/// What a translated request must keep of earlier turns and of media.
@Suite("Checklist of histories")
struct ChecklistHistoryTests {
    // MARK: Calls and results

    private static let chatHistory =
        #"{"model":"m","messages":[{"role":"user","content":"hello"},{"role":"assistant","tool_calls":["#
        + #"{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"n\":1}"}},"#
        + #"{"id":"c2","type":"function","function":{"name":"look","arguments":""}}]},"#
        + #"{"role":"tool","tool_call_id":"c2","content":"two"},{"role":"tool","tool_call_id":"c1","content":"one"}]}"#

    private static let anthropicHistory =
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":["#
        + #"{"type":"tool_use","id":"c1","name":"look","input":{"n":1}},"#
        + #"{"type":"tool_use","id":"c2","name":"look","input":{}}]},{"role":"user","content":["#
        + #"{"type":"tool_result","tool_use_id":"c1","content":"one"},"#
        + #"{"type":"tool_result","tool_use_id":"c2","content":"two"},{"type":"text","text":"more"}]}]}"#

    @Test(
        arguments: [
            (.openAIChat, .openAIResponses, "input.1", #""call_id":"c1""#),
            (.openAIChat, .openAIResponses, "input.2", #""call_id":"c2""#),
            (.openAIChat, .anthropicMessages, "messages.1.content.0", #""id":"c1""#),
            (.openAIChat, .anthropicMessages, "messages.1.content.1", #""id":"c2""#),
            (.openAIChat, .bedrockConverse, "messages.1.content.0.toolUse", #""toolUseId":"c1""#),
            (.openAIChat, .bedrockConverse, "messages.2.content.0.toolResult", #""toolUseId":"c1""#),
            (.openAIChat, .gemini, "contents.1.parts.0.functionCall", #""name":"look""#),
            (.anthropicMessages, .openAIChat, "messages.1.tool_calls.0", #""id":"c1""#),
            (.anthropicMessages, .openAIChat, "messages.2", #""tool_call_id":"c1""#),
            (.anthropicMessages, .bedrockConverse, "messages.1.content.1.toolUse", #""toolUseId":"c2""#),
        ] as [(WireFormat, WireFormat, String, String)]
    )
    func callsKeepTheirIDs(_ source: WireFormat, _ target: WireFormat, _ place: String, _ part: String) throws {
        let body = source == .openAIChat ? Self.chatHistory : Self.anthropicHistory
        let request = try TranslatedRequest(body, from: source, to: target)
        #expect(request[place].contains(part), "\(request[place])")
    }

    /// Both results stand in one turn of the user, in the caller's order, and nothing before them.
    @Test func resultsAreOneTurnForClaude() throws {
        let body = Self.chatHistory.dropLast(2) + #",{"role":"user","content":"more"}]}"#
        let request = try TranslatedRequest(String(body), from: .openAIChat, to: .anthropicMessages)
        #expect(request["messages.2.role"] == #""user""#)
        #expect(request["messages.2.content.0.tool_use_id"] == #""c2""#)
        #expect(request["messages.2.content.1.tool_use_id"] == #""c1""#)
        #expect(request["messages.2.content.2.text"] == #""more""#)
        #expect(request["messages.3"] == "absent")
    }

    @Test func resultsAreOneTurnForGemini() throws {
        let request = try TranslatedRequest(Self.chatHistory, from: .openAIChat, to: .gemini)
        #expect(request["contents.2.parts.0.functionResponse.name"] == #""look""#)
        #expect(request["contents.2.parts.0.functionResponse.response"].contains("one"))
        #expect(request["contents.2.parts.1.functionResponse.response"].contains("two"))
        #expect(request["contents.3"] == "absent")
    }

    @Test func resultsAndTextOfOneTurnAreApartInChats() throws {
        let request = try TranslatedRequest(Self.anthropicHistory, from: .anthropicMessages, to: .openAIChat)
        #expect(request["messages.2.role"] == #""tool""#)
        #expect(request["messages.3.role"] == #""tool""#)
        #expect(request["messages.4.role"] == #""user""#)
        #expect(request["messages.4.content"].contains("more"))
    }

    @Test(arguments: [
        (#""content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#, "a"), (#""content":"""#, ""),
        (#""content":[]"#, ""), (#""is_error":true,"content":"no""#, "Error: no"),
        (
            #""content":[{"type":"text","text":"see"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]"#,
            "see"
        ),
    ])
    func formsOfResults(_ members: String, _ text: String) throws {
        let body = Self.anthropicHistory.replacing(#""content":"one""#, with: members)
        for target in WireFormat.commonFormats where target != .anthropicMessages {
            let request = try TranslatedRequest(body, from: .anthropicMessages, to: target)
            #expect(!request.lost.contains { $0.hasPrefix("refused") }, "\(target): \(request.lost)")
        }
        let chat = try TranslatedRequest(body, from: .anthropicMessages, to: .openAIChat)
        #expect(chat["messages.2.content"].contains(text))
    }

    @Test func resultsOfGeminiFindTheirCalls() throws {
        let body =
            #"{"contents":[{"role":"user","parts":[{"text":"hello"}]},{"role":"model","parts":["#
            + #"{"functionCall":{"name":"look","args":{"n":1}}},{"functionCall":{"name":"look","args":{}}}]},"#
            + #"{"role":"user","parts":[{"functionResponse":{"name":"look","response":{"output":"one"}}},"#
            + #"{"functionResponse":{"name":"look","response":{"output":"two"}}}]}]}"#
        let request = try TranslatedRequest(body, from: .gemini, to: .openAIChat)
        let ids = [request["messages.1.tool_calls.0.id"], request["messages.1.tool_calls.1.id"]]
        #expect(Set(ids).count == 2)
        #expect([request["messages.2.tool_call_id"], request["messages.3.tool_call_id"]] == ids)
        #expect(request["messages.2.content"].contains("one"))
    }

    @Test(
        arguments: [
            (.anthropicMessages, "messages.1.content.1.input"), (.gemini, "contents.1.parts.1.functionCall.args"),
            (.bedrockConverse, "messages.1.content.1.toolUse.input"),
        ] as [(WireFormat, String)]
    )
    func callsWithoutArgumentsHaveAnEmptyObject(_ target: WireFormat, _ place: String) throws {
        let request = try TranslatedRequest(Self.chatHistory, from: .openAIChat, to: target)
        #expect(request[place] == "{}")
    }

    // MARK: Media

    private static let png = "iVBORw0KGgo="
    private static let jpeg = "/9j/4AAQSkZJRg=="

    @Test(
        arguments: [
            (.openAIResponses, "input.0.content.0.image_url", #""data:image/jpeg;base64,"#),
            (.anthropicMessages, "messages.0.content.0.source.media_type", #""image/jpeg""#),
            (.gemini, "contents.0.parts.0.inlineData.mimeType", #""image/jpeg""#),
            (.bedrockConverse, "messages.0.content.0.image.format", #""jpeg""#),
        ] as [(WireFormat, String, String)]
    )
    func picturesKeepTheirTypes(_ target: WireFormat, _ place: String, _ expected: String) throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"detail":"low","url":"#
            + #""data:image/jpeg;base64,\#(Self.jpeg)"}},{"type":"text","text":"hello"}]}]}"#
        let request = try TranslatedRequest(body, from: .openAIChat, to: target)
        #expect(request[place].replacing("\\/", with: "/").hasPrefix(expected), "\(request[""])")
        if target == .openAIResponses {
            #expect(request["input.0.content.0.detail"] == #""low""#)
        } else {
            #expect(request.lost == ["dropped image detail"])
        }
    }

    @Test(
        arguments: [
            (.openAIChat, "messages.0.content.0.image_url.url"), (.openAIResponses, "input.0.content.0.image_url"),
            (.gemini, "contents.0.parts.0.fileData.fileUri"),
        ] as [(WireFormat, String)]
    )
    func picturesAtAddresses(_ target: WireFormat, _ place: String) throws {
        let source = #"{"type":"url","url":"https://example.com/a.png"}"#
        let body =
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":\#(source)},"#
            + #"{"type":"text","text":"hello"}]}]}"#
        let request = try TranslatedRequest(body, from: .anthropicMessages, to: target)
        #expect(request[place].replacing("\\/", with: "/") == #""https://example.com/a.png""#)
    }

    @Test(
        arguments: [
            (.openAIChat, "application/pdf", "messages.0.content.0.file.file_data", []),
            (.openAIResponses, "application/pdf", "input.0.content.0.file_data", []),
            (.anthropicMessages, "application/pdf", "messages.0.content.0.source.data", []),
            (.bedrockConverse, "application/pdf", "messages.0.content.0.document.source.bytes", []),
            (.openAIChat, "audio/wav", "messages.0.content.0.input_audio.data", []),
            (.bedrockConverse, "audio/wav", "messages.0.content.0.audio.source.bytes", []),
            (.openAIResponses, "audio/wav", nil, ["refused audio"]),
            (.anthropicMessages, "audio/wav", nil, ["dropped audio"]),
            (.openAIChat, "video/mp4", nil, ["refused video"]),
            (.openAIResponses, "video/mp4", nil, ["refused video"]),
            (.anthropicMessages, "video/mp4", nil, ["dropped video"]),
            (.bedrockConverse, "video/mp4", "messages.0.content.0.video.source.bytes", []),
        ] as [(WireFormat, String, String?, [String])]
    )
    func otherMedia(_ target: WireFormat, _ type: String, _ place: String?, _ lost: [String]) throws {
        let data = type == "application/pdf" ? "JVBERi0xLjQ=" : "UklGRiQAAABXQVZF"
        let body =
            #"{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"\#(type)","data":"\#(data)"}},"#
            + #"{"text":"hello"}]}]}"#
        let request = try TranslatedRequest(body, from: .gemini, to: target)
        if let place {
            #expect(request[place].contains(data.replacing("/", with: "\\/")) || request[place].contains(data))
        }
        #expect(request.lost.filter { !$0.contains("document name") } == lost)
    }
}
