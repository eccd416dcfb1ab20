package import JSON

/// Cohere Chat of API v2, which providers are spoken to in and no caller speaks.
///
/// Format: Cohere API reference, version 2, "Chat" and "Chat with Streaming", and the guides "Basic usage of tool use",
/// "Streaming for tool use", "Reasoning Capabilities" and "Citations".
package enum CohereChat: ProviderDialect {
    package typealias StreamDecoder = CohereStreamDecoder

    package static let format = WireFormat.cohereChat
    package static let toolNameRule = ToolNameRule()

    package static func request(for conversation: Conversation, _ options: RequestOptions) -> EncodedRequest {
        var encoder = CohereRequestEncoder(conversation, options)
        return encoder.encode()
    }

    package static func events(ofAnswer body: JSONValue) throws(FormatProblem) -> [AnswerEvent] {
        try CohereAnswerDecoder.events(of: body)
    }

    package static func failure(ofBody body: Span<UInt8>, status: Int) -> ProviderFailure {
        CohereError.failure(ofBody: body, status: status)
    }
}
