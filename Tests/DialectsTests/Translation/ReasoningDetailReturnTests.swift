import JSON
import Testing

@testable import Dialects

/// OpenRouter's entries come back to it as they were, whatever format the caller keeps them in.
@Suite("Returning reasoning_details")
struct ReasoningDetailReturnTests {
    private static let callers = WireFormat.commonFormats.filter { $0 != .openAIChat }

    /// In the order of the members that the encoder writes.
    private static let messages = [
        #"[{"type":"reasoning.text","text":"hm","signature":"S+/=","index":0,"format":"anthropic-claude-v1"}]"#,
        #"[{"type":"reasoning.summary","summary":"hm","id":"rs_1","index":0,"format":"openai-responses-v1"},"#
            + #"{"type":"reasoning.encrypted","data":"gAA=","id":"rs_1","index":0,"format":"openai-responses-v1"}]"#,
        #"[{"type":"reasoning.encrypted","data":"gAA=","id":"rs_1","index":0,"format":"openai-responses-v1"},"#
            + #"{"type":"reasoning.text","text":"hm","signature":"T","index":1,"format":"x"}]"#,
        #"[{"type":"reasoning.encrypted","data":"gAA=","index":0}]"#,
        #"[{"type":"reasoning.text","text":"hm","index":0,"format":"unknown"}]"#,
        #"[{"type":"reasoning.summary","summary":"hm","index":0,"format":"openai-responses-v1"}]"#,
        #"[{"type":"reasoning.text","text":"a","signature":"S","index":0},"#
            + #"{"type":"reasoning.text","text":"b","signature":"T","index":1}]"#,
    ]

    @Test(arguments: callers, messages)
    func entriesComeBack(caller: WireFormat, details: String) throws {
        let message = #"{"role":"assistant","content":"t","reasoning_details":\#(details)}"#
        let answer = #"{"id":"i","model":"m","choices":[{"index":0,"message":\#(message),"finish_reason":"stop"}]}"#
        let context = AnswerContext(requestID: "r", model: "m", created: 1)
        let told = try AnswerTranslation(
            of: Array(answer.utf8).span,
            .openAIChat,
            to: caller,
            toolNames: ToolNameMap(ToolNameRule()),
            context
        )
        #expect(try returned(by: caller, HistoryKit(format: caller).elements(whole: told.body)) == details)
        // In pieces.
        let entries = try #require(try JSONValue(parsing: details.utf8.span).array)
        let deltas = entries.map { JSONValue.object(["reasoning_details": [$0]]) } + [["content": "t"]]
        let chunks = deltas.map { delta in
            "data: {\"id\":\"i\",\"choices\":[{\"index\":0,\"delta\":\(text(delta))}]}\n\n"
        }
        let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        var transcoder = StreamTranscoder(
            from: .openAIChat,
            to: caller,
            toolNames: ToolNameMap(ToolNameRule()),
            context
        )
        var output: [UInt8] = []
        transcoder.receive(Array((chunks.joined() + end).utf8).span, into: &output)
        transcoder.finish(into: &output)
        #expect(try returned(by: caller, HistoryKit(format: caller).elements(stream: output)) == details)
    }

    private func text(_ value: JSONValue) -> String { String(decoding: JSONWriter().write(value), as: UTF8.self) }

    /// The entries in the request that the caller makes of these elements.
    private func returned(by caller: WireFormat, _ elements: [JSONValue]) throws -> String {
        let kit = HistoryKit(format: caller)
        let body = JSONWriter().write(kit.request(kit.question("go") + elements + kit.question("on")))
        let request = try CallerRequest(body.span, format: caller, call: RequestCall(model: "m", isStream: false))
        let back = try RequestTranslation(of: body.span, request, to: .openAIChat, RequestOptions(model: "m"))
        let message = try JSONValue(parsing: back.body.span)["messages"]?.array?.first { $0["role"] == "assistant" }
        return text(message?["reasoning_details"] ?? .null)
    }
}
