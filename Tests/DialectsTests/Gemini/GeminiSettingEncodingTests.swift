import JSON
import Testing

@testable import Dialects

@Suite struct GeminiSettingEncodingTests {
    private typealias T = GeminiTesting

    private func request(
        model: String = "gemini-2.5-flash",
        _ change: (inout Conversation) throws -> Void
    ) rethrows -> EncodedRequest {
        var conversation = T.conversation([T.user("hi")])
        try change(&conversation)
        return T.request(conversation, model: model)
    }

    private func function(_ name: String, _ schema: String? = nil, isStrict: Bool? = nil) throws -> Tool {
        .function(
            FunctionTool(name: name, parameters: try schema.map(T.json), isStrict: isStrict, path: "tools.\(name)")
        )
    }

    @Test func writesSampling() {
        let request = request {
            $0.sampling.temperature = JSONNumber(spelling: "0.70")
            $0.sampling.topP = JSONNumber(spelling: "0.9")
            $0.sampling.topK = 40
            $0.sampling.maximumTokens = 100
            $0.sampling.stopSequences = ["a", "b"]
            $0.sampling.choiceCount = 2
            $0.sampling.seed = 42
            $0.sampling.presencePenalty = 1
            $0.sampling.frequencyPenalty = JSONNumber(spelling: "-0.5")
            $0.sampling.wantsLogProbabilities = true
            $0.sampling.topLogProbabilities = 5
        }
        #expect(
            T.text(request.body["generationConfig"])
                == #"{"temperature":0.70,"topP":0.9,"topK":40,"maxOutputTokens":100,"stopSequences":["a","b"],"#
                + #""candidateCount":2,"seed":42,"presencePenalty":1,"frequencyPenalty":-0.5,"#
                + #""responseLogprobs":true,"logprobs":5}"#
        )
        #expect(request.losses.isEmpty)
    }

    @Test func keepsToRanges() {
        let request = request {
            $0.sampling.temperature = 3
            $0.sampling.stopSequences = ["a", "", "b", "c", "d", "e", "f"]
            $0.sampling.choiceCount = 20
            $0.sampling.seed = 4_294_967_298
            $0.sampling.presencePenalty = 2
            $0.sampling.frequencyPenalty = JSONNumber(spelling: "-1e400")
            $0.sampling.wantsLogProbabilities = true
            $0.sampling.topLogProbabilities = 21
        }
        #expect(
            T.text(request.body["generationConfig"])
                == #"{"temperature":2,"stopSequences":["a","b","c","d","e"],"candidateCount":8,"seed":2,"#
                + #""presencePenalty":1.99,"frequencyPenalty":-2,"responseLogprobs":true,"logprobs":20}"#
        )
        #expect(
            request.losses.map(\.element) == [
                .temperature, .stopSequences, .choiceCount, .seed, .presencePenalty, .frequencyPenalty,
                .logProbabilities,
            ]
        )
    }

    @Test func leavesOutPenaltiesOfZero() {
        let request = request {
            $0.sampling.presencePenalty = 0
            $0.sampling.frequencyPenalty = JSONNumber(spelling: "0.0")
        }
        #expect(request.body["generationConfig"] == nil)
    }

    @Test func notesWhatHasNoPlace() {
        let request = request {
            $0.user = "u"
            $0.metadata = ["a": "b"]
            $0.promptCacheKey = "k"
            $0.verbosity = "low"
            $0.serviceTier = "scale"
            $0.allowsParallelToolCalls = false
            $0.unread = [UnreadMember(path: "logit_bias", element: .logitBias)]
        }
        #expect(T.text(request.body) == #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#)
        #expect(
            Set(request.losses.map(\.element))
                == [.user, .metadata, .promptCacheKey, .verbosity, .serviceTier, .parallelToolCalls, .logitBias]
        )
        #expect(request.losses.allSatisfy { !$0.reason.isEmpty })
    }

    @Test(
        arguments: [
            ("gemini-2.5-flash", "high", #"{"thinkingBudget":24576}"#, true),
            ("gemini-2.5-flash", "none", #"{"thinkingBudget":0}"#, true),
            ("gemini-2.5-pro", "none", #"{"thinkingBudget":128}"#, false),
            ("gemini-2.5-pro", "max", #"{"thinkingBudget":32768}"#, true),
            ("gemini-3-pro-preview", "minimal", #"{"thinkingLevel":"low"}"#, false),
            ("gemini-3-pro-preview", "medium", #"{"thinkingLevel":"high"}"#, false),
            ("gemini-3.1-pro-preview", "medium", #"{"thinkingLevel":"medium"}"#, true),
            ("models/gemini-3-flash-preview", "minimal", #"{"thinkingLevel":"minimal"}"#, true),
            ("gemini-flash-latest", "minimal", #"{"thinkingLevel":"low"}"#, false),
            ("gemini-3.8-flash", "minimal", #"{"thinkingLevel":"low"}"#, false),
            ("gemini-3.8-flash-lite", "minimal", #"{"thinkingLevel":"minimal"}"#, true),
            ("gemini-3-flash", "xhigh", #"{"thinkingLevel":"high"}"#, false),
            ("gemini-2.0-flash", "high", "nothing", false), ("gemma-3-27b-it", "high", "nothing", false),
            ("gemini-3-flash", "odd", "nothing", false),
        ]
    )
    func writesEffort(model: String, effort: String, expected: String, isExact: Bool) {
        let request = request(model: model) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.effort = effort
        }
        #expect(T.text(request.body["generationConfig"]?["thinkingConfig"]) == expected)
        #expect(request.losses.map(\.element) == (isExact ? [] : [.reasoningEffort]))
    }

    @Test(
        arguments: [
            ("gemini-2.5-pro", 50, #"{"thinkingBudget":128,"includeThoughts":true}"#, [.reasoningBudget]),
            ("gemini-2.5-flash", 30_000, #"{"thinkingBudget":24576,"includeThoughts":true}"#, [.reasoningBudget]),
            ("gemini-2.5-flash-lite", 600, #"{"thinkingBudget":600,"includeThoughts":true}"#, []),
            ("gemini-3-pro", 2048, #"{"thinkingBudget":2048,"includeThoughts":true}"#, []),
            ("gemini-2.0-flash", 600, "nothing", [.reasoningEffort, .reasoningBudget, .reasoningVisibility]),
        ] as [(String, Int, String, [ConversationElement])]
    )
    func writesBudgets(model: String, budget: Int, expected: String, losses: [ConversationElement]) {
        let request = request(model: model) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.isEnabled = true
            $0.reasoning?.budgetTokens = budget
            $0.reasoning?.includesThoughts = true
        }
        #expect(T.text(request.body["generationConfig"]?["thinkingConfig"]) == expected)
        #expect(request.losses.map(\.element) == losses)
    }

    @Test func keepsSchemasAsTheyAre() throws {
        let schema =
            ##"{"type":"object","properties":{"z":{"$ref":"#/$defs/a"},"a":{"type":"number"}},"##
            + #""$defs":{"a":{"type":["string","null"]}},"additionalProperties":false,"required":["z"]}"#
        let request = try request {
            $0.tools = [
                try function("f", schema), try function("none"),
                try function("empty", #"{"type":"object","properties":{},"additionalProperties":false}"#),
                try function("bad", "true"),
            ]
        }
        #expect(
            T.text(request.body["tools"])
                == #"[{"functionDeclarations":[{"name":"f","parametersJsonSchema":\#(schema)},"#
                + #"{"name":"none"},{"name":"empty"},{"name":"bad"}]}]"#
        )
        #expect(request.losses.map(\.element) == [.schemaKeyword])
    }

    @Test func renamesToolsEverywhere() throws {
        let name = "9 lives/" + String(repeating: "x", count: 80)
        let request = try request {
            $0.tools = [try function(name), try function("ok.name:1")]
            $0.toolChoice = .tool(name)
            $0.turns += [T.assistant([T.call("1", name)]), T.result("1", "x")]
        }
        let names = [
            request.body["tools"]?[0]?["functionDeclarations"]?[0]?["name"],
            request.body["toolConfig"]?["functionCallingConfig"]?["allowedFunctionNames"]?[0],
            request.body["contents"]?[1]?["parts"]?[0]?["functionCall"]?["name"],
            request.body["contents"]?[2]?["parts"]?[0]?["functionResponse"]?["name"],
        ].map { $0?.string ?? "" }
        #expect(Set(names).count == 1)
        #expect(names[0].utf8.count == 64)
        #expect(names[0].hasPrefix("_9_lives_x"))
        #expect(request.toolNames.original(names[0]) == name)
        #expect(request.body["tools"]?[0]?["functionDeclarations"]?[1]?["name"]?.string == "ok.name:1")
        #expect(request.losses.map(\.element) == [.toolName])
    }

    @Test(
        arguments: [
            (nil, "gemini-3-pro", false, "nothing", []), (.automatic, "gemini-3-pro", false, #"{"mode":"AUTO"}"#, []),
            (.some(ToolChoice.none), "gemini-3-pro", false, #"{"mode":"NONE"}"#, []),
            (.required, "gemini-3-pro", false, #"{"mode":"ANY"}"#, []),
            (.tool("f"), "gemini-3-pro", true, #"{"mode":"ANY","allowedFunctionNames":["f"]}"#, []),
            (
                .allowed(["f", "g"], isRequired: false), "gemini-2.5-pro", false,
                #"{"mode":"VALIDATED","allowedFunctionNames":["f"]}"#, [.allowedTools]
            ),
            (.tool("g"), "gemini-3-pro", false, #"{"mode":"ANY"}"#, [.toolChoice]),
            (nil, "gemini-3-pro", true, #"{"mode":"VALIDATED"}"#, []),
            (nil, "gemini-2.5-pro", true, "nothing", [.strictTool]),
        ] as [(ToolChoice?, String, Bool, String, [ConversationElement])]
    )
    func writesToolChoice(
        choice: ToolChoice?,
        model: String,
        isStrict: Bool,
        expected: String,
        losses: [ConversationElement]
    ) throws {
        let request = try request(model: model) {
            $0.tools = [try function("f", isStrict: isStrict)]
            $0.toolChoice = choice
        }
        #expect(T.text(request.body["toolConfig"]?["functionCallingConfig"]) == expected)
        #expect(request.losses.map(\.element) == losses)
        let without = self.request { $0.toolChoice = choice }
        #expect(without.body["toolConfig"] == nil)
    }

    @Test func refusesToolsOfOtherProviders() {
        let foreign = ForeignContent(.openAIResponses, type: "web_search", element: .serverTool, value: [:])
        let request = request { $0.tools = [.foreign(foreign, path: "tools[0]")] }
        #expect(request.losses.map(\.effect) == [.refused])
        #expect(request.body["tools"] == nil)
    }

    @Test func writesOutputFormats() throws {
        let schema = OutputSchema(name: "n", schema: try T.json(#"{"type":"object"}"#), isStrict: true)
        let plain = request { $0.outputFormat = .schema(schema) }
        #expect(
            T.text(plain.body["generationConfig"])
                == #"{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}"#
        )
        #expect(plain.losses.map(\.element) == [.outputSchemaName])
        #expect(
            T.text(request { $0.outputFormat = .json }.body["generationConfig"])
                == #"{"responseMimeType":"application/json"}"#
        )
        let beside = try request {
            $0.outputFormat = .json
            $0.tools = [try function("f")]
        }
        #expect(beside.body["generationConfig"] == nil)
        #expect(beside.losses.map(\.element) == [.jsonMode])
        let new = try request(model: "gemini-3-flash") {
            $0.outputFormat = .json
            $0.tools = [try function("f")]
        }
        #expect(new.body["generationConfig"] != nil)
        #expect(new.losses.isEmpty)
    }

    @Test func everyLossOfASettingHasAPath() {
        for element in [ConversationElement.temperature, .seed, .toolChoice, .reasoningEffort, .storedState] {
            #expect(!Gemini.path(of: element).isEmpty)
        }
        #expect(Gemini.path(of: .topK) == "generationConfig.topK")
    }
}
