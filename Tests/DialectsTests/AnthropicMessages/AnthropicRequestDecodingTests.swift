import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: reading requests")
struct AnthropicRequestDecodingTests {
    private func parts(_ content: String, role: String = "user") throws -> [Part] {
        let text = #"{"model":"m","max_tokens":1,"messages":[{"role":"\#(role)","content":\#(content)}]}"#
        return try conversation(anthropic: text).turns.flatMap(\.parts)
    }

    private func part(_ block: String, role: String = "user") throws -> PartContent {
        try #require(parts("[\(block)]", role: role).first?.content)
    }

    @Test func settings() throws {
        let conversation = try conversation(
            anthropic: """
                {"model":"claude","max_tokens":100.0,"temperature":0.50,"top_p":0.9,"top_k":5,"stream":true,
                "stop_sequences":["a","b"],"metadata":{"user_id":"u","other":1},"service_tier":"auto",
                "thinking":{"type":"enabled","budget_tokens":2000,"display":"omitted"},
                "output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}},"odd":1},
                "tool_choice":{"type":"tool","name":"t","disable_parallel_tool_use":true},"inference_geo":"eu",
                "system":null,"messages":[]}
                """
        )
        #expect(conversation.source == .anthropicMessages)
        #expect(conversation.model == "claude")
        #expect(conversation.isStream)
        #expect(conversation.wantsStreamUsage)
        #expect(conversation.sampling.maximumTokens == 100)
        #expect(conversation.sampling.temperature?.spelling == "0.50")
        #expect(conversation.sampling.topP?.double == 0.9)
        #expect(conversation.sampling.topK == 5)
        #expect(conversation.sampling.stopSequences == ["a", "b"])
        #expect(conversation.user == "u")
        #expect(conversation.serviceTier == "auto")
        #expect(conversation.reasoning?.isEnabled == true)
        #expect(conversation.reasoning?.budgetTokens == 2000)
        #expect(conversation.reasoning?.includesThoughts == false)
        #expect(conversation.reasoning?.effort == "low")
        #expect(conversation.outputFormat == .schema(OutputSchema(schema: ["type": "object"])))
        #expect(conversation.toolChoice == .tool("t"))
        #expect(conversation.allowsParallelToolCalls == false)
        #expect(conversation.turns == [])
        #expect(conversation.unread.map(\.path) == ["metadata.other", "output_config.odd", "inference_geo"])
    }

