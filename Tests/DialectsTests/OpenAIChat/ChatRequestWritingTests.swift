import JSON
import Testing

@testable import Dialects

@Suite("Writing a chat request")
struct ChatRequestWritingTests {
    private func user(_ contents: PartContent..., path: String = "u") -> Turn {
        Turn(.user, contents.enumerated().map { Part($1, path: "\(path).\($0)") }, path: path)
    }

    private func assistant(_ contents: PartContent..., path: String = "a") -> Turn {
        Turn(.assistant, contents.enumerated().map { Part($1, path: "\(path).\($0)") }, path: path)
    }

    private func call(_ id: String, _ arguments: String = "{}") -> PartContent {
        .toolCall(ToolCall(id: id, name: "f", arguments: arguments))
    }

    private func result(_ id: String, _ contents: PartContent..., isError: Bool = false) -> PartContent {
        .toolResult(ToolResult(callID: id, name: "f", parts: contents.map { Part($0, path: "r") }, isError: isError))
    }

    private func messages(_ turns: Turn...) -> [String] {
        (chatRequest(conversation(turns)).body["messages"]?.array ?? []).map { json($0) }
    }

    private func losses(_ turns: Turn...) -> [ConversationElement] {
        chatRequest(conversation(turns)).losses.map(\.element)
    }

