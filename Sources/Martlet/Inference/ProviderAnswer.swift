import Dialects
import JSON
import NIOCore
import Transport

/// What a provider has begun to answer, and to what.
struct ProviderAnswer {
    let outgoing: OutgoingRequest
    let exchange: Exchange
    let head: HTTPResponseHead

    init(_ outgoing: OutgoingRequest, _ exchange: Exchange, _ head: HTTPResponseHead) {
        self.outgoing = outgoing
        self.exchange = exchange
        self.head = head
    }

    /// The request as it came in.
    var call: InferenceCall { outgoing.call }

    /// What a translation of the answer must know of the request.
    var context: AnswerContext {
        AnswerContext(
            requestID: call.requestID,
            model: outgoing.model,
            created: UnixTime.seconds(),
            wantsStreamUsage: outgoing.translation?.wantsStreamUsage ?? true,
            request: outgoing.translation?.request,
            streamsAsArray: call.streamsAsArray
        )
    }

    /// The provider's name, for messages.
    var provider: String { outgoing.provider.name }

    /// What stands before the caller's answer where it is the provider's own.
    var passedHead: AnswerHead {
        let isArray = call.streamsAsArray && head.fields.isEventStream
        var answer = AnswerHead(
            status: head.status,
            contentType: isArray ? AnswerHead.json : head.fields.slice("content-type") ?? AnswerHead.json,
            requestID: call.requestID,
            provider: head
        )
        answer.losses = outgoing.losses
        answer.isForBedrock = call.format == .bedrockConverse
        return answer
    }

    /// What stands before a translated answer.
    func translatedHead(isStream: Bool, losses: [Loss]) -> AnswerHead {
        var answer = AnswerHead(
            status: head.status,
            contentType: isStream ? AnswerHead.streamType(of: call) : AnswerHead.json,
            requestID: call.requestID,
            provider: head
        )
        answer.losses = losses
        answer.isForBedrock = call.format == .bedrockConverse
        return answer
    }

    /// What answers on the gateway's own routes have besides; nil on others. Gemini's, Bedrock's and Cohere's formats
    /// have no routes of the gateway's own.
    var extraFields: ExtraFields? {
        switch call.format {
        case .openAIChat, .openAICompletions, .openAIResponses, .anthropicMessages:
            call.wantsExtraFields ? ExtraFields(outgoing) : nil
        case .gemini, .bedrockConverse, .cohereChat:
            nil
        }
    }

    /// The body of a whole answer, with the further fields where they are wanted.
    func withExtraFields(_ body: ByteBuffer, raw: ByteBuffer, losses: [Loss]) -> ByteBuffer {
        guard let extraFields else { return body }
        let rawBytes = raw.readableBytesUInt8Span
        let isRawJSON = call.wantsRawAnswer && (try? JSONScanner.validate(rawBytes)) != nil
        let member = extraFields.member(losses: losses, rawAnswer: isRawJSON ? rawBytes : nil)
        return ExtraFields.appending(member, to: body) ?? body
    }
}
