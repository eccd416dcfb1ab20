import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Carries a provider's embeddings to the caller.
    func relayEmbeddings(
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        let body = try await answer.exchange.body(limit: gateway.configuration.maximumAnswerByteCount)
        let bytes = body.readableBytesUInt8Span
        guard let request = answer.outgoing.embeddingRequest else {
            if answer.outgoing.format == .openAIChat {
                record.usage = TokenUsage.ofOpenAIAnswer(bytes)
            } else if answer.outgoing.format == .cohereChat {
                record.usage = TokenUsage.ofCohereEmbeddings(bytes)
            }
            if answer.call.embeddingFormat == .geminiSingle {
                guard let single = GeminiEmbeddings.passedAnswer(of: bytes) else {
                    throw GatewayError(.badAnswer, "Provider \(answer.provider) answered without an embedding.")
                }
                sink.send(answer.passedHead, body: ByteBuffer(bytes: single))
            } else {
                sink.send(answer.passedHead, body: body)
            }
            return
        }
        guard
            let format = EmbeddingFormat(provider: answer.outgoing.format, model: answer.outgoing.model),
            let embeddings = EmbeddingAnswer(of: bytes, format),
            embeddings.vectors.count == request.inputs.count
        else {
            throw GatewayError(
                .badAnswer,
                "Provider \(answer.provider) did not answer with an embedding for each text."
            )
        }
        let counted = answer.head.fields.string("x-amzn-bedrock-input-token-count").flatMap { Int($0) }
        let inputTokens = embeddings.inputTokens ?? counted
        record.usage = inputTokens.map { TokenUsage(input: max(0, $0)) }
        var head = answer.translatedHead(isStream: false, losses: record.losses)
        head.isEstimated = inputTokens == nil && request.source == .openAI
        sink.send(
            head,
            body: ByteBuffer(
                bytes: embeddings.body(
                    for: request,
                    model: answer.outgoing.model,
                    inputTokens: inputTokens ?? request.estimatedTokenCount,
                    requestID: answer.call.requestID
                )
            )
        )
    }
}
