import Dialects
import JSON
package import NIOCore
import Transport

extension GatewayShare {
    /// Answers a Chat Completions request in the caller's own format, through `sink`.
    ///
    /// - Parameters:
    ///   - body: The request's body as the caller sent it.
    ///   - requestID: An acceptable id.
    ///   - route: The path that it came by, for the log.
    ///   - start: When its last byte had been read.
    ///   - sink: The way back. It is always brought to an end.
    package func answerChat(
        _ body: ByteBuffer,
        requestID: String,
        route: StaticString,
        start: NIODeadline = .now(),
        to sink: any AnswerSink
    ) async {
        telemetry.requestDidBegin()
        var record = RequestRecord(requestID: requestID, route: route, start: start)
        do {
            let request = try read(body)
            record.isStream = request.isStream
            record.model = Gateway.shortened(request.model)
            let (provider, model) = try gateway.route(request.model)
            record.provider = provider.name
            record.model = Gateway.shortened(model)
            try await enter(provider, sink)
            defer { provider.gate?.leave() }
            try await attempt(request, body, model: model, provider: provider, record: &record, to: sink)
        } catch let error as GatewayError {
            fail(error, &record, to: sink)
        } catch {
            fail(GatewayError(.badAnswer, "Unexpected failure: \(error)."), &record, to: sink)
        }
        record.duration = .now() - start
        telemetry.requestDidEnd(record)
    }

    private func read(_ body: ByteBuffer) throws -> OpenAIChatRequest {
        let bytes = body.readableBytesUInt8Span
        do throws(OpenAIChatRequest.Problem) {
            return try OpenAIChatRequest(bytes)
        } catch {
            throw GatewayError(error, in: bytes)
        }
    }

    private func enter(_ provider: Provider, _ sink: any AnswerSink) async throws {
        guard let gate = provider.gate else { return }
        do {
            try await gate.enter(sink)
        } catch ConcurrencyGate.Refusal.cancelled(let reason) {
            throw GatewayError(.cancelled(reason), provider: provider.name)
        } catch {
            throw GatewayError(
                .overloaded,
                "As many requests to provider \(provider.name) run and wait as may. Try again soon.",
                retryAfter: 1
            )
        }
    }

    /// Sends the request, again where that may help, and carries the answer back.
    private func attempt(
        _ request: OpenAIChatRequest,
        _ body: ByteBuffer,
        model: String,
        provider: Provider,
        record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        let retries = provider.configuration.retries
        let backoff = Backoff(configuration: retries)
        var retry = 0
        while true {
            guard let key = provider.key(for: model, using: &random) else {
                throw GatewayError(
                    .modelNotFound,
                    "No key of provider \(provider.name) serves model \(Gateway.excerpt(model)).",
                    parameter: "model"
                )
            }
            record.keyName = key.configuration.name
            record.attemptCount += 1
            let bytes = encode(request, body, model: model, head: key.chatHead, requestID: record.requestID)
            let exchange = client.exchange(bytes, with: provider.upstream)
            let isLast = retry >= retries.maximumRetryCount
            var retryAfter: Double?
            do {
                if let reason = sink.cancellationReason { throw UpstreamError.cancelled(reason) }
                sink.onCancel = { exchange.cancel($0) }
                defer { sink.onCancel = nil }
                let head = try await exchange.start()
                if isLast || !Backoff.isRetryable(status: head.status) {
                    try await finish(request, exchange, head, key: key, provider: provider, &record, to: sink)
                    return
                }
                retryAfter = head.fields.retryAfterSeconds
                // Read to its end, so that the connection can be used again.
                _ = try? await exchange.body(limit: Self.maximumErrorByteCount)
            } catch let error as UpstreamError {
                // Once the caller has seen something, nothing can be taken back.
                if isLast || sink.hasBegun || !error.isRetryable {
                    throw GatewayError(error, provider: provider.name)
                }
            }
            let delay = backoff.delay(retry: retry, retryAfter: retryAfter, random: random.unit())
            await CancellableWait.wait(TimeAmount(seconds: delay), on: eventLoop, for: sink)
            if let reason = sink.cancellationReason { throw GatewayError(.cancelled(reason), provider: provider.name) }
            retry += 1
        }
    }

    /// Bytes of a provider's error that are held.
    static let maximumErrorByteCount = 1 << 20

    /// The whole request on the wire: the prepared head, the fields of this request and the caller's bytes with the
    /// edits.
    private func encode(
        _ request: OpenAIChatRequest,
        _ body: ByteBuffer,
        model: String,
        head: ByteBuffer,
        requestID: String
    ) -> ByteBuffer {
        let bytes = body.readableBytesUInt8Span
        let splice = request.splice(of: bytes, model: model)
        let count = splice.resultCount(sourceCount: bytes.count)
        var output = ByteBufferAllocator().buffer(capacity: head.readableBytes + count + 192)
        output.writeImmutableBuffer(head)
        output.writeField("Accept", request.isStream ? "text/event-stream" : "application/json")
        output.writeField("X-Request-ID", requestID)
        output.writeField("Content-Length", count)
        output.writeHeadEnd()
        splice.forEachPiece(sourceCount: bytes.count) { piece in
            switch piece {
            case .source(let range): output.writeBytes(bytes.extracting(range).bytes)
            case .replacement(let text): output.writeBytes(text)
            }
        }
        return output
    }

