import Dialects
import JSON
import NIOCore
import Transport

/// A request on its way to one provider: the caller's bytes where both speak the same format, and a translation of
/// them otherwise.
///
/// It is large and goes through many hands, so it is made once and never changes.
final class OutgoingRequest: Sendable {
    private enum Body {
        case spliced(JSONSplice)
        case translated(RequestTranslation)
        case written([UInt8])
        case embedding([UInt8], EmbeddingRequest)
    }

    /// The request as it came in.
    let call: InferenceCall
    /// What was read of it.
    let request: CallerRequest
    /// The model as the provider knows it.
    let model: String
    /// The provider.
    let provider: Provider
    /// The key that opens it.
    let key: Provider.Key
    /// The endpoint's place among the provider's.
    let endpoint: Int

    /// What could not be said in the provider's format.
    let losses: [Loss]

    private let fields: CallerFields
    private let body: Body
    /// What providers are asked behind the first part, which take fewer texts at a time than there are.
    private let laterEmbeddings: [EmbeddingRequest]
    /// The body in the form of a host that takes it in another than the format's own; nil elsewhere.
    private let hostedBody: [UInt8]?

    /// Reads a request that is to be written in its provider's format.
    ///
    /// - Parameters:
    ///   - model: The model as the provider knows it.
    ///   - usualModel: The model as all know it.
    /// - Returns: Nil when both formats are the same, and for requests that are no generations.
    /// - Throws: `GatewayError` when the request is not of its format.
    static func draft(
        of call: InferenceCall,
        _ request: CallerRequest,
        model: String,
        usualModel: String,
        provider: Provider
    ) throws(GatewayError) -> RequestDraft? {
        guard call.operation == .generation else { return nil }
        let target = provider.endpoints[try endpoint(of: provider, for: request, .generation, usualModel)].format
        guard target != request.format else { return nil }
        do {
            return try RequestDraft(
                of: call.body.readableBytesUInt8Span,
                request,
                to: target,
                RequestOptions(
                    model: model,
                    usualModel: usualModel,
                    chatAbilities: provider.configuration.chatAbilities
                )
            )
        } catch {
            throw GatewayError(error)
        }
    }

    /// - Parameter draft: What ``draft(of:_:model:usualModel:provider:)`` made of the same request.
    /// - Throws: `GatewayError` when the request cannot be said in the provider's format.
    init(
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ draft: RequestDraft?,
        model: String,
        usualModel: String,
        provider: Provider,
        key: Provider.Key,
        refusesLoss: Bool
    ) throws(GatewayError) {
        self.call = call
        self.request = request
        self.model = model
        self.provider = provider
        self.key = key
        endpoint = try Self.endpoint(of: provider, for: request, call.operation, usualModel)
        let target = provider.endpoints[endpoint].format
        fields = CallerFields(call, isTranslated: request.format != target, betaFilter: provider.betaFilter)
        let bodyLosses: [Loss]
        do {
            switch call.operation {
            case .generation:
                (body, bodyLosses) = Self.generation(call, request, draft, model: model, provider)
                laterEmbeddings = []
            case .tokenCount:
                (body, bodyLosses) = try Self.tokenCount(call, request, model: model, to: target)
                laterEmbeddings = []
            case .embedding:
                (body, bodyLosses, laterEmbeddings) = try Self.embedding(
                    call,
                    request,
                    model: model,
                    to: provider.endpoints[endpoint]
                )
            }
        } catch {
            throw GatewayError(error)
        }
        losses = bodyLosses + fields.losses
        hostedBody =
            provider.endpoints[endpoint].isHostedAnthropic
            ? Self.hostedBody(body, of: call, keepsModel: call.operation == .tokenCount) : nil
        let refusals = refusesLoss ? losses : losses.filter { $0.effect == .refused }
        guard refusals.isEmpty else { throw GatewayError(refusals, provider: provider.name, format: target) }
    }

    /// Another request that differs in its key, or in what it asks for.
    private init(_ other: OutgoingRequest, key: Provider.Key, _ body: Body, _ laterEmbeddings: [EmbeddingRequest]) {
        call = other.call
        request = other.request
        model = other.model
        provider = other.provider
        self.key = key
        endpoint = other.endpoint
        losses = other.losses
        fields = other.fields
        self.body = body
        self.laterEmbeddings = laterEmbeddings
        hostedBody = other.hostedBody
    }

