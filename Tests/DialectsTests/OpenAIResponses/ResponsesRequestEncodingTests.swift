import JSON
import Testing

@testable import Dialects

@Suite("OpenAI Responses: writing requests")
struct ResponsesRequestEncodingTests {
    private func conversation(
        _ turns: [Turn],
        source: WireFormat = .anthropicMessages,
        _ change: (inout Conversation) -> Void = { _ in }
    ) -> Conversation {
        var conversation = Conversation(source: source, model: "m")
        conversation.turns = turns
        change(&conversation)
        return conversation
    }

    private func user(_ contents: PartContent..., path: String = "p") -> Turn {
        Turn(.user, contents.map { Part($0, path: path) }, path: path)
    }

    private func assistant(_ contents: PartContent..., path: String = "p") -> Turn {
        Turn(.assistant, contents.map { Part($0, path: path) }, path: path)
    }

    private let call = PartContent.toolCall(ToolCall(id: "c1", name: "f", arguments: "{\"b\":1.0,\"a\":2}"))

    private func result(_ parts: PartContent..., id: String = "c1", isError: Bool = false) -> PartContent {
        .toolResult(ToolResult(callID: id, parts: parts.map { Part($0, path: "r") }, isError: isError))
    }

    private func input(_ conversation: Conversation) -> String {
        jsonText(responsesRequest(conversation).body["input"])
    }

    private func losses(_ conversation: Conversation) -> [ConversationElement] {
        responsesRequest(conversation).losses.map(\.element)
    }

