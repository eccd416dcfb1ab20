import JSON
import Testing

@testable import Dialects

@Suite("Anthropic: replay")
struct AnthropicReplayTests {
    /// What an SDK collects from a stream comes back as history, turn after turn.
    @Test(arguments: WireFormat.allCases) func fiveTurns(_ provider: WireFormat) throws {
        let readable = provider == .anthropicMessages || provider == .bedrockConverse
        var messages: [JSONValue] = [["role": "user", "content": "go"]]
        var bodies: [[UInt8]] = []
        for turn in 0..<5 {
            let body: JSONValue = ["model": "claude-sonnet-4-5", "max_tokens": 9, "messages": .array(messages)]
            let conversation = try AnthropicMessages.conversation(of: body, RequestCall())
            let encoded = request(anthropic: conversation)
            let losses = Set(encoded.losses.map(\.element))
            #expect(losses == (readable || turn == 0 ? [] : [.reasoningSignature, .reasoningText]))
            bodies.append(JSONWriter().write(.object(encoded.body)))
            if turn > 0 { expectSignatures(conversation, provider, turn) }
            let blocks = try answer(of: provider, turn)
            messages.append(["role": "assistant", "content": .array(blocks)])
            messages.append([
                "role": "user",
                "content": [["type": "tool_result", "tool_use_id": .string("c\(turn)"), "content": "ok"]],
            ])
        }
        for (short, long) in zip(bodies, bodies.dropFirst()) {
            #expect(long.starts(with: short.dropLast(2)))
        }
    }

    private func expectSignatures(_ conversation: Conversation, _ provider: WireFormat, _ turn: Int) {
        let signatures = conversation.turns.flatMap(\.parts).compactMap { part -> ReasoningSignature? in
            if case .reasoning(let reasoning) = part.content { reasoning.signature } else { nil }
        }
        let expected = (0..<turn).flatMap { turn in
            ["s\(turn)+/=", "r\(turn)"].map { ReasoningSignature(origin: provider, value: $0) }
        }
        #expect(signatures == expected)
    }

    private func answer(of provider: WireFormat, _ turn: Int) throws -> [JSONValue] {
        let signature = { ReasoningSignature(origin: provider, value: $0) }
        let bytes = stream(
            of: [
                .partStart(choice: 0, .reasoning()), .delta(choice: 0, "hm"),
                .signature(choice: 0, signature("s\(turn)")), .signature(choice: 0, signature("+/=")),
                .partEnd(choice: 0), .partStart(choice: 0, .reasoning(isRedacted: true)),
                .signature(choice: 0, signature("r\(turn)")), .partEnd(choice: 0),
                .partStart(choice: 0, .text), .delta(choice: 0, "Let me look."), .partEnd(choice: 0),
                .partStart(choice: 0, .toolCall(id: "c\(turn)", name: "look")), .delta(choice: 0, #"{"b":1.0,"a":2}"#),
                .finish(choice: 0, .toolCalls), .end,
            ],
            AnthropicStreamEncoder(AnswerContext(requestID: "r", model: "m", created: 0))
        )
        let grammar = try AnthropicStreamGrammar(bytes)
        #expect(grammar.complaints == [])
        return grammar.blocks
    }

    @Test func settingsHaveTheirPaths() {
        #expect(AnthropicMessages.path(of: .temperature) == "temperature")
        #expect(AnthropicMessages.path(of: .maximumTokens) == "max_tokens")
        #expect(AnthropicMessages.path(of: .reasoningBudget) == "thinking.budget_tokens")
        #expect(AnthropicMessages.path(of: .user) == "metadata.user_id")
    }

    @Test func manyOfEverythingTakesNoLongTime() {
        let calls = (0..<3000).map { _ in PartContent.lookCall("same") }
        let results = (0..<3000).map { _ in PartContent.lookResult("same") }
        var assistant = anthropicTurn(.assistant, path: "a")
        assistant.parts = calls.map { Part($0) }
        var user = anthropicTurn(.user, path: "u")
        user.parts = results.map { Part($0) }
        let encoded = request(
            anthropic: anthropicTestConversation([anthropicTurn(.user, .text("go")), assistant, user])
        )
        #expect(encoded.body["messages"]?[2]?["content"]?.array?.count == 3000)
    }
}
