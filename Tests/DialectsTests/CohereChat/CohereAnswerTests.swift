import JSON
import Testing

@testable import Dialects

@Suite("Cohere answers")
struct CohereAnswerTests {
    private func answer(_ text: String) throws -> Answer {
        try folded(AnswerTranslation.events(of: text.utf8.span, .cohereChat))
    }

    @Test func thoughtsTextAndCitations() throws {
        let blocks = #"[{"type":"thinking","thinking":"Where to?"},{"type":"text","text":"Fly north"}]"#
        let answer = try answer(
            #"{"id":"m1","message":{"role":"assistant","content":\#(blocks),"citations":[\#(CohereSamples.citation)]},"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":5,"output_tokens":6}}}"#
        )
        let parts = try #require(answer.choices.first).parts
        #expect(parts.count == 2)
        #expect(parts[0].content == .reasoning(Reasoning("Where to?")))
        guard case .text(let text) = parts[1].content else {
            Issue.record("no text")
            return
        }
        #expect(text.text == "Fly north")
        #expect(text.annotations.map(\.title) == ["Birds"])
        #expect(answer.usage == TokenUsage(input: 5, output: 6))
        #expect(answer.start.id == "m1")
    }

    @Test func plansAndCalls() throws {
        let call = #"{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"at\":1.0}"}}"#
        let answer = try answer(
            #"{"message":{"role":"assistant","tool_plan":"I will look.","tool_calls":[\#(call)]},"finish_reason":"TOOL_CALL"}"#
        )
        #expect(
            answer.choices.first?.parts.map(\.content) == [
                .text("I will look."), .toolCall(ToolCall(id: "c1", name: "look", arguments: #"{"at":1.0}"#)),
            ]
        )
        #expect(answer.choices.first?.finish == .toolCalls)
        #expect(answer.usage == nil)
    }

    /// A citation is of the text that it names; those of thoughts and plans are of none.
    @Test func citationsNameTheirText() throws {
        let blocks = #"[{"type":"text","text":"One"},{"type":"text","text":"Two"}]"#
        let first =
            #"{"start":0,"end":3,"content_index":0,"sources":[{"type":"tool","id":"t:0","tool_output":{"url":"https://a.example"}}]}"#
        let thought = #"{"start":0,"end":3,"type":"THINKING_CONTENT","sources":[]}"#
        let answer = try answer(
            #"{"message":{"content":\#(blocks),"citations":[\#(first),\#(thought)]},"finish_reason":"COMPLETE"}"#
        )
        let urls = answer.choices[0].parts.map { part -> [String?] in
            if case .text(let text) = part.content { text.annotations.map(\.url) } else { [] }
        }
        #expect(urls == [["https://a.example"], []])
    }

    @Test func probabilitiesOfTokens() throws {
        let answer = try answer(
            #"{"message":{"content":[{"type":"text","text":"Hi"}]},"finish_reason":"COMPLETE","logprobs":[{"token_ids":[1,2],"text":"Hi","logprobs":[-0.5,-0.25]},{"token_ids":[]}]}"#
        )
        #expect(answer.choices[0].logProbabilities.map(\.chosen.logProbability.double) == [-0.75])
    }

    @Test(arguments: [
        ("{}", ProviderFailure.Kind.server), ("[]", .server), (#"{"message":"no"}"#, .server),
        (#"{"message":{"content":[]},"finish_reason":"ERROR"}"#, .server),
        (#"{"message":{"content":[]},"finish_reason":"TIMEOUT"}"#, .timeout),
    ])
    func whatIsNoAnswer(_ text: String, _ kind: ProviderFailure.Kind) {
        let failure = #expect(throws: ProviderFailure.self) { try answer(text) }
        #expect(failure?.kind == kind)
    }

    @Test(arguments: [
        (400, "invalid request: no messages", ProviderFailure.Kind.invalidRequest),
        (400, "too many tokens: the prompt is too long", .contextLength),
        (400, "too many tokens: max tokens must be less than 10", .invalidRequest),
        (422, "no such field", .invalidRequest), (401, "no api key supplied", .authentication),
        (402, "pay", .billing), (403, "no", .permission), (404, "model 'x' not found", .notFound),
        (429, "wait", .rateLimit), (498, "invalid token", .authentication), (499, "gone", .timeout),
        (500, "oh", .server), (503, "busy", .overloaded), (504, "late", .timeout),
    ])
    func errors(_ status: Int, _ message: String, _ kind: ProviderFailure.Kind) {
        let body = #"{"id":"e1","message":"\#(message)"}"#
        let failure = CohereChat.failure(ofBody: body.utf8.span, status: status)
        #expect(failure.kind == kind)
        #expect(failure.message == message)
        #expect(failure.status == status)
    }

    @Test(arguments: ["", "<html>", "{}", #"{"message":7}"#, #"{"message":""}"#])
    func errorsWithoutAMessage(_ body: String) {
        let failure = CohereChat.failure(ofBody: body.utf8.span, status: 500)
        #expect(failure.message == "The provider gave no reason.")
    }

    @Test func errorsForCallers() {
        #expect(text(CohereError.body(message: "No.", requestID: "r1")) == #"{"id":"r1","message":"No."}"#)
        #expect(text(CohereError.body(message: "No.", requestID: nil)) == #"{"message":"No."}"#)
    }
}