    @Test("A conversation becomes items in order")
    func items() {
        let own = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gAAA")
        let conversation = conversation([
            Turn(.system, [Part(.text("Be brief."))], path: "system"), user(.text("a"), .text("b")),
            assistant(.reasoning(Reasoning("x", isSummary: true, signature: own)), .text("c"), .text("d"), call),
            user(result(.text("one")), .text("e")),
        ])
        let (body, losses) = responsesRequest(conversation)
        #expect(losses.isEmpty)
        #expect(
            jsonText(body) == """
                {"model":"gpt","store":false,"instructions":"Be brief.","input":[\
                {"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},\
                {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"x"}],"encrypted_content":"gAAA"},\
                {"type":"message","role":"assistant","content":"c"},\
                {"type":"message","role":"assistant","content":"d"},\
                {"type":"function_call","call_id":"c1","name":"f","arguments":"{\\"b\\":1.0,\\"a\\":2}"},\
                {"type":"function_call_output","call_id":"c1","output":"one"},\
                {"type":"message","role":"user","content":"e"}],"include":["reasoning.encrypted_content"]}
                """
        )
    }

    @Test("Refusals and cited texts keep their marks")
    func marks() {
        let citation = Annotation(url: "u", range: 0..<1, value: [:], format: .gemini)
        let turn = assistant(.text("a"), .refusal("no"), .text(TextContent("b", annotations: [citation])))
        let (body, losses) = responsesRequest(conversation([user(.text("q")), turn, user(.text("z"))]))
        #expect(losses.isEmpty)
        #expect(body["input"]?[1] == ["type": "message", "role": "assistant", "content": "a"])
        #expect(body["input"]?[2]?["content"]?[0] == ["type": "refusal", "refusal": "no"])
        #expect(body["input"]?[2]?["content"]?[1]?["annotations"]?[0]?["type"] == "url_citation")
        #expect(body["input"]?.array?.count == 4)
    }

    @Test("Messages that are no plain text have what OpenAI's schema wants of its own, the same in every request")
    func ownMessages() throws {
        let citation = Annotation(url: "u", range: 0..<1, value: [:], format: .gemini)
        let cited = assistant(.text(TextContent("b", annotations: [citation])))
        let turns = [user(.text("q")), cited, user(.text("r")), assistant(.refusal("no")), cited, user(.text("s"))]
        var ids: [String] = []
        for count in 2...turns.count {
            let (body, _) = responsesRequest(conversation(Array(turns.prefix(count))))
            let messages = try #require(body["input"]?.array).filter { $0["content"]?.array != nil }
            #expect(messages.allSatisfy { $0["type"] == "message" && $0["status"] == "completed" })
            let found = try messages.map { try #require($0["id"]?.string) }
            #expect(found.allSatisfy { $0.hasPrefix("msg_") && $0.utf8.count <= 64 })
            #expect(found.starts(with: ids))
            ids = found
        }
        #expect(Set(ids).count == 3)
    }

    @Test("The beginning of a conversation is always written with the same bytes")
    func stablePrefix() {
        let turns = [
            Turn(.system, [Part(.text("s"))], path: ""), user(.text("a")), assistant(.text("b"), call),
            user(result(.text("c"), isError: true)), assistant(.text("d")), user(.text("e")), assistant(.refusal("f")),
            user(.text("g")),
        ]
        var before = ""
        for count in 2...turns.count {
            let now = input(conversation(Array(turns.prefix(count))))
            #expect(now.hasPrefix(String(before.dropLast())))
            before = now
        }
    }

    @Test("Thoughts go back to OpenAI alone, and only before what they led to")
    func thoughts() {
        let own = ReasoningSignature(origin: .openAIResponses, value: "rs_1:gAAA")
        let other = ReasoningSignature(origin: .anthropicMessages, value: "sig")
        let cases: [([PartContent], [ConversationElement], Int)] = [
            ([.reasoning(Reasoning("x", signature: other)), .text("a")], [.reasoningSignature], 1),
            ([.reasoning(Reasoning("x")), .text("a")], [.reasoningText], 1),
            ([.reasoning(Reasoning("x", signature: own)), .text("a")], [], 2),
            ([.reasoning(Reasoning("", isRedacted: true, signature: own)), call], [], 2),
            ([.text("a"), .reasoning(Reasoning("x", signature: own))], [.reasoningText], 1),
            ([.reasoning(Reasoning("", signature: other)), call], [.reasoningSignature], 1),
        ]
        for (parts, losses, count) in cases {
            let turn = Turn(.assistant, parts.map { Part($0, path: "p") }, path: "p")
            let (body, found) = responsesRequest(conversation([user(.text("q")), turn, user(.text("z"))]))
            #expect(found.map(\.element) == losses)
            #expect(body["input"]?.array?.count == count + 2)
        }
    }

    @Test("Nothing is sent that OpenAI refuses")
    func repairs() {
        let long = String(repeating: "n", count: 70)
        let cases: [([Turn], String, [ConversationElement])] = [
            ([user(.text(""))], "[]", [.emptyText, .emptyTurn]),
            (
                [user(.text(""), .text("a")), assistant(.text("")), user(.text("b"))],
                #"[{"type":"message","role":"user","content":"a"},{"type":"message","role":"user","content":"b"}]"#,
                [.emptyText, .emptyTurn]
            ),
            (
                [user(result(.text("lost"), id: "c9"))],
                #"[{"type":"message","role":"user","content":"lost"}]"#, [.orphanedToolResult]
            ),
            (
                [assistant(.toolCall(ToolCall(id: "c1", name: "f", arguments: ""))), user(result())],
                #"[{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":""}]"#,
                []
            ),
            (
                [
                    assistant(.toolCall(ToolCall(id: "c1", name: "f", arguments: "{\"a"))),
                    user(result(.text("x"), isError: true)),
                ],
                #"[{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a"},{"type":"function_call_output","call_id":"c1","output":"Error: x"}]"#,
                [.toolResultError]
            ),
            (
                [
                    assistant(.toolCall(ToolCall(id: long, name: "f", arguments: "{}"))),
                    user(result(.text("x"), id: long)),
                ],
                #"[{"type":"function_call","call_id":"\#(ToolCallID.allowed(long))","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"\#(ToolCallID.allowed(long))","output":"x"}]"#,
                [.toolCallID]
            ),
            (
                [assistant(.text("b"))],
                #"[{"type":"message","role":"assistant","content":"b"}]"#,
                [.assistantPrefill]
            ),
            (
                [user(.text("a")), Turn(.system, [Part(.text("s"))], path: "")],
                #"[{"type":"message","role":"user","content":"a"},{"type":"message","role":"system","content":"s"}]"#,
                []
            ),
            (
                [Turn(.system, [Part(.text("s"))], path: "")],
                #"[{"type":"message","role":"system","content":"s"}]"#, []
            ),
        ]
        for (turns, expected, losses) in cases {
            let (body, found) = responsesRequest(conversation(turns))
            #expect(jsonText(body["input"]) == expected)
            #expect(Set(found.map(\.element)) == Set(losses))
        }
    }

    @Test("Media go where they can")
    func media() {
        var note = Media(.text("words"), name: "n")
        note.wantsCitations = true
        let cases: [(PartContent, String, Set<ConversationElement>)] = [
            (
                .image(Media(.data(base64: "/9j/AA"))),
                #"{"type":"input_image","image_url":"data:image/jpeg;base64,/9j/AA","detail":"auto"}"#, []
            ),
            (
                .image(Media(.data(base64: "AA"), mediaType: "image/jpg", detail: "low")),
                #"{"type":"input_image","image_url":"data:image/jpeg;base64,AA","detail":"low"}"#, []
            ),
            (.image(Media(.data(base64: "AA"), mediaType: "image/tiff")), "", [.imageType]),
            (.image(Media(.url("gs://a/b"))), "", [.imageURL]),
            (.image(Media(.file(id: "f"))), "", [.imageFile]),
            (
                .document(Media(.data(base64: "JVBE"), name: "Report")),
                #"{"type":"input_file","filename":"Report.pdf","file_data":"data:application/pdf;base64,JVBE"}"#, []
            ),
            (.document(Media(.url("https://a/b.pdf"))), #"{"type":"input_file","file_url":"https://a/b.pdf"}"#, []),
            (.document(Media(.url("s3://a/b.pdf"))), "", [.documentURL]),
            (
                .document(Media(.data(base64: "YWI="), mediaType: "text/plain")), #"{"type":"input_text","text":"ab"}"#,
                [.document]
            ),
            (
                .document(note), #"{"type":"input_text","text":"words"}"#,
                [.document, .documentName, .documentCitations]
            ),
            (.audio(Media(.data(base64: "AA"), mediaType: "audio/mpeg")), "", [.audio]),
            (.video(Media(.url("https://a/b.mp4"))), "", [.video]),
        ]
        for (content, expected, losses) in cases {
            let (body, found) = responsesRequest(conversation([user(.text("a"), content)]))
            #expect(Set(found.map(\.element)) == losses)
            #expect(expected.isEmpty || jsonText(body["input"]?[0]?["content"]?[1]) == expected)
        }
        #expect(losses(conversation([user(.image(Media(.file(id: "f"))))], source: .openAIChat)).isEmpty)
        let refused = responsesRequest(conversation([user(.image(Media(.url("gs://a"))))])).losses
        #expect(refused.first?.effect == .refused)
    }

    @Test("Tools are written as OpenAI wants them, and names come back")
    func tools() throws {
        let long = String(repeating: "x", count: 80)
        let conversation = conversation([user(.text("a"))]) {
            $0.tools = [
                .function(
                    FunctionTool(name: "f.g", parameters: ["properties": ["z": [:], "a": [:]]], path: "tools[0]")
                ),
                .function(FunctionTool(name: long, isStrict: true, path: "tools[1]")),
                .foreign(
                    ForeignContent(.gemini, type: "googleSearch", element: .serverTool, value: [:]),
                    path: "tools[2]"
                ),
            ]
            $0.toolChoice = .tool("f.g")
            $0.allowsParallelToolCalls = false
        }
        let request = OpenAIResponses.request(for: conversation, RequestOptions(model: "gpt"))
        let tools = try #require(request.body["tools"]?.array)
        #expect(tools.count == 2)
        let name = try #require(tools[0]["name"]?.string)
        #expect(name != "f.g" && request.toolNames.original(name) == "f.g")
        #expect(
            jsonText(tools[0]["parameters"]) == #"{"properties":{"z":{},"a":{}},"type":"object"}"#
        )
        #expect(tools[0]["strict"] == false && tools[1]["strict"] == true)
        #expect(tools[1]["parameters"]?["properties"] == [:])
        #expect(tools[1]["name"]?.string?.count == 64)
        #expect(request.body["tool_choice"] == ["type": "function", "name": .string(name)])
        #expect(request.body["parallel_tool_calls"] == false)
        #expect(request.losses.contains { $0.element == .serverTool && $0.effect == .refused && $0.path == "tools[2]" })
    }

    @Test("A choice without tools is left out, and missed only if it asked for a call")
    func vainToolChoice() {
        for (choice, isLost) in [(ToolChoice.automatic, false), (.none, false), (.required, true), (.tool("f"), true)] {
            let (body, losses) = responsesRequest(conversation([user(.text("a"))]) { $0.toolChoice = choice })
            #expect(body["tool_choice"] == nil)
            #expect(losses.map(\.element) == (isLost ? [.toolChoice] : []))
        }
    }

    @Test("Settings are kept within their bounds")
    func settings() {
        let (body, losses) = responsesRequest(
            conversation([user(.text("a"))]) {
                $0.sampling.maximumTokens = 1
                $0.sampling.temperature = JSONNumber(spelling: "2.5")
                $0.sampling.topP = JSONNumber(spelling: "0.90")
                $0.sampling.topK = 5
                $0.sampling.stopSequences = ["x"]
                $0.sampling.frequencyPenalty = JSONNumber(spelling: "0.0")
                $0.sampling.choiceCount = 2
                $0.outputFormat = .schema(OutputSchema(name: "a b", schema: ["$ref": "#"]))
                $0.reasoning = ReasoningOptions()
                $0.reasoning?.budgetTokens = 9000
                $0.reasoning?.includesThoughts = true
                $0.user = String(repeating: "u", count: 90)
                $0.metadata = ["a": "b", "n": 1]
                $0.serviceTier = "standard_only"
            }
        )
        #expect(body["max_output_tokens"] == 16 && body["temperature"] == 2)
        #expect(jsonText(body["top_p"]) == "0.90")
        #expect(body["reasoning"] == ["effort": "medium", "summary": "auto"])
        #expect(body["include"] == ["reasoning.encrypted_content"])
        #expect(body["text"]?["format"]?["schema"] == ["$ref": "#"])
        #expect(body["user"]?.string?.count == 64)
        #expect(body["metadata"] == ["a": "b"] && body["service_tier"] == "default")
        #expect(
            Set(losses.map(\.element)) == [
                .maximumTokens, .temperature, .topK, .stopSequences, .choiceCount, .outputSchemaName,
                .reasoningBudget, .user, .metadata,
            ]
        )
    }

    @Test("A model that is not asked to think is not asked for its thoughts")
    func noReasoning() {
        let disabled = conversation([user(.text("a"))]) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.isEnabled = false
        }
        let (body, losses) = responsesRequest(disabled)
        #expect(body["include"] == nil && body["reasoning"] == nil)
        #expect(losses.map(\.element) == [.reasoningEffort])
        #expect(responsesRequest(conversation([user(.text("a"))])).body["include"] == nil)
    }

    @Test("OpenAI's mention of JSON is made for callers who need not make it")
    func jsonMode() {
        let asked = conversation([user(.text("a"))], source: .gemini) { $0.outputFormat = .json }
        #expect(responsesRequest(asked).body["input"]?[0]?["role"] == "developer")
        #expect(losses(asked) == [.jsonMode])
        let openAI = conversation([user(.text("a"))], source: .openAIChat) { $0.outputFormat = .json }
        #expect(losses(openAI).isEmpty)
    }

    @Test("Every loss that the encoder names has a rule")
    func rules() {
        for (element, rule) in OpenAIResponses.lossRules {
            #expect(rule.reason.hasSuffix("."), "\(element)")
        }
        for element in [ConversationElement.serverTool, .customTool, .storedState] {
            #expect(OpenAIResponses.lossRules[element]?.effect == .refused)
        }
    }

    @Test("State that the provider keeps is refused")
    func storedState() throws {
        let conversation = try responsesConversation(#"{"model":"m","input":"a","previous_response_id":"resp_1"}"#)
        #expect(responsesRequest(conversation).losses.first?.effect == .refused)
    }
}
