import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: writing requests")
struct AnthropicRequestEncodingTests {
    private func messages(_ turns: Turn..., model: String = "claude-sonnet-4-5") -> (
        text: String, lostElements: [String]
    ) {
        let request = request(anthropic: anthropicTestConversation(turns), model: model)
        return (request.memberText("messages") ?? "", request.lostElements)
    }

    @Test func instructionsComeFirst() {
        let turns = [
            anthropicTurn(.system, .text("a")), anthropicTurn(.developer, .text("b"), path: "dev"),
            anthropicTurn(.user, .text("c")),
        ]
        let request = request(anthropic: anthropicTestConversation(turns))
        #expect(request.memberText("system") == #"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#)
        #expect(request.memberText("messages") == #"[{"role":"user","content":[{"type":"text","text":"c"}]}]"#)
        #expect(request.lostElements == ["developer role approximated dev"])
    }

    @Test func laterInstructionsStayWhereTheyAre() {
        let turns = [
            anthropicTurn(.user, .text("a")), anthropicTurn(.system, .text("b"), path: "sys"),
            anthropicTurn(.user, .text("c")),
        ]
        let old = messages(turns[0], turns[1], turns[2])
        #expect(
            old.text == #"[{"role":"user","content":[{"type":"text","text":"a"},"#
                + #"{"type":"text","text":"<system>\nb\n</system>"},{"type":"text","text":"c"}]}]"#
        )
        #expect(old.lostElements == ["instructions in mid-conversation approximated sys"])
        let new = messages(turns[0], turns[1], model: "claude-opus-4-8")
        #expect(
            new.text == #"[{"role":"user","content":[{"type":"text","text":"a"}]},"#
                + #"{"role":"system","content":[{"type":"text","text":"b"}]}]"#
        )
        #expect(new.lostElements == [])
        let between = messages(
            turns[0],
            anthropicTurn(.assistant, .text("x")),
            turns[1],
            turns[2],
            model: "claude-opus-4-8"
        )
        #expect(between.lostElements == ["instructions in mid-conversation approximated sys"])
    }

    @Test func turnsOfOneRoleBecomeOne() {
        let merged = messages(
            anthropicTurn(.user, .text("a")),
            anthropicTurn(.user, .text("b")),
            anthropicTurn(.assistant, .text("c")),
            anthropicTurn(.assistant, .text("d")),
            anthropicTurn(.user, .text("e"))
        )
        #expect(
            merged.text == #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]},"#
                + #"{"role":"user","content":[{"type":"text","text":"e"}]}]"#
        )
        #expect(merged.lostElements == [])
    }

    @Test func emptyTextsAndTurnsGo() {
        let result = messages(
            anthropicTurn(.user, .text(" \n"), path: "t0"),
            anthropicTurn(.user, .text("a")),
            anthropicTurn(.assistant, path: "t2")
        )
        #expect(result.text == #"[{"role":"user","content":[{"type":"text","text":"a"}]}]"#)
        #expect(
            result.lostElements == [
                "empty text dropped t0[0]", "empty turn approximated t0", "empty turn approximated t2",
            ]
        )
    }

    @Test func theUserBegins() {
        let result = messages(anthropicTurn(.assistant, .text("a"), path: "t0"), anthropicTurn(.user, .text("b")))
        #expect(result.text.hasPrefix(#"[{"role":"user","content":[{"type":"text","text":"Continue."}]},"#))
        #expect(result.lostElements == ["leading assistant turn approximated t0"])
        #expect(messages().lostElements == ["empty turn approximated "])
    }

    @Test func prefillHasNoSpaceAtItsEnd() {
        let kept = messages(anthropicTurn(.user, .text("a")), anthropicTurn(.assistant, .text("{\"x\":")))
        #expect(kept.text.hasSuffix(#"{"role":"assistant","content":[{"type":"text","text":"{\"x\":"}]}]"#))
        #expect(kept.lostElements == [])
        let trimmed = messages(anthropicTurn(.user, .text("a")), anthropicTurn(.assistant, .text("b \n")))
        #expect(trimmed.text.hasSuffix(#"{"role":"assistant","content":[{"type":"text","text":"b"}]}]"#))
        #expect(trimmed.lostElements == ["assistant prefill approximated messages"])
        let thinking = messages(
            anthropicTurn(.user, .text("a")),
            anthropicTurn(.assistant, .text("b")),
            model: "claude-opus-5-5"
        )
        #expect(thinking.text.hasSuffix(#"{"role":"user","content":[{"type":"text","text":"Continue."}]}]"#))
        #expect(thinking.lostElements == ["assistant prefill approximated messages"])
    }

    // MARK: Tools

    @Test func resultsComeFirstAndTogether() {
        let result = messages(
            anthropicTurn(.user, .text("go")),
            anthropicTurn(.assistant, .text("ok"), .lookCall("1"), .lookCall("2")),
            anthropicTurn(.user, .text("first"), .lookResult("2")),
            anthropicTurn(.user, .lookResult("1"), .text("last"))
        )
        let expected =
            #"[{"role":"user","content":[{"type":"text","text":"go"}]},{"role":"assistant","content":["#
            + #"{"type":"text","text":"ok"},{"type":"tool_use","id":"1","name":"look","input":{}},"#
            + #"{"type":"tool_use","id":"2","name":"look","input":{}}]},{"role":"user","content":["#
            + #"{"type":"tool_result","tool_use_id":"2","content":"found"},"#
            + #"{"type":"tool_result","tool_use_id":"1","content":"found"},"#
            + #"{"type":"text","text":"first"},{"type":"text","text":"last"}]}]"#
        #expect(result.text == expected)
        #expect(result.lostElements == [])
    }

    @Test func everyCallIsAnsweredAndNothingElse() {
        let result = messages(
            anthropicTurn(.user, .text("go")),
            anthropicTurn(.assistant, .lookCall("1"), .lookCall("2"), path: "a"),
            anthropicTurn(.user, .lookResult("2"), .lookResult("9"), .lookResult("2"), path: "u"),
            anthropicTurn(.assistant, .lookCall("3"), path: "b")
        )
        let missing = #"{"type":"tool_result","tool_use_id":"1","content":"The tool gave no result.","is_error":true}"#
        #expect(result.text.contains(missing))
        #expect(result.text.contains(#"{"type":"text","text":"Result of the tool (call 9):"}"#))
        #expect(result.text.hasSuffix(#""tool_use_id":"3","content":"The tool gave no result.","is_error":true}]}]"#))
        let element = "tool result without its call approximated"
        #expect(result.lostElements == ["\(element) u[1]", "\(element) u[2]", "\(element) a[0]", "\(element) b[0]"])
    }

    @Test func idsAreFreeOfOddCharactersAndOnlyOnce() {
        let result = messages(
            anthropicTurn(.user, .text("go")),
            anthropicTurn(.assistant, .lookCall("call 0"), path: "a"),
            anthropicTurn(.user, .lookResult("call 0", "one")),
            anthropicTurn(.assistant, .lookCall("call 0"), path: "b"),
            anthropicTurn(.user, .lookResult("call 0", "two"))
        )
        #expect(result.lostElements == ["tool call id approximated a[0]", "tool call id approximated b[0]"])
        let again = messages(
            anthropicTurn(.user, .text("go")),
            anthropicTurn(.assistant, .lookCall("x"), .lookCall("x")),
            anthropicTurn(.user, .lookResult("x"), .lookResult("x"))
        )
        #expect(again.lostElements == ["tool call id approximated turn[1]"])
    }

    @Test(
        arguments: [
            ("", "{}", false), (" \n", "{}", false), ("{}", "{}", false),
            (#"{"b":1.50,"a":[]}"#, #"{"b":1.50,"a":[]}"#, false),
            ("[1]", #"{"arguments":"[1]"}"#, true), (#"{"a":"#, #"{"arguments":"{\"a\":"}"#, true),
            ("null", #"{"arguments":"null"}"#, true),
        ]
    )
    func argumentsAreAnObject(_ arguments: String, _ input: String, _ isLost: Bool) {
        let result = messages(
            anthropicTurn(.user, .text("go")),
            anthropicTurn(.assistant, .lookCall("1", "f", arguments), path: "a"),
            anthropicTurn(.user, .lookResult("1"))
        )
        #expect(result.text.contains(#""name":"f","input":\#(input)}"#))
        #expect(result.lostElements == (isLost ? ["malformed tool arguments approximated a[0]"] : []))
    }

    @Test func namesAreTheSameEverywhere() throws {
        let name = "files.read/" + String(repeating: "x", count: 70)
        var conversation = anthropicTestConversation([
            anthropicTurn(.user, .text("go")), anthropicTurn(.assistant, .lookCall("1", name), path: "a"),
            anthropicTurn(.user, .lookResult("1")),
        ])
        conversation.tools = [.function(FunctionTool(name: name, path: "tools[0]"))]
        conversation.toolChoice = .tool(name)
        let request = request(anthropic: conversation)
        let encoded = try #require(request.body["tools"]?[0]?["name"]?.string)
        #expect(encoded.utf8.count == 64)
        #expect(request.body["tool_choice"]?["name"]?.string == encoded)
        #expect(request.body["messages"]?[1]?["content"]?[0]?["name"]?.string == encoded)
        #expect(request.toolNames.original(encoded) == name)
        #expect(request.lostElements.allSatisfy { $0.hasPrefix("tool name approximated") })
    }

    @Test(
        arguments: [
            (nil, "{\"type\":\"object\",\"properties\":{}}", false),
            (#"{"type":"object","x":1.0}"#, #"{"type":"object","x":1.0}"#, false),
            (#"{"properties":{}}"#, #"{"type":"object","properties":{}}"#, false),
            (#"{"type":["object","null"]}"#, #"{"type":"object"}"#, true),
            (#"{"type":"object","anyOf":[{}]}"#, #"{"type":"object"}"#, true),
            (#"{"type":"string"}"#, #"{"type":"object"}"#, true), ("true", #"{"type":"object"}"#, false),
            ("false", #"{"type":"object"}"#, true),
        ] as [(String?, String, Bool)]
    )
    func toolSchemas(_ schema: String?, _ expected: String, _ isLost: Bool) throws {
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))])
        let parameters = try schema.map { try json(anthropic: $0) }
        conversation.tools = [.function(FunctionTool(name: "f", parameters: parameters, path: "t"))]
        let request = request(anthropic: conversation)
        #expect(request.memberText("tools") == #"[{"name":"f","input_schema":\#(expected)}]"#)
        #expect(request.lostElements == (isLost ? ["schema key word approximated t"] : []))
    }

    @Test(
        arguments: [
            (ToolChoice.automatic, nil, #"{"type":"auto"}"#, [String]()),
            (nil, false, #"{"type":"auto","disable_parallel_tool_use":true}"#, []),
            (.required, true, #"{"type":"any","disable_parallel_tool_use":false}"#, []),
            (ToolChoice.none, false, #"{"type":"none"}"#, []),
            (.tool("f"), nil, #"{"type":"tool","name":"f"}"#, []),
            (.tool("x"), nil, #"{"type":"any"}"#, ["tool choice approximated "]),
            (.allowed(["g"], isRequired: true), nil, #"{"type":"any"}"#, ["allowed tools approximated "]),
            (.allowed(["g"], isRequired: false), nil, #"{"type":"auto"}"#, ["allowed tools approximated "]),
        ] as [(ToolChoice?, Bool?, String, [String])]
    )
    func choices(_ choice: ToolChoice?, _ parallel: Bool?, _ expected: String, _ lost: [String]) {
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))])
        conversation.tools = ["f", "g"].map { .function(FunctionTool(name: $0, path: "t")) }
        conversation.toolChoice = choice
        conversation.allowsParallelToolCalls = parallel
        let request = request(anthropic: conversation)
        #expect(request.memberText("tool_choice") == expected)
        #expect(request.lostElements == lost)
        if case .allowed? = choice { #expect(request.body["tools"]?.array?.count == 1) }
    }

    @Test func toolsOfProvidersStayWithThem() {
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))], source: .anthropicMessages)
        let search: JSONValue = ["type": "web_search_20250305", "name": "web_search"]
        let servers: JSONValue = [["type": "url"]]
        let content = { ForeignContent(.anthropicMessages, type: $0, element: .serverTool, value: $1) }
        conversation.tools = [
            .foreign(content("web_search_20250305", search), path: "tools[0]"),
            .foreign(content("mcp_servers", servers), path: "mcp_servers"),
            .foreign(ForeignContent(.gemini, type: "google", element: .serverTool, value: [:]), path: "tools[1]"),
        ]
        conversation.toolChoice = .tool("web_search")
        let request = request(anthropic: conversation)
        #expect(request.body["tools"] == [search])
        #expect(request.body["mcp_servers"] == servers)
        #expect(request.memberText("tool_choice") == #"{"type":"tool","name":"web_search"}"#)
        #expect(request.lostElements == ["server-side tool refused tools[1]"])
    }

    @Test func strictTools() throws {
        let closed: JSONValue = ["type": "object", "properties": [:], "additionalProperties": false]
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))])
        conversation.tools = [.function(FunctionTool(name: "f", parameters: closed, isStrict: true, path: "t"))]
        #expect(request(anthropic: conversation).body["tools"]?[0]?["strict"] == true)
        #expect(request(anthropic: conversation, model: "claude-3-haiku").lostElements == ["strict tool dropped t"])
        conversation.tools = [
            .function(FunctionTool(name: "f", parameters: ["type": "object"], isStrict: true, path: "t"))
        ]
        #expect(request(anthropic: conversation).lostElements == ["strict tool dropped t"])
    }

    @Test func failedToolsSpeak() {
        let image = Part(.image(Media(.data(base64: "iVBORw0KGgo="))), path: "img")
        let failed = ToolResult(callID: "1", parts: [image], isError: true)
        let result = messages(
            anthropicTurn(.user, .text("a")),
            anthropicTurn(.assistant, .lookCall("1")),
            anthropicTurn(.user, .toolResult(failed))
        )
        #expect(
            result.text.contains(#""content":[{"type":"text","text":"The tool failed."}],"is_error":true"#) == false
        )
        #expect(result.text.contains(#""content":"The tool failed.","is_error":true"#))
        #expect(result.lostElements == ["media in a tool result dropped img"])
    }

    // MARK: Thoughts

    @Test func onlySignedThoughtsGoBack() {
        let own = ReasoningSignature(origin: .anthropicMessages, value: "s")
        let bedrock = ReasoningSignature(origin: .bedrockConverse, value: "b")
        let gemini = ReasoningSignature(origin: .gemini, value: "g")
        let result = messages(
            anthropicTurn(.user, .text("a")),
            anthropicTurn(
                .assistant,
                .reasoning(Reasoning("t", signature: own)),
                .reasoning(Reasoning("", signature: own)),
                .reasoning(Reasoning("", isRedacted: true, signature: bedrock)),
                .reasoning(Reasoning("", signature: gemini)),
                .reasoning(Reasoning("g", signature: gemini)),
                .reasoning(Reasoning("u")),
                .text("b"),
                path: "a"
            ),
            anthropicTurn(.user, .text("c"))
        )
        #expect(
            result.text.contains(
                #"[{"type":"thinking","thinking":"t","signature":"s"},"#
                    + #"{"type":"thinking","thinking":"","signature":"s"},"#
                    + #"{"type":"redacted_thinking","data":"b"},{"type":"text","text":"b"}]"#
            )
        )
        let signature = "reasoning signature of another provider dropped"
        #expect(
            result.lostElements == [
                "\(signature) a[3]", "\(signature) a[4]", "reasoning text dropped a[4]", "reasoning text dropped a[5]",
            ]
        )
    }
}
