import JSON

/// Writes a stream of Responses events for a caller.
///
/// Thoughts are told as summaries, which is where the SDKs and applications look for them. A failure is an `error`
/// event before the response has begun and `response.failed` behind that.
///
/// Format: OpenAI API reference, "Streaming events" of Responses.
package struct OpenAIResponsesStreamEncoder: AnswerStreamEncoder {
    private var content: ResponsesOutput

    package init(_ context: AnswerContext) {
        content = ResponsesOutput(context, isStream: true)
    }

    package var losses: [Loss] { content.report.losses }

    package mutating func encode(_ event: AnswerEvent, into output: inout [UInt8]) {
        content.receive(event, into: &output)
    }
}
