import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Carries a provider's embeddings to the caller.
    func relayEmbeddings(
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: AttemptSink
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
        var requests = [request]
        var answers = [try embeddings(in: bytes, of: request, answer)]
        for part in try answer.outgoing.laterParts() {
            guard let (request, embeddings) = try await embeddings(of: part, &record, to: sink) else { return }
            requests.append(request)
            answers.append(embeddings)
        }
        guard let whole = EmbeddingAnswer(merging: answers, of: requests) else { throw Self.missing(answer) }
        let inputTokens = whole.inputTokens
        record.usage = inputTokens.map { TokenUsage(input: max(0, $0)) }
        var head = answer.translatedHead(isStream: false, losses: record.losses)
        head.isEstimated = inputTokens == nil && request.source == .openAI
        sink.send(
            head,
            body: ByteBuffer(
                bytes: whole.body(
                    for: request,
                    model: answer.outgoing.model,
                    inputTokens: inputTokens ?? requests.reduce(0) { $0 + $1.estimatedTokenCount },
                    requestID: answer.call.requestID
                )
            )
        )
    }

    /// Asks for a further part of the texts.
    ///
    /// - Returns: Nil when the caller has an answer already.
    private func embeddings(
        of part: OutgoingRequest,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws -> (EmbeddingRequest, EmbeddingAnswer)? {
        guard let request = part.embeddingRequest else { return nil }
        let (exchange, head) = try await ask(part, through: sink)
        let answer = ProviderAnswer(part, exchange, head)
        guard (200..<300).contains(answer.head.status) else {
            try await relayError(answer, &record, to: sink)
            return nil
        }
        let body = try await exchange.body(limit: gateway.configuration.maximumAnswerByteCount)
        return (request, try embeddings(in: body.readableBytesUInt8Span, of: request, answer))
    }

    /// Reads a provider's embeddings.
    private func embeddings(
        in bytes: Span<UInt8>,
        of request: EmbeddingRequest,
        _ answer: ProviderAnswer
    ) throws(GatewayError) -> EmbeddingAnswer {
        guard
            let format = answer.outgoing.embeddingFormat,
            var embeddings = EmbeddingAnswer(of: bytes, format),
            embeddings.vectors.count == request.inputs.count
        else { throw Self.missing(answer) }
        if embeddings.inputTokens == nil {
            // Bedrock counts in a field where the model does not.
            embeddings.inputTokens = answer.head.fields.string("x-amzn-bedrock-input-token-count").flatMap { Int($0) }
        }
        return embeddings
    }

    private static func missing(_ answer: ProviderAnswer) -> GatewayError {
        GatewayError(.badAnswer, "Provider \(answer.provider) did not answer with an embedding for each text.")
    }
}
