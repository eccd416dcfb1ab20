import JSON
import Testing

@testable import Dialects

@Suite("Completions of a text")
struct OpenAICompletionsTests {
    private func conversation(_ text: String) throws -> Conversation {
        try OpenAICompletions.conversation(of: JSONValue(parsing: text.utf8.span), RequestCall())
    }

    private func problem(_ text: String) throws -> FormatProblem? {
        do {
            _ = try conversation(text)
            return nil
        } catch let problem as FormatProblem {
            return problem
        }
    }

    @Test func settings() throws {
        let conversation = try conversation(
            ##"""
            {"model":"m","prompt":"Once","max_tokens":5,"temperature":0.50,"top_p":1,"n":2,"stop":["a","b"],"seed":7,
            "presence_penalty":1,"frequency_penalty":-1,"user":"u","logprobs":3,"stream":true,"echo":false,"best_of":2,
            "stream_options":{"include_usage":true},"suffix":"","logit_bias":{},"fallbacks":["x"]}
            """##
        )
        #expect(conversation.model == "m")
        #expect(conversation.turns == [Turn(.user, [Part(.text("Once"), path: "prompt")], path: "prompt")])
        #expect(conversation.isStream)
        #expect(conversation.wantsStreamUsage)
        #expect(conversation.sampling.maximumTokens == 5)
        #expect(conversation.sampling.temperature?.spelling == "0.50")
        #expect(conversation.sampling.choiceCount == 2)
        #expect(conversation.sampling.stopSequences == ["a", "b"])
        #expect(conversation.sampling.topLogProbabilities == 3)
        #expect(conversation.user == "u")
        #expect(conversation.unread.isEmpty)
    }

    @Test func whatHasNoCounterpartIsReported() throws {
        let conversation = try conversation(
            ##"{"model":"m","prompt":["x"],"suffix":"y","best_of":3,"logit_bias":{"1":2},"stop":"s","z":1}"##
        )
        #expect(conversation.turns.first?.path == "prompt[0]")
        #expect(conversation.sampling.stopSequences == ["s"])
        #expect(conversation.unread.map(\.path) == ["suffix", "best_of", "logit_bias", "z"])
    }

    @Test(arguments: [
        (##"{"prompt":"x"}"##, "model"), (##"{"model":"m"}"##, "prompt"), (##"{"model":"m","prompt":""}"##, "prompt"),
        (##"{"model":"m","prompt":["a","b"]}"##, "prompt"), (##"{"model":"m","prompt":[]}"##, "prompt"),
        (##"{"model":"m","prompt":[1,2]}"##, "prompt"), (##"{"model":"m","prompt":[[1]]}"##, "prompt"),
        (##"{"model":"m","prompt":{}}"##, "prompt"), (##"{"model":"m","prompt":"x","logprobs":true}"##, "logprobs"),
        (##"{"model":"m","prompt":"x","echo":1}"##, "echo"),
    ])
    func whatIsNoRequest(_ text: String, _ path: String) throws {
        #expect(try problem(text)?.path == path)
    }

    // MARK: Answers

    private func context(_ request: JSONObject = [:], wantsUsage: Bool = false) -> AnswerContext {
        AnswerContext(requestID: "req_1", model: "m", created: 7, wantsStreamUsage: wantsUsage, request: request)
    }

    private var answer: Answer {
        var choice = Answer.Choice()
        choice.parts = [Part(.reasoning(Reasoning("Hm."))), Part(.text("there ")), Part(.text("was"))]
        choice.finish = .length
        let candidate = TokenLogProbability.Candidate(token: "there", logProbability: -1)
        choice.logProbabilities = [TokenLogProbability(chosen: candidate, top: [candidate])]
        return Answer(
            start: AnswerStart(id: "chatcmpl-9", model: "big"),
            choices: [choice],
            usage: TokenUsage(input: 1, output: 2)
        )
    }

    @Test func wholeAnswers() {
        let encoded = OpenAICompletions.answer(answer, context(["echo": true, "prompt": "Once "]))
        #expect(encoded.body["id"] == "cmpl-9")
        #expect(encoded.body["object"] == "text_completion")
        #expect(encoded.body["model"] == "big")
        #expect(encoded.body["created"] == 7)
        #expect(encoded.body["usage"]?["total_tokens"] == 3)
        #expect(
            encoded.body["choices"]
                == [
                    [
                        "text": "Once there was", "index": 0,
                        "logprobs": [
                            "tokens": ["there"], "token_logprobs": [-1], "top_logprobs": [["there": -1]],
                            "text_offset": [5],
                        ],
                        "finish_reason": "length",
                    ]
                ]
        )
        #expect(encoded.losses.map(\.element) == [.reasoningText])
    }

    @Test(arguments: [
        (FinishReason.stop, "stop", true), (.stopSequence("x"), "stop", true), (.length, "length", true),
        (.toolCalls, "stop", false), (.contentFilter, "content_filter", true), (.refusal, "content_filter", false),
        (.other("odd"), "stop", false),
    ])
    func ends(_ reason: FinishReason, _ word: String, _ isExact: Bool) {
        var answer = answer
        answer.choices[0].finish = reason
        let encoded = OpenAICompletions.answer(answer, context())
        #expect(encoded.body["choices"]?[0]?["finish_reason"] == .string(word))
        #expect(encoded.losses.contains { $0.element == .finishReason } != isExact)
    }

    private func stream(_ context: AnswerContext) -> [String] {
        var encoder = OpenAICompletionsStreamEncoder(context)
        var output: [UInt8] = []
        for event in answer.events { encoder.encode(event, into: &output) }
        #expect(encoder.losses.map(\.element) == [.reasoningText])
        return String(decoding: output, as: UTF8.self).split(separator: "\n\n").map { String($0.dropFirst(6)) }
    }

    @Test(arguments: [false, true])
    func streams(_ wantsUsage: Bool) throws {
        var events = stream(context(["echo": true, "prompt": ["Once "]], wantsUsage: wantsUsage))
        #expect(events.popLast() == "[DONE]")
        var chunks = try events.map { try JSONValue(parsing: $0.utf8.span) }
        if wantsUsage {
            let popped = chunks.popLast()
            let last = try #require(popped)
            #expect(last["usage"]?["total_tokens"] == 3)
            #expect(last["choices"] == [])
            #expect(chunks.allSatisfy { $0["usage"] == .null })
        } else {
            #expect(chunks.allSatisfy { $0["usage"] == nil })
        }
        #expect(chunks.allSatisfy { $0["id"] == "cmpl-9" && $0["object"] == "text_completion" })
        let choices = chunks.compactMap { $0["choices"]?[0] }
        #expect(choices.compactMap { $0["text"]?.string }.joined() == "Once there was")
        #expect(choices.filter { $0["finish_reason"] != .null }.count == 1)
        #expect(choices.last?["finish_reason"] == "length")
        #expect(choices.compactMap { $0["logprobs"]?["text_offset"] } == [[5]])
    }

    @Test func failuresInStreams() throws {
        var encoder = OpenAICompletionsStreamEncoder(context())
        var output: [UInt8] = []
        encoder.encode(.start(AnswerStart()), into: &output)
        encoder.encode(.failure(ProviderFailure(.overloaded, "busy")), into: &output)
        let text = String(decoding: output, as: UTF8.self)
        #expect(text.hasPrefix("data: {\"error\":{\"message\":\"busy\""))
        #expect(!text.contains("[DONE]"))
    }
}
