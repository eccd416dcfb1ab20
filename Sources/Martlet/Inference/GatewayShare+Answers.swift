import Dialects
import JSON
import NIOCore
import Transport

extension GatewayShare {
    /// Bytes of a provider's error that are held.
    static let maximumErrorByteCount = 1 << 20

    /// Carries a provider's answer to the caller.
    func relay(_ answer: ProviderAnswer, _ record: inout RequestRecord, to sink: AttemptSink) async throws {
        let head = answer.head
        record.providerTime = answer.exchange.firstByteTime.map { $0 - record.start }
        record.status = head.status
        if let coding = head.fields.unknownContentCoding {
            answer.exchange.cancel(.callerGone)
            throw GatewayError(.badAnswer, "Provider \(answer.provider) used the content coding \(coding) unasked.")
        }
        guard (200..<300).contains(head.status) else {
            try await relayError(answer, &record, to: sink)
            return
        }
        switch answer.outgoing.operation {
        case .generation:
            break
        case .tokenCount:
            try await relayCount(answer, record, to: sink)
            return
        case .embedding:
            try await relayEmbeddings(answer, &record, to: sink)
            return
        }
        let isStream = head.fields.isEventStream
        switch (answer.outgoing.translation, isStream) {
        case (nil, true): try await relayStream(answer, &record, to: sink)
        case (nil, false): try await relayWhole(answer, &record, to: sink)
        case (let translation?, true) where answer.outgoing.request.isStream:
            try await transcode(answer, translation, &record, to: sink)
        case (let translation?, _):
            try await translate(answer, translation, isStream: isStream, &record, to: sink)
        }
    }

    // MARK: The same format on both sides

    private func relayWhole(
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let body = try await answer.exchange.body(limit: gateway.configuration.maximumAnswerByteCount)
        record.usage = Self.usage(of: body.readableBytesUInt8Span, answer.outgoing.format)
        sink.send(answer.passedHead, body: answer.withExtraFields(body, raw: body, losses: answer.outgoing.losses))
    }

    private static func usage(of body: Span<UInt8>, _ format: WireFormat) -> TokenUsage? {
        if format == .openAIChat { return TokenUsage.ofOpenAIAnswer(body) }
        guard let events = try? AnswerTranslation.events(of: body, format) else { return nil }
        for case .usage(let usage) in events.reversed() {
            return usage
        }
        return nil
    }

    private func relayStream(
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let request = answer.outgoing.request
        let choiceCount = request.choiceCount(in: answer.call.body.readableBytesUInt8Span)
        let relay: any StreamRelay
        if request.format == .openAIChat {
            relay = OpenAIStreamRelay(
                sink: sink,
                exchange: answer.exchange,
                requestID: answer.call.requestID,
                hidesUsage: !request.wantsStreamUsage,
                choiceCount: choiceCount,
                extraFields: answer.extraFields
            )
        } else {
            relay = ObservingRelay(
                format: request.format,
                answer.context,
                choiceCount: choiceCount,
                extraFields: answer.extraFields,
                sink: sink,
                exchange: answer.exchange
            )
        }
        sink.begin(answer.passedHead)
        try await run(relay, answer, &record, to: sink)
    }

    // MARK: Different formats

    private func transcode(
        _ answer: ProviderAnswer,
        _ translation: RequestTranslation,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let transcoder = StreamTranscoder(
            from: translation.target,
            to: translation.source,
            toolNames: translation.toolNames,
            answer.context
        )
        let relay = TranscodingRelay(
            transcoder,
            head: answer.translatedHead(isStream: true, losses: answer.outgoing.losses),
            choiceCount: translation.choiceCount,
            extraFields: answer.extraFields,
            sink: sink,
            exchange: answer.exchange
        )
        defer { record.losses += relay.losses }
        try await run(relay, answer, &record, to: sink)
    }

    /// Translates an answer that is held whole, also where only one side streams.
    private func translate(
        _ answer: ProviderAnswer,
        _ translation: RequestTranslation,
        isStream: Bool,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let body = try await answer.exchange.body(limit: gateway.configuration.maximumAnswerByteCount)
        let whole: Answer
        do throws(ProviderFailure) {
            let bytes = body.readableBytesUInt8Span
            let events =
                isStream
                ? Self.events(ofStream: bytes, translation.target)
                : try AnswerTranslation.events(of: bytes, translation.target)
            whole = try AnswerFold.answer(of: events, toolNames: translation.toolNames)
        } catch {
            throw GatewayError(error, provider: answer.provider)
        }
        record.usage = whole.usage
        if answer.outgoing.request.isStream {
            var output: [UInt8] = []
            var encoder = translation.source.streamEncoder(answer.context)
            for event in whole.events {
                encoder.encode(event, into: &output)
            }
            record.losses += encoder.losses
            sink.begin(answer.translatedHead(isStream: true, losses: record.losses))
            if let extraFields = answer.extraFields {
                var inserter = ExtraFieldsInserter(extraFields)
                var extended: [UInt8] = []
                inserter.append(output.span, to: &extended)
                output = extended
            }
            sink.write(ByteBuffer(bytes: output))
            sink.end()
        } else {
            let encoded = AnswerTranslation(whole, to: translation.source, answer.context)
            record.losses += encoded.losses
            sink.send(
                answer.translatedHead(isStream: false, losses: record.losses),
                body: answer.withExtraFields(ByteBuffer(bytes: encoded.body), raw: body, losses: record.losses)
            )
        }
    }

