import Testing

@testable import Dialects

@Suite("Answers that are complete without a mark")
struct UnmarkedCompletionTests {
    private func isComplete(_ stream: String, _ format: WireFormat, choiceCount: Int = 1) -> Bool {
        var reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        reader.receive(bytes(stream).span) { _ in }
        return reader.mayBeComplete(choiceCount: choiceCount)
    }

    private static let gemini =
        #"data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}"# + "\n\n"
    private static let chat =
        #"data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"# + "\n\n"
    private static let anthropic =
        "event: message_start\n"
        + #"data: {"type":"message_start","message":{"id":"m","role":"assistant","content":[],"model":"m"}}"#
        + "\n\nevent: message_delta\n" + #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}"# + "\n\n"

    @Test(
        arguments: [
            (.gemini, gemini, 1, true), (.gemini, gemini, 2, false), (.gemini, gemini, 0, true),
            (.gemini, gemini + "data: {\"usage", 1, false), (.gemini, gemini + ": wait\n\n", 1, true),
            (.gemini, #"data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"# + "\n\n", 1, false),
            (.openAIChat, chat, 1, true), (.openAIChat, chat, 2, false),
            (.openAIChat, chat + "data: [DONE]\n\n", 1, false),
            (.openAIChat, chat + #"data: {"choices":[{"index":1,"delta":{"content":"b"}}]}"# + "\n\n", 1, false),
            // A mark that is missing is a missing end.
            (.anthropicMessages, anthropic, 1, false), (.openAIResponses, "", 1, false), (.gemini, "", 1, false),
        ] as [(WireFormat, String, Int, Bool)]
    )
    func areThoseOfFormatsWithoutOne(_ format: WireFormat, _ stream: String, _ choiceCount: Int, _ expected: Bool) {
        #expect(isComplete(stream, format, choiceCount: choiceCount) == expected)
    }

    /// The figures come behind the end of a message, in an event of their own.
    @Test func aMessageOfBedrocksIsCompleteBeforeItsFigures() {
        var reader = WireFormat.bedrockConverse.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        var encoder = BedrockConverse.StreamEncoder(AnswerContext(requestID: "r", model: "m", created: 0))
        var output: [UInt8] = []
        let events: [AnswerEvent] = [
            .start(AnswerStart()), .partStart(choice: 0, .text), .delta(choice: 0, "a"), .partEnd(choice: 0),
        ]
        for event in events { encoder.encode(event, into: &output) }
        reader.receive(output.span) { _ in }
        #expect(!reader.mayBeComplete(choiceCount: 1))
        output = []
        encoder.encode(.finish(choice: 0, .stop), into: &output)
        reader.receive(output.span) { _ in }
        #expect(reader.mayBeComplete(choiceCount: 1))
        output = []
        encoder.encode(.end, into: &output)
        reader.receive(output.span.extracting(0..<1)) { _ in }
        #expect(!reader.mayBeComplete(choiceCount: 1))
        reader.receive(output.span.extracting(1..<output.count)) { _ in }
        #expect(reader.sequencer.hasEnded)
    }
}
