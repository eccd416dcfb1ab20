import JSON
import TestSupport
import Testing

@testable import Dialects

@Suite("Anthropic: random conversations")
struct AnthropicRandomTests {
    private let models = [
        "claude-3-haiku-20240307", "claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8", "claude-sonnet-5-5",
        "claude-opus-5-5", "other",
    ]

    @Test func everyRequestKeepsTheRules() throws {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<1000 {
            let conversation = randomConversation(&generator)
            let model = models[round % models.count]
            let options = RequestOptions(model: model, defaultMaximumTokens: 2000)
            let request = AnthropicMessages.request(for: conversation, options)
            let complaints = AnthropicRules.complaints(.object(request.body))
            #expect(complaints == [], "round \(round) \(model)")
            #expect(Set(request.losses).count == request.losses.count)
            // What this format wrote it reads again, and nothing is left to lose.
            let again = try AnthropicMessages.conversation(of: .object(request.body), RequestCall())
            let second = AnthropicMessages.request(for: again, options)
            #expect(second.body["messages"] == request.body["messages"], "round \(round)")
            #expect(second.body["system"] == request.body["system"], "round \(round)")
            #expect(second.body["tools"] == request.body["tools"], "round \(round)")
            #expect(AnthropicMessages.request(for: conversation, options).body == request.body)
        }
    }

    private func randomConversation(_ generator: inout SeededGenerator) -> Conversation {
        var turns: [Turn] = []
        for index in 0..<Int.random(in: 0...9, using: &generator) {
            let role = [Role.user, .user, .assistant, .assistant, .system, .developer][
                Int.random(in: 0..<6, using: &generator)
            ]
            let parts = (0..<Int.random(in: 0...3, using: &generator)).map { place in
                Part(part(role, &generator), path: "turns[\(index)].parts[\(place)]")
            }
            turns.append(Turn(role, parts, path: "turns[\(index)]"))
        }
        var conversation = anthropicTestConversation(turns)
        conversation.sampling.maximumTokens = [nil, 1, 1024, 1025, 5000][Int.random(in: 0..<5, using: &generator)]
        conversation.sampling.temperature = [nil, 0, 1, 2][Int.random(in: 0..<4, using: &generator)]
        conversation.sampling.topK = [nil, 5][Int.random(in: 0..<2, using: &generator)]
        conversation.toolChoice = [nil, .required, .tool("a"), .automatic][Int.random(in: 0..<4, using: &generator)]
        if Bool.random(using: &generator) {
            conversation.tools = ["a", "b c"].map { .function(FunctionTool(name: $0, path: "tools")) }
        }
        if Bool.random(using: &generator) {
            var reasoning = ReasoningOptions()
            reasoning.effort = [nil, "none", "minimal", "high", "odd"][Int.random(in: 0..<5, using: &generator)]
            reasoning.budgetTokens = [nil, 0, 1, 4000, .max][Int.random(in: 0..<5, using: &generator)]
            reasoning.isEnabled = [nil, true, false][Int.random(in: 0..<3, using: &generator)]
            conversation.reasoning = reasoning
        }
        conversation.outputFormat =
            [nil, .json, .schema(OutputSchema(schema: [:]))][
                Int.random(in: 0..<3, using: &generator)
            ]
        return conversation
    }

    private func part(_ role: Role, _ generator: inout SeededGenerator) -> PartContent {
        let text = ["", " ", "a", "b \n", "c"][Int.random(in: 0..<5, using: &generator)]
        let id = ["1", "2", "x y", ""][Int.random(in: 0..<4, using: &generator)]
        guard role == .user || role == .assistant else { return .text(text) }
        switch (Int.random(in: 0..<6, using: &generator), role) {
        case (0, .user), (1, .user): return .lookResult(id, text, isError: Bool.random(using: &generator))
        case (2, .user): return .image(Media(.data(base64: "/9j/AA==")))
        case (3, .user): return .document(Media(.text(text)))
        case (0, .assistant), (1, .assistant):
            return .lookCall(id, ["a", "b c"].randomElement(using: &generator) ?? "", text)
        case (2, .assistant):
            let origin = WireFormat.allCases.randomElement(using: &generator) ?? .gemini
            return .reasoning(Reasoning(text, signature: ReasoningSignature(origin: origin, value: "s")))
        case (3, .assistant): return .refusal(text)
        default: return .text(text)
        }
    }
}
