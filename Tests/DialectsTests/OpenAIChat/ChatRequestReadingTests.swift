import JSON
import Testing

@testable import Dialects

@Suite("Reading a chat request into a conversation")
struct ChatRequestReadingTests {
    private func turns(_ messages: String) throws -> [Turn] {
        try chat("{\"model\":\"m\",\"messages\":[\(messages)]}").turns
    }

    private func parts(_ message: String) throws -> [PartContent] {
        try turns(message).first?.parts.map(\.content) ?? []
    }

    @Test func rolesAndNames() throws {
        let turns = try turns(
            """
            {"role":"system","content":"a"},{"role":"developer","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},
            {"role":"user","content":"d","name":"n"},{"role":"assistant","content":null,"refusal":"e"}
            """
        )
        #expect(turns.map(\.role) == [.system, .developer, .user, .assistant])
        #expect(
            turns.map { $0.parts.map(\.content) } == [
                [.text("a")], [.text("b"), .text("c")], [.text("d")], [.refusal("e")],
            ]
        )
        #expect(turns[2].name == "n")
        #expect(turns.map(\.path) == ["messages[0]", "messages[1]", "messages[2]", "messages[3]"])
        #expect(turns[1].parts[1].path == "messages[1].content[1]")
    }

    @Test(arguments: [
        (#"{"type":"text","text":"a"}"#, PartContent.text("a")), (#""a""#, .text("a")),
        (
            #"{"type":"image_url","image_url":{"url":"https://e/x.png","detail":"low"}}"#,
            .image(Media(.url("https://e/x.png"), detail: "low"))
        ),
        (
            #"{"type":"image_url","image_url":"data:image/jpeg;base64,AA=="}"#,
            .image(Media(.data(base64: "AA=="), mediaType: "image/jpeg"))
        ),
        (
            #"{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}}"#,
            .audio(Media(.data(base64: "AA=="), mediaType: "audio/mpeg"))
        ),
        (
            #"{"type":"file","file":{"filename":"f.pdf","file_data":"data:application/pdf;base64,AA=="}}"#,
            .document(Media(.data(base64: "AA=="), mediaType: "application/pdf", name: "f.pdf"))
        ), (#"{"type":"file","file":{"file_id":"file-1"}}"#, .document(Media(.file(id: "file-1")))),
        (
            #"{"type":"file","file":{"file_data":"AA=="}}"#,
            .document(Media(.data(base64: "AA=="), mediaType: "application/pdf"))
        ),
        (#"{"type":"document_url","document_url":"https://e/f"}"#, .document(Media(.url("https://e/f")))),
        (#"{"type":"video_url","video_url":{"url":"https://e/v"}}"#, .video(Media(.url("https://e/v")))),
        (#"{"type":"refusal","refusal":"no"}"#, .refusal("no")),
        (
            #"{"type":"odd","x":1}"#,
            .foreign(ForeignContent(.openAIChat, type: "odd", element: .unknownPart, value: ["type": "odd", "x": 1]))
        ),
    ])
    func contentParts(_ part: String, _ content: PartContent) throws {
        #expect(try parts("{\"role\":\"user\",\"content\":[\(part)]}") == [content])
    }

    @Test func callsAndResults() throws {
        let turns = try turns(
            """
            {"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{ }"}},
            {"id":"b","type":"custom","custom":{"name":"g","input":"x"}}]},{"role":"tool","tool_call_id":"a","content":""},
            {"role":"tool","tool_call_id":"z","content":[{"type":"text","text":"r"}]}
            """
        )
        #expect(turns[0].parts.first?.content == .toolCall(ToolCall(id: "a", name: "f", arguments: "{ }")))
        guard case .foreign(let custom) = turns[0].parts.last?.content else {
            Issue.record("no custom call")
            return
        }
        #expect(custom.element == .customTool)
        #expect(turns[1].parts.map(\.content) == [.toolResult(ToolResult(callID: "a", name: "f", parts: []))])
        #expect(turns[1].role == .user)
        guard case .toolResult(let result) = turns[2].parts.first?.content else { return }
        #expect(result.parts.map(\.content) == [.text("r")])
    }

    @Test func olderFunctions() throws {
        let conversation = try chat(
            """
            {"model":"m","functions":[{"name":"f","description":"d","parameters":{"type":"object"}}],"function_call":{"name":"f"},
            "messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"r"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"s"}]}
            """
        )
        #expect(conversation.toolChoice == .tool("f"))
        #expect(conversation.unread.isEmpty)
        let request = chatRequest(conversation)
        #expect(request.losses.isEmpty)
        let messages = request.body["messages"]?.array ?? []
        #expect(messages.map { $0["role"]?.string } == ["user", "assistant", "tool", "assistant", "tool"])
        let ids = messages.map { $0["tool_call_id"]?.string ?? $0["tool_calls"]?[0]?["id"]?.string }
        #expect(ids[1] == ids[2] && ids[3] == ids[4] && ids[1] != ids[3])
        #expect(json(request.body["tools"]?[0]?["function"]?["name"]) == "\"f\"")
    }

    @Test func settings() throws {
        let conversation = try chat(
            """
            {"model":"p/m","messages":[],"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},
            "max_tokens":5,"max_completion_tokens":7.0,"temperature":0.50,"top_p":1,"top_k":3,"seed":9,"frequency_penalty":-1,
            "presence_penalty":1,"stop":"x","n":2,"logprobs":true,"top_logprobs":4,"verbosity":"low","user":"u",
            "safety_identifier":"s","metadata":{"a":"b"},"service_tier":"flex","prompt_cache_key":"k","parallel_tool_calls":false,
            "fallbacks":["x"],"store":false,"modalities":["text"],"logit_bias":{},"tools":null,
            "response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"type":"object"},"strict":true}}}
            """
        )
        #expect(conversation.unread.isEmpty)
        #expect(conversation.isStream && conversation.wantsStreamUsage)
        #expect(conversation.sampling.maximumTokens == 7)
        #expect(conversation.sampling.temperature?.spelling == "0.50")
        #expect(conversation.sampling.stopSequences == ["x"])
        #expect(conversation.sampling.choiceCount == 2)
        #expect(conversation.sampling.topLogProbabilities == 4)
        #expect(conversation.user == "s")
        #expect(conversation.serviceTier == "flex")
        #expect(conversation.allowsParallelToolCalls == false)
        let schema = OutputSchema(name: "n", description: "d", schema: ["type": "object"], isStrict: true)
        #expect(conversation.outputFormat == .schema(schema))
        let request = chatRequest(conversation)
        #expect(request.losses.map(\.element) == [.topK, .metadata])
        #expect(request.losses.map(\.path) == ["top_k", "metadata"])
        #expect(json(request.body["temperature"]) == "0.50")
    }

    @Test func usageOfStreams() throws {
        #expect(try chat(#"{"model":"m","messages":[],"stream":true}"#).wantsStreamUsage == false)
        #expect(try chat(#"{"model":"m","messages":[],"stream":true,"stream_options":null}"#).wantsStreamUsage == false)
        #expect(try chat(#"{"model":"m","messages":[]}"#).wantsStreamUsage)
    }

    @Test(arguments: [
        (#""logit_bias":{"1":2}"#, "logit_bias", ConversationElement.logitBias),
        (#""prediction":{"type":"content","content":"x"}"#, "prediction", .predictedOutput),
        (#""modalities":["text","audio"]"#, "modalities", .outputModalities),
        (#""audio":{"voice":"a","format":"wav"}"#, "audio", .outputModalities), (#""store":true"#, "store", .storage),
        (#""prompt_cache_retention":"24h""#, "prompt_cache_retention", .cacheTimeToLive),
        (#""moderation":{"model":"x"}"#, "moderation", .safetySettings), (#""x_new":1"#, "x_new", .unknownMember),
        (#""stream_options":{"y":1}"#, "stream_options.y", .unknownMember),
        (#""response_format":{"type":"grammar"}"#, "response_format", .outputSchema),
        (#""reasoning":{"effort":"low","z":1}"#, "reasoning.z", .unknownMember),
    ])
    func nothingIsOverlooked(_ member: String, _ path: String, _ element: ConversationElement) throws {
        let conversation = try chat("{\"model\":\"m\",\"messages\":[],\(member)}")
        #expect(conversation.unread == [UnreadMember(path: path, element: element)])
        #expect(chatRequest(conversation).losses.map(\.path) == [path])
    }

    @Test func nothingIsOverlookedInMessages() throws {
        let conversation = try chat(
            """
            {"model":"m","tools":[{"type":"function","function":{"name":"f","a":1},"b":1}],"messages":[
            {"role":"user","c":1,"content":[{"type":"text","text":"x","d":1},{"type":"image_url","image_url":{"url":"https://e","e":1}}]},
            {"role":"assistant","tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":"{}","g":1},"h":1}]}]}
            """
        )
        #expect(
            Set(conversation.unread.map(\.path)) == [
                "tools[0].function.a", "tools[0].b", "messages[0].c", "messages[0].content[0].d",
                "messages[0].content[1].image_url.e", "messages[1].tool_calls[0].function.g",
                "messages[1].tool_calls[0].h",
            ]
        )
    }

    private static let options: [(String, String?, Int?, Bool?, Bool?)] = [
        (#""reasoning_effort":"high""#, "high", nil, nil, nil),
        (#""reasoning":{"effort":"low","exclude":true}"#, "low", nil, nil, false),
        (#""reasoning":{"max_tokens":5,"enabled":true}"#, nil, 5, true, nil),
        (#""thinking":{"type":"enabled","budget_tokens":9}"#, nil, 9, true, nil),
        (#""thinking":{"type":"disabled"}"#, nil, nil, false, nil), (#""include_reasoning":true"#, nil, nil, nil, true),
    ]

    @Test(arguments: options)
    func reasoningOptions(_ member: String, _ effort: String?, _ budget: Int?, _ enabled: Bool?, _ visible: Bool?)
        throws
    {
        let conversation = try chat("{\"model\":\"m\",\"messages\":[],\(member)}")
        #expect(conversation.unread.isEmpty)
        #expect(conversation.reasoning?.effort == effort)
        #expect(conversation.reasoning?.budgetTokens == budget)
        #expect(conversation.reasoning?.isEnabled == enabled)
        #expect(conversation.reasoning?.includesThoughts == visible)
    }

    @Test(arguments: [
        (#""auto""#, ToolChoice.automatic), (#""none""#, ToolChoice.none), (#""required""#, .required),
        (#""any""#, .required),
        (#"{"type":"function","function":{"name":"f"}}"#, .tool("f")),
        (
            #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}"#,
            .allowed(["f"], isRequired: true)
        ),
    ])
    func toolChoices(_ choice: String, _ expected: ToolChoice) throws {
        let conversation = try chat(
            #"{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":\#(choice)}"#
        )
        #expect(conversation.toolChoice == expected)
        #expect(conversation.unread.isEmpty)
        let again = try chat(text(JSONWriter().write(.object(chatRequest(conversation).body))))
        #expect(again.toolChoice == expected)
    }

    @Test func serverTools() throws {
        let conversation = try chat(
            #"{"model":"m","messages":[],"web_search_options":{},"tools":[{"type":"custom","custom":{"name":"g"}},{"type":"web_search"}]}"#
        )
        let found = conversation.tools.map { tool in
            if case .foreign(let content, let path) = tool { "\(path) \(content.element.rawValue)" } else { "" }
        }
        #expect(found == ["tools[0] custom tool", "tools[1] server-side tool", "web_search_options server-side tool"])
        #expect(chatRequest(conversation).losses.isEmpty)
        #expect(OpenAIChat.lossRules[.serverTool]?.effect == .refused)
    }

    @Test func cacheMarkers() throws {
        let conversation = try chat(
            """
            {"model":"m","tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}}],"messages":[
            {"role":"system","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
            {"role":"user","content":"b","cache_control":{"type":"ephemeral"}}]}
            """
        )
        #expect(conversation.unread.isEmpty)
        #expect(conversation.turns[0].parts[0].cacheHint == CacheHint(timeToLive: "1h"))
        #expect(conversation.turns[1].parts[0].cacheHint == CacheHint())
        guard case .function(let tool) = conversation.tools.first else { return }
        #expect(tool.cacheHint == CacheHint())
    }

    @Test func reasoningOfEarlierTurns() throws {
        let marked = ReasoningSignature(origin: .anthropicMessages, value: "S")
        let gemini = ReasoningSignature(origin: .gemini, value: "G")
        let parts = try parts(
            """
            {"role":"assistant","content":"t","reasoning":"ab","reasoning_content":"ab","reasoning_details":[
            {"type":"reasoning.text","text":"a","index":0,"format":"anthropic-claude-v1"},
            {"type":"reasoning.text","text":"b","signature":"\(marked.text(for: .openAIChat))","index":0},
            {"type":"reasoning.encrypted","data":"\(marked.text(for: .openAIChat))","index":1},
            {"type":"reasoning.encrypted","data":"\(gemini.text(for: .openAIChat))","id":"c2","index":2}],
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}},
            {"id":"c3","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"H"}}}]}
            """
        )
        #expect(
            parts == [
                .reasoning(Reasoning("ab", signature: marked)),
                .reasoning(Reasoning("", isRedacted: true, signature: marked)), .text("t"),
                .toolCall(ToolCall(id: "c1", name: "f", arguments: "{}")), .reasoning(Reasoning("", signature: gemini)),
                .toolCall(ToolCall(id: "c2", name: "f", arguments: "{}")),
                .reasoning(Reasoning("", signature: ReasoningSignature(origin: .gemini, value: "H"))),
                .toolCall(ToolCall(id: "c3", name: "f", arguments: "{}")),
            ]
        )
        #expect(
            try self.parts(#"{"role":"assistant","content":"t","reasoning_content":"a","reasoning":"a"}"#)
                == [.reasoning(Reasoning("a")), .text("t")]
        )
        #expect(
            try self.parts(
                #"{"role":"assistant","content":"t","thinking_blocks":[{"type":"thinking","thinking":"a","signature":"S"}]}"#
            ) == [.reasoning(Reasoning("a", signature: marked)), .text("t")]
        )
    }

    @Test(arguments: [
        (#"{}"#, "model"), (#"{"model":1}"#, "model"), (#"{"model":"m"}"#, "messages"),
        (#"{"model":"m","messages":{}}"#, "messages"),
        (#"{"model":"m","messages":[1]}"#, "messages[0]"), (#"{"model":"m","messages":[{}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":"x"}]}"#, "messages[0].role"),
        (#"{"model":"m","messages":[{"role":"user","content":5}]}"#, "messages[0].content"),
        (#"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text"),
        (#"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#, "messages[0].tool_call_id"),
        (#"{"model":"m","messages":[],"temperature":"hot"}"#, "temperature"),
        (#"{"model":"m","messages":[],"n":1.5}"#, "n"),
        (#"{"model":"m","messages":[],"stop":[1]}"#, "stop[0]"), (#"{"model":"m","messages":[],"stop":1}"#, "stop"),
        (#"{"model":"m","messages":[],"tools":[{"type":"function"}]}"#, "tools[0].function"),
        (#"{"model":"m","messages":[],"tool_choice":"x"}"#, "tool_choice"),
        (#"{"model":"m","messages":[],"stream":"yes"}"#, "stream"),
    ])
    func problems(_ body: String, _ path: String) {
        let problem = #expect(throws: FormatProblem.self) { try chat(body) }
        #expect(problem?.path == path)
    }
}
