import JSON
import Testing

@testable import Dialects

@Suite struct GeminiRequestDecodingTests {
    @Test func readsModelAndStreamingFromTheAddress() throws {
        let body = try GeminiTesting.json(#"{"contents":{"parts":{"text":"hi"}},"model":"models/other","stream":true}"#)
        let named = try Gemini.conversation(of: body, RequestCall(model: "gemini-x", isStream: false))
        #expect(named.model == "gemini-x")
        #expect(!named.isStream)
        let unnamed = try Gemini.conversation(of: body, RequestCall())
        #expect(unnamed.model == "other")
        #expect(unnamed.isStream)
        #expect(unnamed.turns.map(\.role) == [.user])
        #expect(unnamed.unread.isEmpty)
    }

    @Test(
        arguments: [
            (#"{}"#, "contents"), (#"{"contents":[]}"#, "contents"), (#"{"contents":"hi"}"#, "contents"),
            (#"{"contents":[{"role":"assistant","parts":[]}]}"#, "contents[0].role"),
            (#"{"contents":[{"parts":"hi"}]}"#, "contents[0].parts"),
            (#"{"contents":[{"parts":[{"text":1}]}]}"#, "contents[0].parts[0].text"),
            (#"{"contents":[{"parts":[{"inline_data":{"data":1}}]}]}"#, "contents[0].parts[0].inline_data.data"),
            (#"{"contents":[{"parts":[{"fileData":{}}]}]}"#, "contents[0].parts[0].fileData.fileUri"),
            (#"{"contents":[{"parts":[{"functionCall":{}}]}]}"#, "contents[0].parts[0].functionCall.name"),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"generation_config":{"top_p":"x"}}"#,
                "generation_config.top_p"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{}]}]}"#,
                "tools[0].functionDeclarations[0].name"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}"#,
                "toolConfig.functionCallingConfig.mode"
            ),
        ]
    )
    func namesTheFaultyMember(body: String, path: String) throws {
        let problem = #expect(throws: FormatProblem.self) { try GeminiTesting.conversation(body) }
        #expect(problem?.path == path)
    }

    @Test func readsBothSpellings() throws {
        let camel = """
            {"systemInstruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[\
            {"inlineData":{"mimeType":"image/png","data":"AA=="}}]}],"generationConfig":{"maxOutputTokens":7.0,\
            "topK":3,"stopSequences":["x"],"thinkingConfig":{"thinkingBudget":5,"includeThoughts":true},\
            "responseMimeType":"application/json","responseJsonSchema":{"type":"object"}},\
            "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["a","b"]}},\
            "tools":[{"functionDeclarations":[{"name":"a","parametersJsonSchema":{"type":"object"}}]}]}
            """
        let snake = """
            {"system_instruction":{"parts":[{"text":"be brief"}]},"contents":[{"role":"user","parts":[\
            {"inline_data":{"mime_type":"image/png","data":"AA=="}}]}],"generation_config":{"max_output_tokens":7,\
            "top_k":3,"stop_sequences":["x"],"thinking_config":{"thinking_budget":5,"include_thoughts":true},\
            "response_mime_type":"application/json","response_json_schema":{"type":"object"}},\
            "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["a","b"]}},\
            "tools":[{"function_declarations":[{"name":"a","parameters_json_schema":{"type":"object"}}]}]}
            """
        let first = try GeminiTesting.conversation(camel)
        let second = try GeminiTesting.conversation(snake)
        for conversation in [first, second] {
            #expect(conversation.unread.isEmpty)
            #expect(conversation.sampling.maximumTokens == 7)
            #expect(conversation.reasoning?.budgetTokens == 5)
            #expect(conversation.reasoning?.includesThoughts == true)
            #expect(conversation.toolChoice == .allowed(["a", "b"], isRequired: true))
        }
        #expect(first.sampling == second.sampling)
        #expect(first.outputFormat == second.outputFormat)
        #expect(first.turns.map { $0.parts.map(\.content) } == second.turns.map { $0.parts.map(\.content) })
        #expect(second.turns.first?.path == "system_instruction")
    }

    @Test func nothingIsOverlooked() throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"parts":[{"text":"a","videoMetadata":{"fps":1},"odd":1}],"extra":1}],"cachedContent":"c",\
            "safety_settings":[],"new":{},"generationConfig":{"responseModalities":["TEXT","IMAGE"],"speechConfig":{},\
            "audioTimestamp":true,"mediaResolution":"MEDIA_RESOLUTION_LOW","thinkingConfig":{"odd":1}},\
            "toolConfig":{"retrievalConfig":{}},"tools":[{"functionDeclarations":[{"name":"f","response":{}}]}]}
            """
        )
        let unread = Dictionary(conversation.unread.map { ($0.path, $0.element) }) { first, _ in first }
        #expect(
            unread == [
                "contents[0].parts[0].videoMetadata": .unknownMember, "contents[0].parts[0].odd": .unknownMember,
                "contents[0].extra": .unknownMember, "cachedContent": .storedState, "safety_settings": .safetySettings,
                "new": .unknownMember, "generationConfig.responseModalities": .outputModalities,
                "generationConfig.speechConfig": .outputModalities, "generationConfig.audioTimestamp": .unknownMember,
                "generationConfig.mediaResolution": .imageDetail,
                "generationConfig.thinkingConfig.odd": .unknownMember, "toolConfig.retrievalConfig": .unknownMember,
                "tools[0].functionDeclarations[0].response": .unknownMember,
            ]
        )
    }

    @Test func pairsResultsWithTheirCalls() throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"x":1.50}}},\
            {"functionCall":{"name":"f"}},{"functionCall":{"name":"g","id":"given"}}]},{"role":"function","parts":[\
            {"functionResponse":{"name":"g","id":"given","response":{"error":"no"}}},\
            {"functionResponse":{"name":"f","response":{"output":"first"}}},\
            {"functionResponse":{"name":"f","response":{"a":1,"b":[2]}}},\
            {"functionResponse":{"name":"f","response":{}}}]}]}
            """
        )
        var calls: [ToolCall] = []
        var results: [ToolResult] = []
        for part in conversation.turns.flatMap(\.parts) {
            if case .toolCall(let call) = part.content { calls.append(call) }
            if case .toolResult(let result) = part.content { results.append(result) }
        }
        #expect(calls.map(\.arguments) == [#"{"x":1.50}"#, "{}", "{}"])
        #expect(Set(calls.map(\.id)).count == 3)
        #expect(results.prefix(3).map(\.callID) == [calls[2].id, calls[0].id, calls[1].id])
        #expect(results.map(\.isError) == [true, false, false, false])
        #expect(results.map(\.text) == ["no", "first", #"{"a":1,"b":[2]}"#, "{}"])
        #expect(!calls.map(\.id).contains(results[3].callID))
    }

    @Test func signaturesStandBeforeWhatTheySign() throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"role":"model","parts":[{"text":"hm","thought":true},{"text":"m","thought":true},\
            {"text":"","thought":true,"thoughtSignature":"AAA="},{"text":"hi","thoughtSignature":"BBB="},\
            {"functionCall":{"name":"f"},"thought_signature":"CCC="},{"text":"","thoughtSignature":"DDD="},\
            {"functionCall":{"name":"f"},"thoughtSignature":"skip_thought_signature_validator"}]}]}
            """
        )
        func signed(_ text: String, _ value: String) -> PartContent {
            .reasoning(
                Reasoning(
                    text,
                    isSummary: !text.isEmpty,
                    signature: ReasoningSignature(origin: .gemini, value: value)
                )
            )
        }
        func call(_ number: Int) -> PartContent { GeminiTesting.call("gemini_call_\(number)", "f") }
        #expect(
            conversation.turns[0].parts.map(\.content) == [
                signed("hmm", "AAA="), signed("", "BBB="), .text("hi"), signed("", "CCC="), call(1),
                signed("", "DDD="), call(2),
            ]
        )
    }

    @Test func readsMediaByTheirTypes() throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"AA=="}},\
            {"inlineData":{"mimeType":"application/pdf","data":"AA==","displayName":"n"}},\
            {"fileData":{"mimeType":"video/mp4","fileUri":"gs://b/o"}},{"fileData":{"fileUri":"https://x/y.png?a=b"}},\
            {"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"}},\
            {"file_data":{"file_uri":"https://generativelanguage.googleapis.com/v1beta/files/1","mime_type":"text/plain"}},\
            {"inlineData":{"mimeType":"image/png","data":"AA=="},"mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"}},\
            {"executableCode":{"language":"PYTHON","code":"1"}},{"brandNew":{"a":1}}]}]}
            """
        )
        let contents = conversation.turns[0].parts.map(\.content)
        #expect(
            contents.map { content in
                switch content {
                case .audio: "audio"
                case .document: "document"
                case .video: "video"
                case .image(let media): media.detail ?? "image"
                case .foreign(let foreign): foreign.element.rawValue
                default: "other"
                }
            } == [
                "audio", "document", "video", "image", "video", "document", "low", "server-side tool content",
                "unknown part",
            ]
        )
        guard case .document(let stored) = contents[5] else { return }
        #expect(stored.source == .file(id: "https://generativelanguage.googleapis.com/v1beta/files/1"))
        #expect(conversation.unread.isEmpty)
    }

    @Test func makesJSONSchemasOfOpenAPISchemas() throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":\
            {"type":"OBJECT","properties":{"type":{"type":"STRING","nullable":true,"max_length":"5"},\
            "list":{"type":"ARRAY","items":{"any_of":[{"type":"INTEGER"},{"type":"NULL"}]}}},"required":["type"]}}]},\
            {"googleSearch":{},"code_execution":{}}]}
            """
        )
        guard case .function(let tool)? = conversation.tools.first else {
            Issue.record("no function")
            return
        }
        #expect(
            GeminiTesting.text(tool.parameters)
                == #"{"type":"object","properties":{"type":{"type":["string","null"],"maxLength":5},"#
                + #""list":{"type":"array","items":{"anyOf":[{"type":"integer"},{"type":"null"}]}}},"required":["type"]}"#
        )
        let servers = conversation.tools.dropFirst().map { tool -> String in
            guard case .foreign(let foreign, let path) = tool else { return "" }
            return "\(path) \(foreign.element.rawValue) \(GeminiTesting.text(foreign.value))"
        }
        #expect(
            servers == [
                #"tools[1].googleSearch server-side tool {"googleSearch":{}}"#,
                #"tools[1].code_execution server-side tool {"code_execution":{}}"#,
            ]
        )
    }

    @Test(
        arguments: [
            ("AUTO", ToolChoice.automatic), ("none", ToolChoice.none), ("ANY", .required), ("VALIDATED", .automatic),
        ] as [(String, ToolChoice)]
    )
    func readsToolChoice(mode: String, choice: ToolChoice) throws {
        let conversation = try GeminiTesting.conversation(
            """
            {"contents":[{"parts":[{"text":"a"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}],\
            "toolConfig":{"functionCallingConfig":{"mode":"\(mode)"}}}
            """
        )
        #expect(conversation.toolChoice == choice)
        guard case .function(let tool)? = conversation.tools.first else { return }
        #expect(tool.isStrict == (mode == "VALIDATED" ? true : nil))
    }
}