    @Test func theAddressMayNameTheModel() throws {
        let body = try json(anthropic: #"{"anthropic_version":"x","messages":[],"max_tokens":1}"#)
        let call = RequestCall(model: "there", isStream: true)
        let conversation = try AnthropicMessages.conversation(of: body, call)
        #expect(conversation.model == "there")
        #expect(conversation.isStream)
        #expect(conversation.unread == [])
    }

    @Test(
        arguments: [
            ("auto", ToolChoice.automatic), ("any", .required), ("none", ToolChoice.none),
        ]
    )
    func toolChoice(_ type: String, _ choice: ToolChoice) throws {
        let text = #"{"model":"m","messages":[],"tool_choice":{"type":"\#(type)"}}"#
        let conversation = try conversation(anthropic: text)
        #expect(conversation.toolChoice == choice)
        #expect(conversation.allowsParallelToolCalls == nil)
    }

    @Test(
        arguments: [
            (#"{"type":"enabled","budget_tokens":5}"#, true), (#"{"type":"adaptive"}"#, true),
            (#"{"type":"disabled"}"#, false), (#"{"type":"between_tools"}"#, false),
        ]
    )
    func thinking(_ value: String, _ isEnabled: Bool) throws {
        let conversation = try conversation(anthropic: #"{"model":"m","messages":[],"thinking":\#(value)}"#)
        #expect(conversation.reasoning?.isEnabled == isEnabled)
    }

    @Test func tools() throws {
        let conversation = try conversation(
            anthropic: """
                {"model":"m","messages":[],"tools":[
                {"name":"f","description":"d","input_schema":{"b":1.0,"a":2},"strict":true,
                "cache_control":{"type":"ephemeral","ttl":"1h"},"eager_input_streaming":true},
                {"type":"custom","name":"g","input_schema":{}},
                {"type":"web_search_20250305","name":"web_search","max_uses":1}],
                "mcp_servers":[{"type":"url"}],"container":"c"}
                """
        )
        let first = FunctionTool(
            name: "f",
            description: "d",
            parameters: ["b": 1.0, "a": 2],
            isStrict: true,
            cacheHint: CacheHint(timeToLive: "1h"),
            path: "tools[0]"
        )
        #expect(conversation.tools.first == .function(first))
        #expect(conversation.tools.count == 5)
        let foreign = conversation.tools.compactMap { tool -> String? in
            guard case .foreign(let content, let path) = tool else { return nil }
            return "\(content.type) \(content.element) \(path)"
        }
        #expect(
            foreign == [
                "web_search_20250305 serverTool tools[2]", "mcp_servers serverTool mcp_servers",
                "container serverTool container",
            ]
        )
        #expect(conversation.unread.map(\.path) == ["tools[0].eager_input_streaming"])
    }

    @Test func texts() throws {
        #expect(try parts(#""hi""#) == [Part(.text("hi"), path: "messages[0].content")])
        let hinted = try parts(#"[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]"#)
        #expect(hinted == [Part(.text("hi"), cacheHint: CacheHint(), path: "messages[0].content[0]")])
        let cited = try part(#"{"type":"text","text":"x","citations":[{"type":"page_location","cited_text":"c"}]}"#)
        guard case .text(let content) = cited else { throw FormatProblem("no text", at: "") }
        #expect(content.annotations.map(\.citedText) == ["c"])
        #expect(content.annotations.map(\.format) == [.anthropicMessages])
    }

    @Test func media() throws {
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}"#
        #expect(try part(image) == .image(Media(.data(base64: "AA=="), mediaType: "image/png")))
        #expect(try part(#"{"type":"image","source":{"type":"url","url":"u"}}"#) == .image(Media(.url("u"))))
        #expect(try part(#"{"type":"image","source":{"type":"file","file_id":"f"}}"#) == .image(Media(.file(id: "f"))))
        let document = """
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"t"},"title":"T","context":"C",
            "citations":{"enabled":true}}
            """
        var media = Media(.text("t"), mediaType: "text/plain", name: "T")
        media.context = "C"
        media.wantsCitations = true
        #expect(try part(document) == .document(media))
        let pdf = #"{"type":"document","source":{"type":"url","url":"u"}}"#
        #expect(try part(pdf) == .document(Media(.url("u"), mediaType: "application/pdf")))
    }

    @Test func thoughts() throws {
        let own = ReasoningSignature(origin: .anthropicMessages, value: "s")
        let thinking = #"{"type":"thinking","thinking":"t","signature":"s"}"#
        #expect(try part(thinking, role: "assistant") == .reasoning(Reasoning("t", signature: own)))
        let redacted = #"{"type":"redacted_thinking","data":"s"}"#
        #expect(
            try part(redacted, role: "assistant") == .reasoning(Reasoning("", isRedacted: true, signature: own))
        )
        let foreign = ReasoningSignature(origin: .gemini, value: "g")
        let carried = #"{"type":"thinking","thinking":"","signature":"\#(foreign.text(for: .anthropicMessages))"}"#
        #expect(try part(carried, role: "assistant") == .reasoning(Reasoning("", signature: foreign)))
        let unsigned = #"{"type":"thinking","thinking":"t","signature":""}"#
        #expect(try part(unsigned, role: "assistant") == .reasoning(Reasoning("t")))
    }

    @Test func callsAndResults() throws {
        let conversation = try conversation(
            anthropic: """
                {"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[
                {"type":"tool_use","id":"1","name":"f","input":{"b":1.50,"a":"\\u00e4"},"caller":{"type":"direct"}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","is_error":true,"content":"oh"},
                {"type":"tool_result","tool_use_id":"2","content":[{"type":"text","text":"x"}]},
                {"type":"tool_result","tool_use_id":"3"}]}]}
                """
        )
        let call = ToolCall(id: "1", name: "f", arguments: #"{"b":1.50,"a":"\u00e4"}"#)
        #expect(conversation.turns.first?.parts.map(\.content) == [.toolCall(call)])
        let first = ToolResult(
            callID: "1",
            name: "f",
            parts: [Part(.text("oh"), path: "messages[1].content[0].content")],
            isError: true
        )
        let second = ToolResult(
            callID: "2",
            parts: [Part(.text("x"), path: "messages[1].content[1].content[0]")]
        )
        let results = conversation.turns.last?.parts.map(\.content)
        #expect(results == [.toolResult(first), .toolResult(second), .toolResult(ToolResult(callID: "3", parts: []))])
        #expect(conversation.unread == [])
    }

    @Test(
        arguments: [
            (#"{"type":"server_tool_use","id":"1","name":"n","input":{}}"#, ConversationElement.serverToolContent),
            (#"{"type":"web_search_tool_result","tool_use_id":"1","content":[]}"#, .serverToolContent),
            (#"{"type":"mcp_tool_use","id":"1"}"#, .serverToolContent),
            (#"{"type":"container_upload","file_id":"1"}"#, .documentFile),
            (#"{"type":"hologram"}"#, .unknownPart),
        ]
    )
    func onlyOfThisFormat(_ block: String, _ element: ConversationElement) throws {
        guard case .foreign(let content) = try part(block) else {
            Issue.record("\(block) is not foreign")
            return
        }
        #expect(content.format == .anthropicMessages)
        #expect(content.element == element)
        #expect(content.value == (try json(anthropic: block)))
    }

    @Test func instructions() throws {
        let conversation = try conversation(
            anthropic: """
                {"model":"m","system":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"messages":[
                {"role":"user","content":[{"type":"text","text":"1"},
                {"type":"mid_conv_system","content":[{"type":"text","text":"c"}],
                "cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"2"}]},
                {"role":"system","content":"d"}],"cache_control":{"type":"ephemeral"}}
                """
        )
        #expect(conversation.turns.map(\.role) == [.system, .user, .system, .user, .system])
        #expect(conversation.turns.last?.parts.last?.cacheHint == CacheHint())
        let instruction = Part(
            .text("c"),
            cacheHint: CacheHint(timeToLive: "1h"),
            path: "messages[0].content[1].content[0]"
        )
        #expect(conversation.turns[2] == Turn(.system, [instruction], path: "messages[0].content[1]"))
        #expect(conversation.unread == [])
    }

    @Test(
        arguments: [
            (#"[]"#, ""), (#"{"messages":[]}"#, "model"), (#"{"model":1,"messages":[]}"#, "model"),
            (#"{"model":"m"}"#, "messages"), (#"{"model":"m","messages":{}}"#, "messages"),
            (#"{"model":"m","messages":[1]}"#, "messages[0]"),
            (#"{"model":"m","messages":[{"role":"tool","content":""}]}"#, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":[{"role":"user","content":5}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text"),
            (#"{"model":"m","messages":[{"role":"user","content":[{}]}]}"#, "messages[0].content[0].type"),
            (
                #"{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"","name":"n","input":"x"}]}]}"#,
                "messages[0].content[0].input"
            ),
            (#"{"model":"m","messages":[],"max_tokens":"5"}"#, "max_tokens"),
            (#"{"model":"m","messages":[],"max_tokens":1.5}"#, "max_tokens"),
            (#"{"model":"m","messages":[],"stop_sequences":[1]}"#, "stop_sequences[0]"),
            (#"{"model":"m","messages":[],"thinking":{"type":"odd"}}"#, "thinking.type"),
            (#"{"model":"m","messages":[],"tool_choice":{"type":"odd"}}"#, "tool_choice.type"),
            (#"{"model":"m","messages":[],"tools":[{"description":"d"}]}"#, "tools[0].name"),
        ]
    )
    func whatIsWrongIsNamed(_ text: String, _ path: String) throws {
        let body = try json(anthropic: text)
        do {
            _ = try AnthropicMessages.conversation(of: body, RequestCall())
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.path == path)
        }
    }
}
