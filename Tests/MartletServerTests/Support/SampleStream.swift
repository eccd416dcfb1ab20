import MartletMock
import NIOCore

/// A chat stream as OpenAI sends it.
enum SampleStream {
    static let role = event(
        #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#
    )
    static let first = event(
        #"{"id":"c","choices":[{"index":0,"delta":{"content":"Grüße 😀"},"finish_reason":null}],"usage":null}"#
    )
    static let second = event(
        #"{"id":"c","choices":[{"index":0,"delta":{"content":"\n\ndata: x"},"finish_reason":null}],"usage":null}"#
    )
    static let finish = event(#"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#)
    static let usage = event(#"{"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
    static let error = event(#"{"error":{"message":"The server had an error.","type":"server_error"}}"#)
    static let done = event("[DONE]")

    static let content = [role, first, second, finish]
    static let whole = (content + [usage, done]).joined()
    static let withoutUsage = (content + [done]).joined()

    static func event(_ data: String) -> String { "data: \(data)\n\n" }

    /// A stream in pieces of any bytes.
    static func reply(_ pieces: [some Sequence<UInt8>], ending: MockReply.Ending = .whole) -> MockReply {
        MockReply(pieces: pieces.map { ByteBuffer(bytes: $0) }, ending: ending)
    }

    /// A stream in one piece.
    static func reply(_ text: String, ending: MockReply.Ending = .whole) -> MockReply {
        reply([text.utf8], ending: ending)
    }
}