    private static func events(ofStream bytes: Span<UInt8>, _ format: WireFormat) -> [AnswerEvent] {
        var events: [AnswerEvent] = []
        var reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
        reader.receive(bytes) { events.append($0) }
        reader.finish { events.append($0) }
        return events
    }

    // MARK: Streams of both kinds

    private func run(
        _ relay: any StreamRelay,
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let exchange = answer.exchange
        let throughput = throughputGuard(of: answer, before: relay, sink)
        sink.onWritable = { exchange.resume() }
        defer {
            throughput?.stop()
            sink.onWritable = nil
            record.usage = relay.usage
            record.firstTokenTime = relay.firstTokenTime.map { $0 - record.start }
        }
        do {
            try await exchange.relay(to: throughput ?? relay)
        } catch  where relay.end == .complete {
            // The answer was whole before its connection failed.
        } catch  where throughput?.isTooSlow == true {
            throw GatewayError(
                .slowStream,
                "Provider \(answer.provider) answers more slowly than its configuration allows."
            )
        } catch let error as UpstreamError {
            let error = GatewayError(error, provider: answer.provider)
            if sink.hasBegun, error.kind != .cancelled {
                relay.fail(error)
            }
            throw error
        }
        switch relay.end {
        case .complete:
            break
        case .error:
            throw GatewayError(.providerStream, "Provider \(answer.provider) broke the stream off with an error.")
        case .failedAtStart(let failure):
            throw GatewayError(failure, provider: answer.provider)
        case .oversized:
            let limit = OpenAIStreamRelay.maximumEventByteCount
            let error = GatewayError(
                .badAnswer,
                "Provider \(answer.provider) sent an event of more than \(limit) bytes."
            )
            relay.fail(error)
            throw error
        case .broken, nil:
            let error = GatewayError(.truncatedAnswer, provider: answer.provider)
            if sink.hasBegun {
                relay.fail(error)
            }
            throw error
        }
    }

    /// What gives a stream up that is too slow; nil where none is.
    private func throughputGuard(
        of answer: ProviderAnswer,
        before relay: any StreamRelay,
        _ sink: AttemptSink
    ) -> ThroughputGuard? {
        // A job that runs on is not left for another, and its beginning is not held.
        guard let settings = answer.outgoing.provider.configuration.throughput, answer.outgoing.isRepeatable else {
            return nil
        }
        return ThroughputGuard(
            settings,
            before: relay,
            format: answer.outgoing.format,
            sink: sink,
            exchange: answer.exchange,
            eventLoop: eventLoop
        )
    }

    // MARK: Errors

    /// Reads a provider's error. It is to reach the caller as it is when it is JSON of the caller's format, and in that
    /// format otherwise.
    func relayError(
        _ answer: ProviderAnswer,
        _ record: inout RequestRecord,
        to sink: AttemptSink
    ) async throws {
        let head = answer.head
        let body = try await answer.exchange.body(limit: Self.maximumErrorByteCount)
        if answer.isCountingUnknown(body.readableBytesUInt8Span) {
            try sendEstimate(answer.call, answer.outgoing.request, &record, to: sink)
            return
        }
        let retryAfter = head.fields.retryAfter(now: UnixTime.seconds())
        var error = GatewayError(
            .provider,
            "Provider \(answer.provider) answered with status \(head.status).",
            providerStatus: head.status < 400 ? 502 : head.status,
            retryAfter: retryAfter?.wholeSeconds
        )
        var passed: AttemptFailure.PassedError?
        let secret = answer.outgoing.key.configuration.value
        if head.status >= 400, let json = body.jsonObject(without: secret) {
            error.adopt(
                answer.outgoing.format.dialect.failure(ofBody: json.readableBytesUInt8Span, status: head.status)
            )
            if !answer.outgoing.isTranslated {
                passed = self.passed(answer, json)
            }
        }
        let failure = FailureClass.ofAnswer(status: error.status, kind: error.failureKind) ?? .badAnswer
        var attempt = AttemptFailure(error, failure)
        attempt.retryAfter = retryAfter
        attempt.passed = passed
        throw attempt
    }

    private func passed(_ answer: ProviderAnswer, _ json: ByteBuffer) -> AttemptFailure.PassedError {
        var head = answer.passedHead
        head.contentType = AnswerHead.json
        let isOpenAI = answer.call.format == .openAIChat || answer.call.format == .openAIResponses
        guard isOpenAI else { return AttemptFailure.PassedError(head: head, body: json) }
        let body = OpenAIErrorBody.adding(requestID: answer.call.requestID, to: json.readableBytesUInt8Span)
        return AttemptFailure.PassedError(head: head, body: ByteBuffer(bytes: body))
    }
}