    private static func generation(
        _ call: InferenceCall,
        _ request: CallerRequest,
        _ draft: RequestDraft?,
        model: String,
        _ provider: Provider
    ) -> (Body, [Loss]) {
        guard let draft else {
            let splice = request.splice(
                of: call.body.readableBytesUInt8Span,
                model: model,
                abilities: provider.configuration.chatAbilities
            )
            return (.spliced(splice), [])
        }
        let translation = RequestTranslation(draft)
        return (.translated(translation), translation.losses)
    }

    private static func hostedBody(_ body: Body, of call: InferenceCall, keepsModel: Bool) -> [UInt8] {
        switch body {
        case .spliced(let splice):
            let bytes = splice.applied(to: call.body.readableBytesUInt8Span)
            return AnthropicHosting.body(of: bytes.span, keepsModel: keepsModel)
        case .translated(let translation):
            return AnthropicHosting.body(of: translation.body.span, keepsModel: keepsModel)
        case .written(let bytes), .embedding(let bytes, _):
            return AnthropicHosting.body(of: bytes.span, keepsModel: keepsModel)
        }
    }

    private static func tokenCount(
        _ call: InferenceCall,
        _ request: CallerRequest,
        model: String,
        to target: WireFormat
    ) throws(FormatProblem) -> (Body, [Loss]) {
        let bytes = call.body.readableBytesUInt8Span
        if target == request.format {
            if target == .gemini, let body = TokenCountRequest.geminiBody(of: bytes, model: model) {
                return (.written(body), [])
            }
            return (.spliced(request.splice(of: bytes, model: model)), [])
        }
        let (body, losses) = try TokenCountRequest(of: bytes, request).encoded(for: target, model: model)
        return (.written(body), losses)
    }

    private static func embedding(
        _ call: InferenceCall,
        _ request: CallerRequest,
        model: String,
        to endpoint: ProviderEndpoint
    ) throws(FormatProblem) -> (Body, [Loss], [EmbeddingRequest]) {
        let bytes = call.body.readableBytesUInt8Span
        let format = endpoint.embeddingFormat(of: model)
        switch (request.format, format) {
        case (.openAIChat, .openAI), (.cohereChat, .cohere):
            return (.spliced(request.splice(of: bytes, model: model, asksForUsage: false)), [], [])
        case (.gemini, .geminiBatch):
            guard let body = GeminiEmbeddings.passedBody(of: bytes, call.embeddingFormat, model: model) else {
                throw FormatProblem("must be an array of objects", at: "requests")
            }
            return (.written(body), [], [])
        default:
            guard let format else {
                throw FormatProblem("is no model whose embeddings Martlet can ask for", at: "model")
            }
            let whole = try EmbeddingRequest(of: bytes, call.embeddingFormat)
            let parts = whole.split(for: format)
            let first = parts.first ?? whole
            let (body, losses) = try first.encoded(for: format, model: model)
            return (.embedding(body, first), losses, Array(parts.dropFirst()))
        }
    }

    /// The same request with another key that has the same name for the model.
    func with(_ key: Provider.Key) -> OutgoingRequest {
        key === self.key ? self : OutgoingRequest(self, key: key, body, laterEmbeddings)
    }

    /// The requests that follow this one for the other texts; losses are the same in all.
    ///
    /// - Throws: `GatewayError` when one of the texts cannot be asked for.
    func laterParts() throws(GatewayError) -> [OutgoingRequest] {
        guard let format = embeddingFormat else { return [] }
        var parts: [OutgoingRequest] = []
        for request in laterEmbeddings {
            do {
                let body = try request.encoded(for: format, model: model).body
                parts.append(OutgoingRequest(self, key: key, .embedding(body, request), []))
            } catch {
                throw GatewayError(error)
            }
        }
        return parts
    }

    /// The request for embeddings; nil when caller and provider speak the same format.
    var embeddingRequest: EmbeddingRequest? {
        if case .embedding(_, let request) = body { request } else { nil }
    }

    private static func endpoint(
        of provider: Provider,
        for request: CallerRequest,
        _ operation: InferenceOperation,
        _ model: String
    ) throws(GatewayError) -> Int {
        guard let endpoint = provider.endpointIndex(for: request.format, operation, model: model) else {
            let subject = operation == .embedding ? "embeddings" : "chats"
            throw GatewayError(.modelNotFound, "Provider \(provider.name) serves no \(subject).", parameter: "model")
        }
        return endpoint
    }

    /// The format of the provider's answer.
    var format: WireFormat { provider.endpoints[endpoint].format }

