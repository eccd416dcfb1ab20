import JSON
import NIOCore

extension RenderedAnswer {
    /// An answer with text.
    init(_ shape: AnswerShape) {
        let pieces = shape.pieces
        var message = ByteBuffer(staticString: #"{"role":"assistant","content":""#)
        for piece in pieces { message.writeBytes(piece) }
        message.writeStaticString(#"","refusal":null,"annotations":[]}"#)
        let deltas = pieces.map { piece in
            var delta = ByteBuffer(staticString: #"{"content":""#)
            delta.writeBytes(piece)
            delta.writeStaticString(#""}"#)
            return delta
        }
        self.init(
            message: message,
            role: AnswerEnvelope.textRole,
            deltas: deltas,
            finishReason: .stop,
            tokenCount: shape.tokenCount
        )
    }

    /// An answer that calls a tool.
    ///
    /// - Parameters:
    ///   - toolName: The tool's name as a JSON string, quotation marks included.
    ///   - chunkCount: The number of pieces that the arguments are streamed in, as far as they can be divided.
    init(toolName: ByteBuffer, chunkCount: Int) {
        var call = ByteBuffer(staticString: #""id":"call_mock","type":"function","function":{"name":"#)
        call.writeImmutableBuffer(toolName)
        call.writeStaticString(#","arguments":"#)
        var message = ByteBuffer(staticString: #"{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"#)
        message.writeImmutableBuffer(call)
        message.writeBytes(JSONText.quoted(Self.arguments))
        message.writeStaticString("}}]}")

        var first = ByteBuffer(staticString: #"{"tool_calls":[{"index":0,"#)
        first.writeImmutableBuffer(call)
        first.writeStaticString(#"""}}]}"#)
        self.init(
            message: message,
            role: AnswerEnvelope.toolRole,
            deltas: [first] + Self.argumentDeltas(chunkCount),
            finishReason: .toolCalls,
            tokenCount: (Self.arguments.utf8.count + 3) / 4
        )
    }

    private static let arguments = #"{"text":"mock","count":1,"nested":{"isExample":true}}"#

    private static func argumentDeltas(_ chunkCount: Int) -> [ByteBuffer] {
        let bytes = Array(arguments.utf8)
        let count = min(max(1, chunkCount), bytes.count)
        return (0..<count).map { piece in
            var quoted: [UInt8] = []
            JSONText.appendQuoted(
                bytes[(piece * bytes.count / count)..<((piece + 1) * bytes.count / count)],
                to: &quoted
            )
            var delta = ByteBuffer(staticString: #"{"tool_calls":[{"index":0,"function":{"arguments":"#)
            delta.writeBytes(quoted)
            delta.writeStaticString("}}]}")
            return delta
        }
    }
}
