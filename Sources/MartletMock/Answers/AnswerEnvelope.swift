import NIOCore

/// The JSON around the parts of a chat completion and its chunks (OpenAI API reference, "The chat completion object"
/// and "The chat completion chunk object"). Everything but the parts is fixed, so that it is rendered once.
enum AnswerEnvelope {
    /// `finish_reason`.
    enum FinishReason {
        case none
        case stop
        case toolCalls

        var json: StaticString {
            switch self {
            case .none: "null"
            case .stop: #""stop""#
            case .toolCalls: #""tool_calls""#
            }
        }
    }

    /// The event that ends a stream.
    static let done = ByteBuffer(staticString: "data: [DONE]\n\n")

    /// The role that begins a stream of text.
    static let textRole = ByteBuffer(staticString: #"{"role":"assistant","content":"","refusal":null}"#)
    /// The role that begins a stream of tool calls.
    static let toolRole = ByteBuffer(staticString: #"{"role":"assistant","content":null,"refusal":null}"#)
    /// The delta that says nothing.
    static let noDelta = ByteBuffer(staticString: "{}")

    /// One event of a stream.
    ///
    /// - Parameter namesUsage: Whether the stream will report usage, which OpenAI announces with a null in every chunk.
    static func event(delta: ByteBuffer, finishReason: FinishReason, namesUsage: Bool) -> ByteBuffer {
        var output = ByteBuffer()
        output.writeStaticString("data: ")
        writeStart("chat.completion.chunk", to: &output)
        output.writeStaticString(#"[{"index":0,"delta":"#)
        output.writeImmutableBuffer(delta)
        output.writeStaticString(#","logprobs":null,"finish_reason":"#)
        output.writeStaticString(finishReason.json)
        output.writeStaticString("}]")
        if namesUsage { output.writeStaticString(#","usage":null"#) }
        output.writeStaticString("}\n\n")
        return output
    }

    /// The event that reports usage: the last with an object, without choices.
    static func event(usage: MockUsage) -> ByteBuffer {
        var output = ByteBuffer()
        output.writeStaticString("data: ")
        writeStart("chat.completion.chunk", to: &output)
        output.writeStaticString("[]")
        writeUsage(usage, to: &output)
        output.writeStaticString("}\n\n")
        return output
    }

    /// A whole answer up to its usage; `finish(_:usage:)` adds that.
    static func unfinishedAnswer(message: ByteBuffer, finishReason: FinishReason) -> ByteBuffer {
        var output = ByteBuffer()
        writeStart("chat.completion", to: &output)
        output.writeStaticString(#"[{"index":0,"message":"#)
        output.writeImmutableBuffer(message)
        output.writeStaticString(#","logprobs":null,"finish_reason":"#)
        output.writeStaticString(finishReason.json)
        output.writeStaticString("}]")
        return output
    }

    /// Adds what is missing to a whole answer.
    static func finish(_ answer: ByteBuffer, usage: MockUsage) -> ByteBuffer {
        var output = answer
        writeUsage(usage, to: &output)
        output.writeStaticString("}")
        return output
    }

    private static func writeStart(_ object: StaticString, to output: inout ByteBuffer) {
        output.writeStaticString(#"{"id":"chatcmpl-mock","object":""#)
        output.writeStaticString(object)
        output.writeStaticString(#"","created":1700000000,"model":"mock","choices":"#)
    }

    private static func writeUsage(_ usage: MockUsage, to output: inout ByteBuffer) {
        output.writeStaticString(#","usage":{"prompt_tokens":"#)
        output.writeString(String(usage.promptTokens))
        output.writeStaticString(#","completion_tokens":"#)
        output.writeString(String(usage.completionTokens))
        output.writeStaticString(#","total_tokens":"#)
        output.writeString(String(usage.totalTokens))
        output.writeStaticString("}")
    }
}