    /// The form of the provider's embeddings; nil for other operations.
    var embeddingFormat: EmbeddingFormat? { provider.endpoints[endpoint].embeddingFormat(of: model) }

    /// What is asked for.
    var operation: InferenceOperation { call.operation }

    /// Whether caller and provider speak different formats.
    var isTranslated: Bool { request.format != format }

    /// Whether it does no harm when the provider does twice what is asked.
    var isRepeatable: Bool { request.isRepeatable || operation != .generation }

    /// Whether the provider is asked for a stream.
    private var isStream: Bool { operation == .generation && request.isStream }

    /// The translation of a request for an answer; nil when the bytes pass as they are.
    var translation: RequestTranslation? {
        if case .translated(let translation) = body { translation } else { nil }
    }

    /// The whole request on the wire: the prepared head, the fields of this request and its body.
    ///
    /// - Parameters:
    ///   - grant: What opens the provider.
    ///   - signers: Sign it where the grant is a signature.
    func encoded(_ grant: KeyAuthentication.Grant, _ signers: AWSSigners) -> ByteBuffer {
        let head = provider.head(of: endpoint, key: key, model: model, isStream: isStream)
        let count = contentCount
        var output = ByteBufferAllocator().buffer(capacity: head.readableBytes + count + 256)
        output.writeImmutableBuffer(head)
        writeFields(&output)
        switch grant {
        case .prepared: break
        case .token(let token): output.writeToken(token)
        case .signature(let credentials, let place):
            var content = ByteBuffer()
            writeContent(&content)
            let signature = signers.sign(
                target: provider.path(of: endpoint, key: key, model: model, isStream: isStream),
                content: content.readableBytesUInt8Span,
                credentials,
                place,
                at: Int64(UnixTime.seconds())
            )
            output.writeSignature(signature)
        }
        output.writeField("X-Request-ID", call.requestID)
        output.writeField("Content-Length", count)
        output.writeHeadEnd()
        writeContent(&output)
        return output
    }

    private var contentCount: Int {
        if let hostedBody { return hostedBody.count }
        return switch body {
        case .spliced(let splice): splice.resultCount(sourceCount: call.body.readableBytes)
        case .translated(let translation): translation.body.count
        case .written(let body), .embedding(let body, _): body.count
        }
    }

    private func writeContent(_ output: inout ByteBuffer) {
        if let hostedBody {
            output.writeBytes(hostedBody)
            return
        }
        switch body {
        case .translated(let translation):
            output.writeBytes(translation.body)
        case .written(let body), .embedding(let body, _):
            output.writeBytes(body)
        case .spliced(let splice):
            let source = call.body
            let bytes = source.readableBytesUInt8Span
            splice.forEachPiece(sourceCount: bytes.count) { piece in
                switch piece {
                case .source(let range): output.writeBytes(bytes.extracting(range).bytes)
                case .replacement(let text): output.writeBytes(text)
                }
            }
        }
    }

    private func writeFields(_ output: inout ByteBuffer) {
        switch format {
        case .bedrockConverse where isStream:
            output.writeField("Accept", "application/vnd.amazon.eventstream")
        default:
            output.writeField("Accept", isStream ? "text/event-stream" : "application/json")
        }
        let forwarded = fields.forwarded
        for field in fields.added where !forwarded.contains(where: { $0.name == field.name }) {
            output.writeField(Array(field.name.utf8).span, Array(field.value.utf8).span)
        }
        for field in forwarded {
            output.writeField(Array(field.name.utf8).span, Array(field.value.utf8).span)
        }
        if format == .anthropicMessages, !forwarded.contains(where: { $0.name == "anthropic-version" }) {
            output.writeField("anthropic-version", "2023-06-01")
        }
    }
}

extension ByteBuffer {
    /// Writes a cloud's token and what goes with it.
    mutating func writeToken(_ token: AccessToken) {
        writeField("Authorization", "Bearer \(token.secret.value)")
        if let project = token.quotaProjectID { writeField("x-goog-user-project", project) }
    }

    /// Writes the fields of a signature.
    mutating func writeSignature(_ signature: AWSSignature) {
        writeField(Self.dateField.span, signature.date.span)
        if let token = signature.securityToken { writeField(Self.securityTokenField.span, token.span) }
        writeField(Self.authorizationField.span, signature.authorization.span)
    }

    private static let dateField = Array("X-Amz-Date".utf8)
    private static let securityTokenField = Array("X-Amz-Security-Token".utf8)
    private static let authorizationField = Array("Authorization".utf8)
}
