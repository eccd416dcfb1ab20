import Dialects
import NIOCore
import Transport

extension GatewayShare {
    /// Answers a question for the tokens of a request where the provider does not count.
    func sendEstimate(
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) throws {
        let question: TokenCountRequest
        do throws(FormatProblem) {
            question = try TokenCountRequest(of: call.body.readableBytesUInt8Span, request)
        } catch {
            throw GatewayError(error)
        }
        var head = AnswerHead(status: 200, contentType: AnswerHead.json, requestID: call.requestID)
        head.isEstimated = true
        record.status = 200
        let count = TokenEstimate(question.conversation).count
        sink.send(head, body: ByteBuffer(bytes: TokenCountAnswer.body(count, call.format)))
    }

    /// Carries a provider's count to the caller.
    func relayCount(_ answer: ProviderAnswer, _ record: RequestRecord, to sink: any AnswerSink) async throws {
        let body = try await answer.exchange.body(limit: Self.maximumErrorByteCount)
        guard answer.outgoing.isTranslated else {
            sink.send(answer.passedHead, body: body)
            return
        }
        guard let count = TokenCountAnswer.count(of: body.readableBytesUInt8Span, answer.outgoing.format) else {
            throw GatewayError(.badAnswer, "Provider \(answer.provider) did not say how many tokens there are.")
        }
        sink.send(
            answer.translatedHead(isStream: false, losses: record.losses),
            body: ByteBuffer(bytes: TokenCountAnswer.body(count, answer.call.format))
        )
    }
}

extension ProviderAnswer {
    /// Whether a provider has refused to count because it cannot: many have OpenAI's Responses without their counting.
    func isCountingUnknown(_ body: Span<UInt8>) -> Bool {
        guard outgoing.operation == .tokenCount, outgoing.format == .openAIResponses,
            [404, 405, 501].contains(head.status)
        else { return false }
        return outgoing.format.dialect.failure(ofBody: body, status: head.status).code != "model_not_found"
    }
}
