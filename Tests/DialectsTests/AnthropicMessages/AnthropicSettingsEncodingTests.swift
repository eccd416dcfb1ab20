import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: writing settings")
struct AnthropicSettingsEncodingTests {
    private func conversation(
        source: WireFormat = .openAIChat,
        maximumTokens: Int? = 10_000,
        _ change: (inout Conversation) -> Void
    ) -> Conversation {
        var conversation = anthropicTestConversation([anthropicTurn(.user, .text("go"))], source: source)
        conversation.sampling.maximumTokens = maximumTokens
        change(&conversation)
        return conversation
    }

    struct Wish: CustomTestStringConvertible {
        var model: String
        var effort: String?
        var budget: Int?
        var isEnabled: Bool?
        var source = WireFormat.openAIChat
        var maximumTokens: Int? = 10_000
        var thinking: String?
        var output: String?
        var lost: [String] = []
        var testDescription: String { "\(model) \(effort ?? "") \(budget ?? 0) \(maximumTokens ?? 0)" }
    }

    private static let wishes: [Wish] = [
        Wish(model: "claude-3-5-haiku-20241022", effort: "high", lost: ["reasoning effort"]),
        Wish(
            model: "claude-sonnet-4-5",
            effort: "low",
            thinking: #"{"type":"enabled","budget_tokens":2048}"#,
            lost: ["reasoning effort"]
        ),
        Wish(
            model: "claude-sonnet-4-5",
            effort: "high",
            thinking: #"{"type":"enabled","budget_tokens":5000}"#,
            lost: ["reasoning effort"]
        ),
        Wish(model: "claude-sonnet-4-5", effort: "high", maximumTokens: 900, lost: ["reasoning effort"]),
        Wish(model: "claude-sonnet-4-5", effort: "none"),
        Wish(model: "claude-sonnet-4-5", budget: 3000, thinking: #"{"type":"enabled","budget_tokens":3000}"#),
        Wish(
            model: "claude-sonnet-4-5",
            budget: 100,
            thinking: #"{"type":"enabled","budget_tokens":1024}"#,
            lost: ["reasoning budget"]
        ),
        Wish(
            model: "claude-sonnet-4-5",
            budget: 99_999,
            thinking: #"{"type":"enabled","budget_tokens":9999}"#,
            lost: ["reasoning budget"]
        ),
        Wish(model: "claude-sonnet-4-5", budget: 0),
        Wish(
            model: "claude-sonnet-4-5",
            isEnabled: true,
            source: .gemini,
            thinking: #"{"type":"enabled","budget_tokens":5000}"#
        ),
        Wish(
            model: "claude-opus-4-5",
            effort: "medium",
            thinking: #"{"type":"enabled","budget_tokens":5000}"#,
            output: #"{"effort":"medium"}"#
        ),
        Wish(
            model: "claude-opus-4-6",
            effort: "high",
            thinking: #"{"type":"adaptive"}"#,
            output: #"{"effort":"high"}"#
        ),
        Wish(
            model: "claude-opus-4-6",
            effort: "xhigh",
            thinking: #"{"type":"adaptive"}"#,
            output: #"{"effort":"high"}"#,
            lost: ["reasoning effort"]
        ),
        Wish(
            model: "claude-opus-4-6",
            effort: "minimal",
            thinking: #"{"type":"adaptive"}"#,
            output: #"{"effort":"low"}"#,
            lost: ["reasoning effort"]
        ),
        Wish(model: "claude-opus-4-6", budget: 2000, thinking: #"{"type":"enabled","budget_tokens":2000}"#),
        Wish(model: "claude-opus-4-7", budget: 2000, thinking: #"{"type":"adaptive"}"#, lost: ["reasoning budget"]),
        Wish(
            model: "claude-opus-4-7",
            effort: "xhigh",
            thinking: #"{"type":"adaptive"}"#,
            output: #"{"effort":"xhigh"}"#
        ),
        Wish(model: "claude-opus-4-7", effort: "high", source: .anthropicMessages, output: #"{"effort":"high"}"#),
        Wish(model: "claude-opus-5", effort: "none", thinking: #"{"type":"disabled"}"#),
        Wish(
            model: "claude-opus-5",
            effort: "max",
            isEnabled: false,
            thinking: #"{"type":"disabled"}"#,
            output: #"{"effort":"high"}"#,
            lost: ["reasoning effort"]
        ),
        Wish(model: "claude-opus-5-5", effort: "none", output: #"{"effort":"low"}"#, lost: ["reasoning effort"]),
        Wish(model: "claude-sonnet-5-5", isEnabled: false, thinking: #"{"type":"between_tools"}"#),
        Wish(model: "claude-haiku-5-5", isEnabled: false, thinking: #"{"type":"disabled"}"#),
        Wish(
            model: "us.anthropic.claude-fable-5-1-v1:0",
            effort: "low",
            thinking: #"{"type":"adaptive"}"#,
            output: #"{"effort":"low"}"#
        ),
        Wish(model: "claude-opus-5-5"),
    ]

    @Test(arguments: wishes) func thinking(_ wish: Wish) {
        let request = request(
            anthropic: conversation(source: wish.source, maximumTokens: wish.maximumTokens) {
                guard wish.effort != nil || wish.budget != nil || wish.isEnabled != nil else { return }
                $0.reasoning = ReasoningOptions()
                $0.reasoning?.effort = wish.effort
                $0.reasoning?.budgetTokens = wish.budget
                $0.reasoning?.isEnabled = wish.isEnabled
            },
            model: wish.model
        )
        #expect(request.memberText("thinking") == wish.thinking)
        #expect(request.memberText("output_config") == wish.output)
        #expect(request.losses.map(\.element.rawValue) == wish.lost)
    }

    @Test func lengthIsChosenWhereNoneIsSaid() {
        let plain = request(anthropic: conversation(maximumTokens: nil) { _ in }, defaultMaximumTokens: 500)
        #expect(plain.body["max_tokens"] == 500)
        #expect(plain.lostElements == ["maximum tokens approximated "])
        let thinking = conversation(maximumTokens: nil) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.budgetTokens = 2000
        }
        let request = request(anthropic: thinking, defaultMaximumTokens: 500)
        #expect(request.body["max_tokens"] == 2500)
        #expect(request.memberText("thinking") == #"{"type":"enabled","budget_tokens":2000}"#)
    }

    @Test(
        arguments: [
            ("claude-2.1", 4096), ("anthropic.claude-v2:1", 4096), ("claude-3-opus-20240229", 4096),
            ("claude-3-haiku@20240307", 4096), ("anthropic.claude-3-haiku-20240307-v1:0", 4096),
            ("claude-3-5-sonnet-v2@20241022", 8192), ("us.anthropic.claude-3-5-haiku-20241022-v1:0", 8192),
            ("claude-3-7-sonnet-latest", 64_000), ("claude-opus-4-20250514", 32_000), ("claude-opus-4-1", 32_000),
            ("claude-sonnet-4@20250514", 64_000), ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", 64_000),
            ("claude-opus-4-5", 64_000), ("claude-haiku-4-5", 64_000), ("anthropic/claude-opus-4.6", 128_000),
            ("us.anthropic.claude-sonnet-4-6", 128_000), ("claude-opus-4-8", 128_000), ("claude-sonnet-5", 128_000),
            ("claude-fable-5-1", 128_000), ("claude-opus-5-5", 128_000),
        ] as [(String, Int)]
    )
    func lengthIsTheModelsOwnWhereNoneIsSaid(model: String, length: Int) {
        let plain = request(anthropic: conversation(maximumTokens: nil) { _ in }, model: model)
        #expect(plain.body["max_tokens"] == .number(length))
        #expect(plain.losses == [])
    }

    /// A prompt of so many tokens, and the length that is asked for behind it.
    @Test(
        arguments: [
            ("claude-sonnet-4-20250514", 100_000, nil, 64_000), ("claude-sonnet-4-20250514", 120_000, nil, 49_995),
            ("claude-sonnet-4-20250514", 190_000, nil, 4096), ("claude-sonnet-4-20250514", 400_000, nil, 64_000),
            ("claude-sonnet-4-20250514", 120_000, 64_000, 64_000), ("claude-opus-4-1", 120_000, nil, 32_000),
            ("claude-3-haiku-20240307", 190_000, nil, 4096), ("claude-2.0", 90_000, nil, 4096),
            ("claude-sonnet-4-5", 190_000, nil, 64_000), ("glm-5", 190_000, nil, 4096),
        ] as [(String, Int, Int?, Int)]
    )
    func lengthFitsTheWindow(model: String, promptTokens: Int, said: Int?, length: Int) {
        let prompt = String(repeating: "word", count: promptTokens)
        let long = conversation(maximumTokens: said) { $0.turns = [anthropicTurn(.user, .text(prompt))] }
        #expect(request(anthropic: long, model: model).body["max_tokens"] == .number(length))
    }

    @Test(arguments: ["claude-haiku-5-5", "claude-opus-6", "claude-sonnet-latest", "glm-5", ""])
    func lengthIsGuessedForModelsThatAreNotKnown(model: String) {
        let plain = request(anthropic: conversation(maximumTokens: nil) { _ in }, model: model)
        #expect(plain.body["max_tokens"] == 4096)
        #expect(plain.lostElements == ["maximum tokens approximated "])
    }

    @Test func budgetsStayBelowTheModelsOwnLength() {
        let thinking = conversation(maximumTokens: nil) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.budgetTokens = 90_000
        }
        let budget = request(anthropic: thinking, model: "claude-opus-4-1")
        #expect(budget.body["max_tokens"] == 32_000)
        #expect(budget.memberText("thinking") == #"{"type":"enabled","budget_tokens":31999}"#)
        #expect(budget.losses.map(\.element) == [.reasoningBudget])
        let effort = conversation(maximumTokens: nil) {
            $0.reasoning = ReasoningOptions()
            $0.reasoning?.effort = "high"
        }
        let request = request(anthropic: effort, model: "claude-sonnet-4-5")
        #expect(request.body["max_tokens"] == 64_000)
        #expect(request.memberText("thinking") == #"{"type":"enabled","budget_tokens":16384}"#)
        #expect(request.losses.map(\.element) == [.reasoningEffort])
    }

    @Test func thoughtsThatAreGoneKeepABudgetAway() {
        var loop = anthropicTestConversation([
            anthropicTurn(.user, .text("go")), anthropicTurn(.assistant, .lookCall("1")),
            anthropicTurn(.user, .lookResult("1")),
        ])
        loop.sampling.maximumTokens = 9000
        loop.reasoning = ReasoningOptions()
        loop.reasoning?.effort = "low"
        let old = request(anthropic: loop, model: "claude-sonnet-4-5")
        #expect(old.body["thinking"] == nil)
        #expect(old.losses.map(\.element) == [.reasoningEffort])
        #expect(request(anthropic: loop, model: "claude-sonnet-4-6").memberText("thinking") == #"{"type":"adaptive"}"#)
        let signature = ReasoningSignature(origin: .anthropicMessages, value: "s")
        loop.turns[1].parts.insert(Part(.reasoning(Reasoning("t", signature: signature))), at: 0)
        #expect(request(anthropic: loop, model: "claude-sonnet-4-5").body["thinking"] != nil)
    }

    @Test(
        arguments: [
            ("claude-sonnet-4-5", false, "0.30", #""temperature":0.30"#, [String]()),
            ("claude-sonnet-4-5", false, "1.5", #""temperature":1"#, ["temperature"]),
            ("claude-sonnet-4-5", false, "-1", #""temperature":0"#, ["temperature"]),
            ("claude-sonnet-4-5", true, "0.3", nil, ["temperature"]),
            ("claude-sonnet-4-5", true, "1.0", nil, []),
            ("claude-opus-4-7", false, "0.3", nil, ["temperature"]),
            ("claude-opus-5", false, "1", nil, []),
        ] as [(String, Bool, String, String?, [String])]
    )
    func temperature(_ model: String, _ thinks: Bool, _ value: String, _ expected: String?, _ lost: [String]) {
        let request = request(
            anthropic: conversation(source: .gemini) {
                $0.sampling.temperature = JSONNumber(spelling: value)
                if thinks {
                    $0.reasoning = ReasoningOptions()
                    $0.reasoning?.budgetTokens = 2000
                }
            },
            model: model
        )
        let body = String(decoding: JSONWriter().write(.object(request.body)), as: UTF8.self)
        #expect(expected.map { body.contains("\($0),") } ?? !body.contains("temperature"))
        #expect(request.losses.map(\.element.rawValue) == lost)
    }

    @Test func probabilityMassBesideTemperature() {
        let both = conversation {
            $0.sampling.temperature = 1
            $0.sampling.topP = JSONNumber(0.5)
            $0.sampling.topK = JSONNumber(40.0)
        }
        let old = request(anthropic: both, model: "claude-3-haiku-20240307")
        #expect(old.memberText("top_p") == "0.5")
        #expect(old.memberText("top_k") == "40")
        #expect(old.lostElements == [])
        #expect(request(anthropic: both, model: "claude-haiku-4-5").lostElements == ["top p dropped "])
        #expect(
            request(anthropic: both, model: "claude-sonnet-5").lostElements == ["top p dropped ", "top k dropped "]
        )
    }

    @Test func whatClaudeDoesNotHaveIsReported() {
        let request = request(
            anthropic: conversation {
                $0.sampling.seed = 1
                $0.sampling.frequencyPenalty = JSONNumber(0.1)
                $0.sampling.presencePenalty = 0
                $0.sampling.choiceCount = 2
                $0.sampling.wantsLogProbabilities = true
                $0.sampling.stopSequences = ["\n", "x"]
                $0.verbosity = "low"
                $0.metadata = ["a": "b"]
                $0.promptCacheKey = "k"
                $0.serviceTier = "flex"
                $0.user = "me"
                $0.unread = [UnreadMember(path: "logit_bias", element: .logitBias), UnreadMember(path: "odd")]
            }
        )
        #expect(request.memberText("stop_sequences") == #"["x"]"#)
        #expect(request.memberText("metadata") == #"{"user_id":"me"}"#)
        #expect(
            request.losses.map(\.element) == [
                .logitBias, .unknownMember, .stopSequences, .serviceTier, .seed, .frequencyPenalty, .choiceCount,
                .logProbabilities, .verbosity, .metadata, .promptCacheKey,
            ]
        )
    }

    @Test func jsonMode() {
        let request = request(anthropic: conversation { $0.outputFormat = .json })
        #expect(request.memberText("system")?.contains("JSON") == true)
        #expect(request.lostElements == ["JSON mode approximated "])
    }

    @Test func schemas() throws {
        let schema = try json(
            anthropic: """
                {"type":"object","properties":{"z":{"type":"integer","minimum":1},"a":{"oneOf":[{"type":"string"}]}},
                "$defs":{"d":{"type":"object","additionalProperties":false}},"required":["z"]}
                """
        )
        let wish = conversation {
            $0.outputFormat = .schema(OutputSchema(name: "n", schema: schema, isStrict: false))
        }
        let new = request(anthropic: wish)
        #expect(
            new.memberText("output_config")
                == #"{"format":{"type":"json_schema","schema":{"type":"object","properties":{"#
                + #""z":{"type":"integer"},"a":{"anyOf":[{"type":"string"}]}},"#
                + #""$defs":{"d":{"type":"object","additionalProperties":false}},"required":["z"],"#
                + #""additionalProperties":false,"title":"n"}}}"#
        )
        #expect(
            new.lostElements == [
                "output schema name approximated ", "strict output schema approximated ",
                "schema key word approximated ",
            ]
        )
        let old = request(anthropic: wish, model: "claude-3-5-haiku-latest")
        #expect(old.body["output_config"] == nil)
        #expect(old.body["system"]?[0]?["text"]?.string?.contains(#""minimum":1"#) == true)
        #expect(old.losses.last?.element == .outputSchema)
    }

    @Test(
        arguments: [
            (##"{"type":"object","properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##, true),
            (##"{"$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"items":{"$ref":"#/$defs/a"}}}}"##, true),
            (##"{"$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{}},"items":{"$ref":"#/$defs/a"}}"##, false),
            (##"{"$ref":"https://example.com/s"}"##, true),
        ]
    )
    func schemasThatReferToThemselves(_ schema: String, _ isRecursive: Bool) throws {
        let output = AnthropicSchema.output(OutputSchema(schema: try json(anthropic: schema)))
        #expect((output == nil) == isRecursive)
    }

    @Test func forcedToolsNeedAModelThatDoesNotThink() {
        let wish = conversation {
            $0.tools = [.function(FunctionTool(name: "f", path: "t"))]
            $0.toolChoice = .required
        }
        #expect(request(anthropic: wish).memberText("tool_choice") == #"{"type":"any"}"#)
        for model in ["claude-opus-5-5", "claude-sonnet-5"] {
            let request = request(anthropic: wish, model: model)
            #expect(request.memberText("tool_choice") == #"{"type":"auto"}"#)
            #expect(request.lostElements == ["tool choice approximated "])
        }
    }

    @Test func everyLossHasARule() {
        for element in ConversationElement.allCases where AnthropicMessages.lossRules[element] == nil {
            // What has no rule can be said.
            let said: [ConversationElement] = [
                .documentName, .documentContext, .documentCitations, .documentWithoutText, .toolResultError,
            ]
            #expect(said.contains(element), "\(element)")
        }
        #expect(AnthropicMessages.lossRules[.serverTool]?.effect == .refused)
    }
}
