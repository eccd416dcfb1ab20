import JSON
import Testing

@testable import Dialects

@Suite("OpenAI Responses: reading requests")
struct ResponsesRequestDecodingTests {
    private func conversation(_ members: String) throws -> Conversation {
        try responsesConversation("{\"model\":\"gpt\",\(members)}")
    }

    @Test("Items that follow each other make turns")
    func turns() throws {
        let conversation = try conversation(
            """
            "instructions":"Be brief.","input":[
            {"role":"user","content":"a"},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"x"},{"type":"summary_text","text":"y"}],"encrypted_content":"gAAA"},
            {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[],"logprobs":[]},{"type":"refusal","refusal":"no"}]},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\\"a\\": 1.0}","status":"completed"},
            {"type":"function_call","call_id":"c2","name":"g","arguments":""},
            {"type":"function_call_output","call_id":"c1","output":"one"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"},{"type":"input_image","image_url":"data:image/jpeg;base64,AAAA"}]},
            {"type":"message","role":"developer","content":[{"type":"input_text","text":"d"}]}]
            """
        )
        #expect(conversation.turns.map(\.role) == [.system, .user, .assistant, .user, .developer])
        #expect(conversation.turns.map(\.path) == ["instructions", "input[0]", "input[1]", "input[5]", "input[7]"])
        #expect(conversation.unread.isEmpty)
        var jpeg = Media(.data(base64: "AAAA"), mediaType: "image/jpeg")
        jpeg.detail = nil
        #expect(
            conversation.turns[2].parts.map(\.content) == [
                .reasoning(
                    Reasoning(
                        "x\n\ny",
                        isSummary: true,
                        id: "rs_1",
                        signature: ReasoningSignature(origin: .openAIResponses, value: "rs_1:gAAA")
                    )
                ), .text("b"), .refusal("no"),
                .toolCall(ToolCall(id: "c1", name: "f", arguments: "{\"a\": 1.0}")),
                .toolCall(ToolCall(id: "c2", name: "g", arguments: "")),
            ]
        )
        #expect(
            conversation.turns[3].parts.map(\.content) == [
                .toolResult(
                    ToolResult(callID: "c1", name: "f", parts: [Part(.text("one"), path: "input[5].output")])
                ),
                .toolResult(
                    ToolResult(
                        callID: "c2",
                        name: "g",
                        parts: [
                            Part(.text("two"), path: "input[6].output[0]"),
                            Part(.image(jpeg), path: "input[6].output[1]"),
                        ]
                    )
                ),
            ]
        )
    }

    @Test("Settings are read")
    func settings() throws {
        let conversation = try conversation(
            """
            "input":"hi","stream":true,"stream_options":{"include_obfuscation":false},"max_output_tokens":100.0,
            "temperature":0.70,"top_p":1,"top_logprobs":3,"parallel_tool_calls":false,"store":false,
            "include":["reasoning.encrypted_content","message.output_text.logprobs"],"truncation":"disabled",
            "reasoning":{"effort":"high","summary":"detailed"},"user":null,"safety_identifier":"u1",
            "prompt_cache_key":"k","service_tier":"flex","metadata":{"a":"b"},"background":false,
            "text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{"b":1,"a":2},"strict":true}}
            """
        )
        #expect(conversation.isStream && conversation.wantsStreamUsage)
        #expect(conversation.sampling.maximumTokens == 100)
        #expect(conversation.sampling.temperature?.spelling == "0.70")
        #expect(conversation.sampling.topLogProbabilities == 3)
        #expect(conversation.sampling.wantsLogProbabilities == true)
        #expect(conversation.allowsParallelToolCalls == false)
        #expect(conversation.reasoning?.effort == "high" && conversation.reasoning?.summary == "detailed")
        #expect(conversation.reasoning?.includesThoughts == true && conversation.reasoning?.isEnabled == true)
        #expect(conversation.user == "u1" && conversation.promptCacheKey == "k")
        #expect(conversation.serviceTier == "flex" && conversation.metadata == ["a": "b"])
        #expect(conversation.verbosity == "low")
        #expect(
            conversation.outputFormat
                == .schema(OutputSchema(name: "n", schema: ["b": 1, "a": 2], isStrict: true))
        )
        #expect(conversation.unread.isEmpty)
    }

    @Test(
        "What only this format says is named",
        arguments: [
            (#""input":"a","previous_response_id":"resp_1""#, "previous_response_id", .storedState),
            (#""conversation":"conv_1""#, "conversation", .storedState),
            (#""prompt":{"id":"p"}"#, "prompt", .storedState),
            (#""input":"a","background":true"#, "background", .storedState),
            (#""input":"a","store":true"#, "store", .storage),
            (#""input":"a","truncation":"auto""#, "truncation", .unknownMember),
            (#""input":"a","max_tool_calls":3"#, "max_tool_calls", .unknownMember),
            (#""input":"a","x_future":{}"#, "x_future", .unknownMember),
            (#""input":"a","reasoning":{"mode":"pro"}"#, "reasoning.mode", .unknownMember),
            (#""input":"a","tool_choice":{"type":"web_search_preview"}"#, "tool_choice", .serverTool),
            (#""input":"a","tool_choice":{"type":"custom","name":"c"}"#, "tool_choice", .customTool),
            (
                #""input":"a","tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"s"}]}"#,
                "tool_choice.tools[0]", .serverTool
            ),
            (#""input":[{"role":"user","content":"a","x":1}]"#, "input[0].x", .unknownMember),
            (
                #""input":[{"role":"user","content":[{"type":"input_text","text":"a","x":1}]}]"#,
                "input[0].content[0].x", .unknownMember
            ),
            (#""input":"a","include":["code_interpreter_call.outputs"]"#, "include[0]", .serverToolContent),
        ] as [(String, String, ConversationElement)]
    )
    func unread(members: String, path: String, element: ConversationElement) throws {
        #expect(try conversation(members).unread == [UnreadMember(path: path, element: element)])
    }

    @Test(
        "Items and tools of this format alone are kept whole",
        arguments: [
            ("web_search_call", .serverToolContent, .assistant), ("mcp_call", .serverToolContent, .assistant),
            ("custom_tool_call", .customTool, .assistant), ("custom_tool_call_output", .customTool, .user),
            ("computer_call_output", .serverToolContent, .user), ("item_reference", .storedState, .assistant),
            ("compaction", .storedState, .assistant), ("image_generation_call", .assistantMedia, .assistant),
            ("from_the_future", .unknownPart, .assistant),
        ] as [(String, ConversationElement, Role)]
    )
    func foreignItems(type: String, element: ConversationElement, role: Role) throws {
        let conversation = try conversation("\"input\":[{\"type\":\"\(type)\",\"id\":\"x\",\"zz\":1}]")
        let value: JSONValue = ["type": .string(type), "id": "x", "zz": 1]
        let foreign = ForeignContent(.openAIResponses, type: type, element: element, value: value)
        #expect(conversation.turns == [Turn(role, [Part(.foreign(foreign), path: "input[0]")], path: "input[0]")])
    }

    @Test("Tools are functions or foreign")
    func tools() throws {
        let conversation = try conversation(
            """
            "input":"a","tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false},
            {"type":"function","name":"g"},{"type":"web_search"},{"type":"custom","name":"c"}],
            "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}
            """
        )
        #expect(
            conversation.tools == [
                .function(
                    FunctionTool(
                        name: "f",
                        description: "d",
                        parameters: ["type": "object"],
                        isStrict: false,
                        path: "tools[0]"
                    )
                ),
                .function(FunctionTool(name: "g", path: "tools[1]")),
                .foreign(
                    ForeignContent(
                        .openAIResponses,
                        type: "web_search",
                        element: .serverTool,
                        value: ["type": "web_search"]
                    ),
                    path: "tools[2]"
                ),
                .foreign(
                    ForeignContent(
                        .openAIResponses,
                        type: "custom",
                        element: .customTool,
                        value: ["type": "custom", "name": "c"]
                    ),
                    path: "tools[3]"
                ),
            ]
        )
        #expect(conversation.toolChoice == .allowed(["f"], isRequired: true))
    }

    @Test(
        "Problems tell where they are",
        arguments: [
            (#"{"input":"a"}"#, "model"), (#"[]"#, ""), (#"{"model":"m"}"#, "input"),
            (#"{"model":"m","input":7}"#, "input"), (#"{"model":"m","input":[7]}"#, "input[0]"),
            (#"{"model":"m","input":[{"role":"tool","content":"a"}]}"#, "input[0].role"),
            (#"{"model":"m","input":[{"role":"user"}]}"#, "input[0].content"),
            (#"{"model":"m","input":[{"role":"user","content":[{"text":"a"}]}]}"#, "input[0].content[0].type"),
            (#"{"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}"#, "input[0].content[0]"),
            (#"{"model":"m","input":[{"type":"function_call","name":"f"}]}"#, "input[0].call_id"),
            (#"{"model":"m","input":"a","temperature":"hot"}"#, "temperature"),
            (#"{"model":"m","input":"a","max_output_tokens":1.5}"#, "max_output_tokens"),
            (#"{"model":"m","input":"a","tools":[{"type":"function"}]}"#, "tools[0].name"),
            (#"{"model":"m","input":"a","tool_choice":"any"}"#, "tool_choice"),
            (#"{"model":"m","input":"a","text":{"format":{"type":"xml"}}}"#, "text.format.type"),
        ]
    )
    func problems(body: String, path: String) {
        let problem = #expect(throws: FormatProblem.self) { try responsesConversation(body) }
        #expect(problem?.path == path)
    }

    @Test("Media are read from all their fields")
    func media() throws {
        let conversation = try conversation(
            """
            "input":[{"role":"user","content":[
            {"type":"input_image","image_url":"https://a/b.png","detail":"high"},{"type":"input_image","file_id":"f1"},
            {"type":"input_file","filename":"a.pdf","file_data":"JVBE"},
            {"type":"input_file","file_data":"data:text/plain;base64,YQ=="},{"type":"input_file","file_url":"https://a/b.pdf"},
            {"type":"input_file","file_id":"f2"},{"type":"input_audio","input_audio":{"data":"AA","format":"mp3"}},
            {"type":"input_text","text":"t","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}}]}]
            """
        )
        #expect(
            conversation.turns[0].parts.map(\.content) == [
                .image(Media(.url("https://a/b.png"), detail: "high")), .image(Media(.file(id: "f1"))),
                .document(Media(.data(base64: "JVBE"), mediaType: "application/pdf", name: "a.pdf")),
                .document(Media(.data(base64: "YQ=="), mediaType: "text/plain")),
                .document(Media(.url("https://a/b.pdf"))), .document(Media(.file(id: "f2"))),
                .audio(Media(.data(base64: "AA"), mediaType: "audio/mpeg")), .text("t"),
            ]
        )
        #expect(conversation.turns[0].parts.last?.cacheHint == CacheHint(timeToLive: "30m"))
        #expect(conversation.unread.isEmpty)
    }
}
