import JSON
import NIOCore
import Transport

/// Decides what becomes of requests by script, header fields and body.
struct RequestJudge {
    private let script: MockScript
    private let shape: AnswerShape
    private let authorization: ByteBuffer?
    private var random: MockRandom

    /// - Parameter stream: The worker's position, which chooses its sequence of random numbers.
    init(_ script: MockScript, stream: Int) {
        self.script = script
        shape = AnswerShape(
            chunkCount: script.chunkCount,
            tokensPerChunk: script.tokensPerChunk,
            byteCount: script.answerByteCount
        )
        authorization = script.requiredKey.map { ByteBuffer(string: "Bearer \($0)") }
        random = MockRandom(seed: script.seed, stream: stream)
    }

    /// What answers with status 429 say in `Retry-After`, in seconds.
    var retryAfterSeconds: Int { script.retryAfterSeconds }

    mutating func decide(_ request: HTTPRequest) -> Decision {
        if let authorization, request.head.fields.slice("authorization") != authorization {
            return .refuse(status: 401, body: ErrorBody.make(status: 401))
        }
        if !script.replies.isEmpty, let reply = reply(to: request) {
            return .reply(reply)
        }
        let path = request.head.path
        if request.head.method == .post, path.readableBytesUInt8Span.hasSuffix("/chat/completions") {
            return decideChat(request)
        }
        if request.head.method == .get, path.readableBytesUInt8Span.hasSuffix("/models") {
            return .listModels
        }
        let target = "\(request.head.method.name) \(String(buffer: path))"
        let body = ErrorBody.make(status: 404, message: "There is nothing at \(target).", hasCode: false)
        return .refuse(status: 404, body: body)
    }

    private mutating func decideChat(_ request: HTTPRequest) -> Decision {
        let chat: ChatRequest
        do throws(JSONError) {
            chat = try ChatRequest(request.body)
        } catch {
            let message = "The body is no acceptable JSON: \(error.reason.explanation), at byte \(error.offset)."
            return .refuse(status: 400, body: ErrorBody.make(status: 400, message: message))
        }
        guard let model = chat.model else {
            let body = ErrorBody.make(status: 400, message: "The body names no model.", param: "model")
            return .refuse(status: 400, body: body)
        }
        let overrides = RequestOverrides(request.head.fields)
        guard !overrides.hasInvalidField else {
            let message = "An x-mock field has a value that it cannot have."
            return .refuse(status: 400, body: ErrorBody.make(status: 400, message: message))
        }
        return .answer(plan(request, chat, ModelBehaviour(request.body, model: model), overrides))
    }

    private mutating func plan(
        _ request: HTTPRequest,
        _ chat: ChatRequest,
        _ behaviour: ModelBehaviour,
        _ overrides: RequestOverrides
    ) -> AnswerPlan {
        var shape = shape
        if overrides.chunkCount != nil || overrides.answerByteCount != nil {
            shape = AnswerShape(
                chunkCount: overrides.chunkCount ?? shape.chunkCount,
                tokensPerChunk: shape.tokensPerChunk,
                byteCount: overrides.answerByteCount ?? shape.byteCount
            )
        }
        // Both are drawn for every request, so that what one asks for does not change what the next ones get.
        let latency = script.drawLatency(&random)
        let failure = script.drawFailure(&random)
        return AnswerPlan(
            failure: overrides.failure ?? behaviour.failure ?? failure,
            latency: overrides.latency ?? latency,
            chunkGap: overrides.chunkGap ?? script.chunkGap,
            shape: shape,
            toolName: script.callsTools || behaviour.callsTools ? chat.firstToolName(in: request.body) : nil,
            isStreamed: chat.isStreamed,
            includesUsage: chat.includesUsage,
            promptTokens: (request.body.readableBytes + 3) / 4
        )
    }

    /// The exact answer that the script has for a request's path or model.
    private func reply(to request: HTTPRequest) -> MockReply? {
        let path = String(buffer: request.head.path)
        if let query = request.head.query, let reply = script.replies["\(path)?\(String(buffer: query))"] {
            return reply
        }
        if let reply = script.replies[path] { return reply }
        guard let chat = try? ChatRequest(request.body), let range = chat.model,
            let model = JSONText.string(request.body.readableBytesUInt8Span, range)
        else { return nil }
        if let reply = script.replies[model] { return reply }
        return model.split(separator: "/").last.flatMap { script.replies[String($0)] }
    }
}