    @Test func resultsFollowTheirCallsInOrder() {
        let turns = [
            user(.text("q")), assistant(.text("t"), call("a"), call("b")), assistant(.text("hm")),
            user(.text("and"), result("b", .text("2")), result("a", .text("1"), .text("1'"))), user(.text("go")),
        ]
        let request = chatRequest(conversation(turns))
        #expect(request.losses.isEmpty)
        #expect(
            (request.body["messages"]?.array ?? []).map { json($0) } == [
                #"{"role":"user","content":"q"}"#,
                #"{"role":"assistant","content":"t","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
                #"{"role":"tool","tool_call_id":"a","content":[{"type":"text","text":"1"},{"type":"text","text":"1'"}]}"#,
                #"{"role":"tool","tool_call_id":"b","content":"2"}"#, #"{"role":"assistant","content":"hm"}"#,
                #"{"role":"user","content":"and"}"#, #"{"role":"user","content":"go"}"#,
            ]
        )
    }

    @Test func theSameIdTwice() {
        let found = messages(
            assistant(call("a", "")),
            user(result("a", .text("1"))),
            assistant(call("a", "x")),
            user(result("a", .text("2")))
        )
        #expect(found[0].contains(#""arguments":"{}""#))
        #expect(found[1].contains(#""content":"1""#))
        #expect(found[2].contains(#""arguments":"x""#))
        #expect(found[3].contains(#""content":"2""#))
    }

    @Test func theBeginningStaysTheSame() {
        var turns: [Turn] = []
        var before: [String] = []
        for index in 0..<5 {
            turns += [
                user(.text("q\(index)")), assistant(call("toolu:\(index)")),
                user(result("toolu:\(index)", .text("r"))), assistant(.text("a")),
            ]
            let found = (chatRequest(conversation(turns)).body["messages"]?.array ?? []).map { json($0) }
            #expect(Array(found.prefix(before.count)) == before)
            #expect(found.count == turns.count)
            before = found
        }
    }

    @Test func oddResults() {
        #expect(
            messages(assistant(call("a")), user(result("a")))[1] == #"{"role":"tool","tool_call_id":"a","content":""}"#
        )
        #expect(
            messages(assistant(call("a")), user(result("a", .text("no"), isError: true)))[1]
                == #"{"role":"tool","tool_call_id":"a","content":"Error: no"}"#
        )
        #expect(losses(assistant(call("a")), user(result("a", isError: true))) == [.toolResultError])
        #expect(losses(user(result("a", .text("x")))) == [.orphanedToolResult])
        #expect(messages(user(result("a", .text("x")))).first?.contains(#""text":"x""#) == true)
        let image = PartContent.image(Media(.data(base64: "AA=="), mediaType: "image/png"))
        let found = messages(assistant(call("a"), call("b")), user(result("a", image), result("b", .text("x"))))
        #expect(found.count == 4)
        #expect(found[1].contains(#""role":"tool""#) && found[2].contains(#""role":"tool""#))
        #expect(found[3].contains(#""role":"user""#) && found[3].contains("data:image/png;base64,AA=="))
        #expect(losses(assistant(call("a")), user(result("a", image))) == [.toolResultMedia])
    }

    @Test func idsAndNames() throws {
        let long = String(repeating: "x", count: 70)
        let name = "a.b/c"
        var conversation = conversation([
            assistant(.toolCall(ToolCall(id: long, name: name, arguments: "{}"))), user(result(long, .text("r"))),
        ])
        conversation.tools = [.function(FunctionTool(name: name, path: "tools[0]"))]
        conversation.toolChoice = .tool(name)
        let request = chatRequest(conversation)
        let call = request.body["messages"]?[0]?["tool_calls"]?[0]
        let id = try #require(call?["id"]?.string)
        #expect(id.utf8.count == 40)
        #expect(request.body["messages"]?[1]?["tool_call_id"]?.string == id)
        let encoded = try #require(call?["function"]?["name"]?.string)
        #expect(request.body["tools"]?[0]?["function"]?["name"]?.string == encoded)
        #expect(request.body["tool_choice"]?["function"]?["name"]?.string == encoded)
        #expect(request.toolNames.original(encoded) == name)
        #expect(Set(request.losses.map(\.element)) == [.toolName, .toolCallID])
    }

    @Test func emptyThings() {
        #expect(messages(user(.text(""))) == [#"{"role":"user","content":""}"#])
        #expect(losses(user(.text(""), .text("a"))) == [.emptyText])
        #expect(messages(user(.text(""), .text("a"))) == [#"{"role":"user","content":"a"}"#])
        #expect(losses(user()) == [.emptyTurn])
        #expect(losses(assistant(.text("")), user(.text("a"))) == [.emptyText, .emptyTurn])
        #expect(messages(assistant(call("a")))[0].hasPrefix(#"{"role":"assistant","content":null,"tool_calls""#))
        #expect(losses(assistant(.text("x"))) == [.assistantPrefill])
    }

    @Test func refusals() {
        #expect(
            messages(assistant(.refusal("no")), user(.text("a")))[0]
                == #"{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#
        )
        #expect(
            messages(assistant(.text("t"), .refusal("no")), user(.text("a")))[0]
                == #"{"role":"assistant","content":"t","refusal":"no"}"#
        )
    }

    @Test func instructions() {
        let image = PartContent.image(Media(.url("https://e")))
        let turn = Turn(.system, [Part(.text("a"), path: "s"), Part(image, path: "i")], path: "s")
        #expect(
            messages(turn) == [
                #"{"role":"system","content":"a"}"#,
                #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e"}}]}"#,
            ]
        )
        #expect(losses(turn) == [.instructionsWithMedia])
        var named = Turn(.user, [Part(.text("a"), path: "s")], name: "b c", path: "s")
        #expect(losses(named) == [.speakerName])
        named.name = "bc"
        #expect(messages(named) == [#"{"role":"user","content":"a","name":"bc"}"#])
    }

    @Test(arguments: [
        (PartContent.image(Media(.url("gs://e"))), ConversationElement.imageURL),
        (.image(Media(.file(id: "f"))), .imageFile),
        (.image(Media(.data(base64: ""), mediaType: "image/heic")), .imageType),
        (.document(Media(.url("https://e"))), .documentURL), (.document(Media(.file(id: "f"))), .documentFile),
        (.audio(Media(.data(base64: ""), mediaType: "audio/ogg")), .audio), (.audio(Media(.url("https://e"))), .audio),
        (.video(Media(.url("https://e"))), .video),
    ])
    func mediaThatCannotGo(_ content: PartContent, _ element: ConversationElement) {
        let request = chatRequest(conversation([user(.text("a"), content)]))
        #expect(request.losses.map(\.element) == [element])
        #expect(request.losses.map(\.effect) == [.refused])
        #expect(request.losses.map(\.path) == ["u.1"])
    }

    @Test func mediaThatCan() {
        var text = Media(.text("body"), name: "n")
        text.context = "c"
        text.wantsCitations = true
        #expect(
            losses(user(.document(text))) == [.documentContext, .documentCitations, .document, .documentName]
        )
        #expect(messages(user(.document(text))) == [#"{"role":"user","content":"body"}"#])
        #expect(
            messages(user(.document(Media(.data(base64: "aGk="), mediaType: "text/plain"))))
                == [#"{"role":"user","content":"hi"}"#]
        )
        #expect(
            messages(
                user(
                    .document(Media(.data(base64: "AA=="))),
                    .audio(Media(.data(base64: "AA=="), mediaType: "audio/mp3")),
                    .image(Media(.data(base64: "AA=="), mediaType: "image/JPG", detail: "ultra"))
                )
            ) == [
                #"{"role":"user","content":[{"type":"file","file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,AA=="}},"#
                    + #"{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}},"#
                    + #"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AA=="}}]}"#
            ]
        )
    }

    @Test func reasoning() {
        let foreign = Reasoning("x", signature: ReasoningSignature(origin: .gemini, value: "G"))
        let unsigned = Reasoning("x")
        #expect(
            losses(assistant(.reasoning(foreign), .text("t")), user(.text("a"))) == [
                .reasoningSignature, .reasoningText,
            ]
        )
        #expect(losses(assistant(.reasoning(unsigned), .text("t")), user(.text("a"))) == [.reasoningText])
        for (member, expected) in [
            (OpenAIReasoningMember.content, #""reasoning_content":"x""#), (.plain, #""reasoning":"x""#),
            (.details, #""reasoning_details":[{"type":"reasoning.text","text":"x","index":0}]"#),
        ] {
            let found = messages(
                assistant(.reasoning(Reasoning("x", signature: member.signature)), .text("t")),
                user(.text("a"))
            )
            #expect(found[0] == "{\"role\":\"assistant\",\"content\":\"t\",\(expected)}")
        }
        let own = ReasoningSignature(origin: .openAIChat, value: "S")
        let found = messages(
            assistant(
                .reasoning(Reasoning("x", signature: own)),
                .reasoning(Reasoning("", isRedacted: true, signature: own)),
                .reasoning(Reasoning("", signature: own)),
                call("c")
            )
        )
        #expect(
            found[0].contains(
                #""reasoning_details":[{"type":"reasoning.text","text":"x","signature":"S","index":0},"#
                    + #"{"type":"reasoning.encrypted","data":"S","index":1},{"type":"reasoning.encrypted","data":"S","id":"c","index":2}]"#
            )
        )
    }

    @Test func schemasKeepTheirOrder() throws {
        let schema = try JSONValue(
            parsing: ##"{"z":1.50,"type":"object","a":{"$ref":"#/x"},"properties":{"q":{}}}"##.utf8.span
        )
        var conversation = conversation([user(.text("a"))])
        conversation.tools = [
            .function(FunctionTool(name: "f", parameters: schema, isStrict: true, cacheHint: CacheHint(), path: "t")),
            .function(FunctionTool(name: "g", path: "t1")),
            .function(FunctionTool(name: "h", parameters: [:], path: "t2")),
            .function(FunctionTool(name: "i", parameters: ["properties": [:]], path: "t3")),
        ]
        let request = chatRequest(conversation)
        #expect(json(request.body["tools"]?[0]?["function"]?["parameters"]) == json(schema))
        #expect(request.body["tools"]?[0]?["function"]?["strict"] == true)
        for index in 1...2 {
            #expect(
                json(request.body["tools"]?[index]?["function"]?["parameters"]) == #"{"type":"object","properties":{}}"#
            )
        }
        #expect(json(request.body["tools"]?[3]?["function"]?["parameters"]) == #"{"properties":{},"type":"object"}"#)
        #expect(request.losses.map(\.element) == [.cacheHint])
    }

    @Test func foreignTools() {
        var conversation = conversation([user(.text("a"))])
        let search = ForeignContent(.anthropicMessages, type: "web_search", element: .serverTool, value: [:])
        conversation.tools = [.foreign(search, path: "tools[0]")]
        conversation.toolChoice = .required
        let request = chatRequest(conversation)
        #expect(request.losses.map(\.element) == [.serverTool, .toolChoice])
        #expect(request.losses.first?.effect == .refused)
        #expect(request.body["tools"] == nil && request.body["tool_choice"] == nil)
    }

    @Test func limits() {
        var conversation = conversation([user(.text("a"))])
        conversation.sampling.temperature = JSONNumber(spelling: "1e400")
        conversation.sampling.frequencyPenalty = JSONNumber(-3)
        conversation.sampling.presencePenalty = JSONNumber(spelling: "0.10")
        conversation.sampling.stopSequences = ["1", "", "2", "3", "4", "5"]
        conversation.sampling.maximumTokens = 9
        conversation.sampling.wantsLogProbabilities = true
        conversation.sampling.topLogProbabilities = 50
        conversation.serviceTier = "standard_only"
        conversation.user = "u"
        conversation.isStream = true
        conversation.outputFormat = .json
        let request = chatRequest(conversation)
        #expect(
            Set(request.losses.map(\.element)) == [
                .temperature, .frequencyPenalty, .stopSequences, .logProbabilities, .jsonMode,
            ]
        )
        #expect(
            json(.object(request.body))
                == #"{"model":"m","messages":[{"role":"system","content":"Answer in JSON."},{"role":"user","content":"a"}],"#
                + #""max_completion_tokens":9,"temperature":2,"frequency_penalty":-2,"presence_penalty":0.10,"stop":["1","2","3","4"],"#
                + #""logprobs":true,"top_logprobs":20,"response_format":{"type":"json_object"},"user":"u","service_tier":"default","#
                + #""stream":true,"stream_options":{"include_usage":true}}"#
        )
    }

    @Test func schemaNames() {
        var conversation = conversation([user(.text("a"))])
        conversation.outputFormat = .schema(OutputSchema(name: "a b", schema: ["type": "object"]))
        let request = chatRequest(conversation)
        #expect(request.losses.map(\.element) == [.outputSchemaName])
        #expect(request.body["response_format"]?["json_schema"]?["name"]?.string?.contains(" ") == false)
        conversation.outputFormat = .schema(OutputSchema(schema: ["type": "object"]))
        #expect(chatRequest(conversation).body["response_format"]?["json_schema"]?["name"] == "response")
    }

    private static let efforts: [(String?, Int?, Bool?, String?)] = [
        (nil, 1000, nil, "low"), (nil, 5000, true, "medium"), (nil, 50000, nil, "high"),
        ("minimal", 5, true, "minimal"),
        (nil, nil, true, nil), (nil, nil, false, nil), ("none", nil, nil, "none"),
    ]

    @Test(arguments: efforts)
    func effort(_ effort: String?, _ budget: Int?, _ enabled: Bool?, _ expected: String?) {
        var conversation = conversation([user(.text("a"))])
        conversation.reasoning = ReasoningOptions()
        conversation.reasoning?.effort = effort
        conversation.reasoning?.budgetTokens = budget
        conversation.reasoning?.isEnabled = enabled
        let request = chatRequest(conversation)
        #expect(request.body["reasoning_effort"]?.string == expected)
        #expect(request.losses.isEmpty == (budget == nil && enabled != false))
    }
}