    private func finish(
        _ request: OpenAIChatRequest,
        _ exchange: Exchange,
        _ head: HTTPResponseHead,
        key: Provider.Key,
        provider: Provider,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        record.providerTime = exchange.firstByteTime.map { $0 - record.start }
        record.status = head.status
        if let coding = head.fields.unknownContentCoding {
            exchange.cancel(.callerGone)
            throw GatewayError(.badAnswer, "Provider \(provider.name) used the content coding \(coding) unasked.")
        }
        guard (200..<300).contains(head.status) else {
            try await relayError(exchange, head, key: key, provider: provider, &record, to: sink)
            return
        }
        if head.fields.isEventStream {
            try await relayStream(request, exchange, head, provider: provider, &record, to: sink)
            return
        }
        let answer = try await exchange.body(limit: gateway.configuration.maximumAnswerByteCount)
        record.usage = TokenUsage.ofOpenAIAnswer(answer.readableBytesUInt8Span)
        sink.send(
            AnswerHead(
                status: head.status,
                contentType: head.fields.slice("content-type") ?? Self.json,
                requestID: record.requestID,
                provider: head
            ),
            body: answer
        )
    }

    private func relayStream(
        _ request: OpenAIChatRequest,
        _ exchange: Exchange,
        _ head: HTTPResponseHead,
        provider: Provider,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        let relay = OpenAIStreamRelay(sink: sink, exchange: exchange, hidesUsage: !request.wantsStreamUsage)
        sink.begin(
            AnswerHead(
                status: head.status,
                contentType: head.fields.slice("content-type") ?? Self.eventStream,
                requestID: record.requestID,
                provider: head
            )
        )
        sink.onWritable = { exchange.resume() }
        defer {
            sink.onWritable = nil
            record.usage = relay.usage
            record.firstTokenTime = relay.firstTokenTime.map { $0 - record.start }
        }
        do {
            try await exchange.relay(to: relay)
        } catch  where relay.end == .complete {
            // The answer was whole before its connection failed.
        }
        switch relay.end {
        case .complete:
            break
        case .error:
            throw GatewayError(.providerStream, "Provider \(provider.name) broke the stream off with an error.")
        case .oversized:
            throw GatewayError(
                .badAnswer,
                "Provider \(provider.name) sent an event of more than \(OpenAIStreamRelay.maximumEventByteCount) bytes."
            )
        case .broken, nil:
            throw GatewayError(.truncatedAnswer, provider: provider.name)
        }
    }

    /// A provider's error reaches the caller as it is when it is JSON, and in the caller's format otherwise.
    private func relayError(
        _ exchange: Exchange,
        _ head: HTTPResponseHead,
        key: Provider.Key,
        provider: Provider,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) async throws {
        let answer = try await exchange.body(limit: Self.maximumErrorByteCount)
        let error = GatewayError(
            .provider,
            "Provider \(provider.name) answered with status \(head.status).",
            providerStatus: head.status < 400 ? 502 : head.status,
            retryAfter: head.fields.retryAfterSeconds.map { Int(min($0.rounded(.up), 86_400)) }
        )
        guard head.status >= 400, let body = answer.jsonObject(without: key.configuration.value) else { throw error }
        record.error = error
        sink.send(
            AnswerHead(status: head.status, contentType: Self.json, requestID: record.requestID, provider: head),
            body: ByteBuffer(
                bytes: OpenAIErrorBody.adding(requestID: record.requestID, to: body.readableBytesUInt8Span)
            )
        )
    }

    /// Brings a failed request to its end, whatever the caller has seen of it.
    private func fail(_ error: GatewayError, _ record: inout RequestRecord, to sink: any AnswerSink) {
        record.error = error
        record.status = sink.hasBegun ? record.status : error.status
        if error.kind == .cancelled {
            record.status = 499
            sink.abort()
            return
        }
        let body = error.openAIBody(requestID: record.requestID)
        if sink.hasBegun {
            if error.kind != .providerStream {
                sink.write(ByteBuffer(bytes: body.event))
            }
            sink.end()
        } else {
            sink.send(
                AnswerHead(
                    status: error.status,
                    contentType: Self.json,
                    requestID: record.requestID,
                    retryAfter: error.retryAfter
                ),
                body: ByteBuffer(bytes: body.json)
            )
        }
    }

    static let json = ByteBuffer(staticString: "application/json")
    static let eventStream = ByteBuffer(staticString: "text/event-stream; charset=utf-8")
}
