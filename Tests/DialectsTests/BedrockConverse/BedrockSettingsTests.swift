import JSON
import Testing

@testable import Dialects

/// Settings, which differ from model to model behind one API.
struct BedrockSettingsTests {
    private func body(
        _ model: String,
        _ change: (inout Conversation) -> Void
    ) -> (body: JSONObject, losses: Set<ConversationElement>) {
        var conversation = Bedrock.conversation([Turn(.user, [Part(.text("q"))], path: "u")])
        change(&conversation)
        let request = Bedrock.encoded(conversation, model: model)
        return (request.body, Set(request.losses.map(\.element)))
    }

    private func reasoning(_ model: String, effort: String? = nil, budget: Int? = nil, most: Int? = nil) -> String {
        let (body, losses) = body(model) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.effort = effort
            $0.reasoning?.budgetTokens = budget
            $0.sampling.maximumTokens = most
        }
        let fields = body["additionalModelRequestFields"].map(Bedrock.text) ?? "-"
        return ([fields] + losses.map(\.rawValue).sorted()).joined(separator: " | ")
    }

    @Test
    func eachFamilyThinksInItsWay() {
        let sonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0"
        let opus46 = "us.anthropic.claude-opus-4-6-v1"
        let opus47 = "anthropic.claude-opus-4-7"
        let rows: [(String, String)] = [
            (reasoning(sonnet, budget: 2000), #"{"thinking":{"type":"enabled","budget_tokens":2000}}"#),
            (
                reasoning(sonnet, budget: 2000, most: 1500),
                #"{"thinking":{"type":"enabled","budget_tokens":1499}} | reasoning budget"#
            ),
            (reasoning(sonnet, budget: 2000, most: 500), "- | reasoning budget"),
            (
                reasoning(sonnet, effort: "low"),
                #"{"thinking":{"type":"enabled","budget_tokens":1024}} | reasoning effort"#
            ),
            (reasoning(sonnet, effort: "none"), "-"),
            (reasoning(opus46, effort: "max"), #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"max"}}"#),
            (
                reasoning(opus46, effort: "xhigh"),
                #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}} | reasoning effort"#
            ),
            (reasoning(opus46, budget: 3000), #"{"thinking":{"type":"enabled","budget_tokens":3000}}"#),
            (
                reasoning(opus47, effort: "xhigh"),
                #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"xhigh"}}"#
            ),
            (reasoning(opus47, budget: 3000), #"{"thinking":{"type":"adaptive"}} | reasoning budget"#),
            (reasoning("anthropic.claude-3-5-sonnet-20240620-v1:0", effort: "low"), "- | reasoning effort"),
            (
                reasoning(Bedrock.nova, effort: "medium"),
                #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"#
            ),
            (
                reasoning(Bedrock.nova, effort: "high", most: 9),
                #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}} | maximum tokens"#
            ),
            (
                reasoning("openai.gpt-oss-120b-1:0", effort: "minimal"),
                #"{"reasoning_effort":"low"} | reasoning effort"#
            ),
            (reasoning(Bedrock.llama, effort: "high"), "- | reasoning effort"),
        ]
        for (found, expected) in rows { #expect(found == expected) }
    }

    @Test(arguments: [
        ("anthropic.claude-v2:1", 21), ("anthropic.claude-3-7-sonnet-20250219-v1:0", 37),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 40), ("anthropic.claude-opus-4-1-20250805-v1:0", 41),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0", 45),
        ("anthropic.claude-mythos-5", 50), ("anthropic.claude-mythos-preview", 50), ("anthropic.claude-instant-v1", 10),
        ("anthropic.claude-999999999999999999999-v1", 50),
    ])
    func versionsOfClaudeAreRead(_ id: String, _ version: Int) {
        #expect(BedrockModel(id).family == .claude(version: version))
    }

    @Test
    func thinkingFixesTheSampling() {
        let (body, losses) = body(Bedrock.claude) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.budgetTokens = 2000
            $0.sampling.temperature = 0
            $0.sampling.topK = 5
            $0.tools = [.function(FunctionTool(name: "f", path: "t"))]
            $0.toolChoice = .required
        }
        #expect(body["inferenceConfig"] == nil)
        #expect(body["toolConfig"]?["toolChoice"] == ["auto": [:]])
        #expect(losses == [.temperature, .topK, .toolChoice])
    }

    /// Claude refuses to think by a budget in the middle of a turn that began without thoughts.
    @Test
    func anUnthinkingTurnIsEndedFirst() {
        let call = PartContent.toolCall(ToolCall(id: "1", name: "f", arguments: "{}"))
        let (body, losses) = body(Bedrock.claude) {
            $0.turns.append(Turn(.assistant, [Part(call)], path: "a"))
            $0.turns.append(Turn(.user, [Part(.toolResult(ToolResult(callID: "1", parts: [])))], path: "r"))
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.budgetTokens = 2000
        }
        #expect(body["additionalModelRequestFields"] == nil)
        #expect(losses.contains(.reasoningBudget))
    }

    @Test
    func rangesAreKept() {
        let (body, losses) = body(Bedrock.llama) {
            $0.sampling.temperature = 2
            $0.sampling.topP = JSONNumber(spelling: "0.90")
            $0.sampling.maximumTokens = 0
            $0.sampling.stopSequences = ["", "x"]
            $0.sampling.seed = 1
            $0.sampling.choiceCount = 2
            $0.sampling.frequencyPenalty = 0
            $0.metadata = ["a": "b", "c": "ü", "d": 1]
            $0.serviceTier = "scale"
            $0.user = "me"
        }
        #expect(body["inferenceConfig"].map(Bedrock.text) == #"{"temperature":1,"topP":0.90,"stopSequences":["x"]}"#)
        #expect(body["requestMetadata"] == ["a": "b"])
        #expect(
            losses == [
                .temperature, .maximumTokens, .stopSequences, .seed, .choiceCount, .metadata, .serviceTier, .user,
            ]
        )
    }

    @Test
    func topKHasAPlaceInSomeFamilies() {
        func fields(_ model: String) -> JSONValue? {
            body(model) { $0.sampling.topK = 5 }.body["additionalModelRequestFields"]
        }
        #expect(fields(Bedrock.claude) == ["top_k": 5])
        #expect(fields(Bedrock.nova) == ["inferenceConfig": ["topK": 5]])
        #expect(fields(Bedrock.llama) == nil)
    }

    @Test
    func schemasOfAnswersAreText() {
        let format = OutputFormat.schema(
            OutputSchema(name: "n", schema: ["z": 1, "a": ["$ref": "#/x"]], isStrict: true)
        )
        let (claude, losses) = body(Bedrock.claude) { $0.outputFormat = format }
        let definition = claude["outputConfig"]?["textFormat"]?["structure"]?["jsonSchema"]
        #expect(definition?["schema"] == .string(##"{"z":1,"a":{"$ref":"#/x"}}"##))
        #expect(losses.isEmpty)
        #expect(body(Bedrock.nova) { $0.outputFormat = format }.losses == [.outputSchema])
        #expect(body(Bedrock.claude) { $0.outputFormat = .json }.losses == [.jsonMode])
    }

    @Test
    func toolsAreWhatTheSchemaWants() {
        let union: JSONValue = ["anyOf": [], "properties": ["b": [:], "a": [:]]]
        let (body, losses) = body(Bedrock.claude) {
            $0.tools = [
                .function(FunctionTool(name: "f", description: " ", path: "t")),
                .function(
                    FunctionTool(name: "g", parameters: union, isStrict: true, cacheHint: CacheHint(), path: "t")
                ),
            ]
            $0.toolChoice = .allowed(["g"], isRequired: true)
        }
        #expect(body["toolConfig"]?["tools"]?.array?.count == 2)
        let spec = body["toolConfig"]?["tools"]?[0]?["toolSpec"]
        #expect(
            spec.map(Bedrock.text)
                == #"{"name":"g","inputSchema":{"json":{"type":"object","properties":{"b":{},"a":{}}}},"strict":true}"#
        )
        #expect(body["toolConfig"]?["toolChoice"] == ["any": [:]])
        #expect(losses == [.schemaKeyword, .allowedTools])
    }

    @Test
    func toolsAreUniqueAndAForcedOneIsThere() {
        let (body, losses) = body(Bedrock.claude) {
            $0.tools = [.function(FunctionTool(name: "f", path: "a")), .function(FunctionTool(name: "f", path: "b"))]
            $0.toolChoice = .tool("g")
        }
        #expect(body["toolConfig"]?["tools"]?.array?.count == 1)
        #expect(body["toolConfig"]?["toolChoice"] == ["auto": [:]])
        #expect(losses == [.toolName, .toolChoice])
    }

    @Test
    func noToolsIsSaidByLeavingThemOut() {
        let (body, losses) = body(Bedrock.claude) {
            $0.tools = [.function(FunctionTool(name: "f", path: "t"))]
            $0.toolChoice = ToolChoice.none
        }
        #expect(body["toolConfig"] == nil)
        #expect(losses.isEmpty)
        let server = ForeignContent(.anthropicMessages, type: "web_search", element: .serverTool, value: 1)
        #expect(self.body(Bedrock.claude) { $0.tools = [.foreign(server, path: "t")] }.losses == [.serverTool])
    }
}
