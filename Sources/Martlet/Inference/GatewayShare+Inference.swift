import Dialects
import JSON
import NIOCore
import Transport

extension GatewayShare {
    /// Answers a request for a model in the caller's own format, through `sink`, which is always brought to an end.
    package func answer(_ call: InferenceCall, to sink: any AnswerSink) async {
        telemetry.requestDidBegin()
        var record = RequestRecord(requestID: call.requestID, route: call.route, start: call.start)
        do {
            let request = try read(call)
            record.isStream = request.isStream && call.operation == .generation
            record.model = Gateway.shortened(request.model)
            let plan = try plan(call, request)
            record.plan = plan
            guard let first = plan.candidates.first else {
                if plan.skipped.contains(where: { $0.reason == .keyNeeded }) {
                    throw GatewayError(.keyNeeded, plan.refusal)
                }
                throw GatewayError(.modelNotFound, plan.refusal, parameter: "model")
            }
            if call.operation == .tokenCount, !countsTokens(first, call) {
                record.provider = first.target.provider
                try sendEstimate(call, request, &record, to: sink)
            } else {
                try await pursue(plan, call, request, &record, to: sink)
            }
        } catch let failure as AttemptFailure {
            fail(failure, call, &record, to: sink)
        } catch let error as GatewayError {
            fail(error, call, &record, to: sink)
        } catch {
            fail(GatewayError(.badAnswer, "Unexpected failure: \(error)."), call, &record, to: sink)
        }
        record.duration = .now() - call.start
        telemetry.requestDidEnd(record, isLogged: gateway.configuration.logsRequests)
    }

    /// Plans where a request goes.
    ///
    /// - Throws: `GatewayError` when its fallbacks make no sense, or it is not of its format.
    func plan(_ call: InferenceCall, _ request: CallerRequest) throws(GatewayError) -> RoutePlan {
        var plan = gateway.router.plan(try facts(of: call, request), live: load, using: &random)
        if gateway.configuration.allowsDirectKeys { keepOpenTargets(&plan, call) }
        return plan
    }

    /// How a target is doing.
    private func load(of target: RouteTarget) -> TargetLoad {
        gateway.provider(named: target.provider)?.health.load(of: target.model, now: .now) ?? TargetLoad()
    }

    /// What the way of a request depends on.
    private func facts(of call: InferenceCall, _ request: CallerRequest) throws(GatewayError) -> RequestFacts {
        var facts = RequestFacts(model: request.model, format: request.format, operation: call.operation)
        facts.isStream = request.isStream
        facts.preferredProvider = call.defaultProvider
        facts.byteCount = call.body.readableBytes
        facts.headers = call.headers
        facts.callerKey = call.keyName ?? ""
        let bytes = call.body.readableBytesUInt8Span
        if let fallbacks = request.value(of: "fallbacks", in: bytes) {
            do {
                facts.fallbacks = try RequestedFallback.list(parsing: bytes.extracting(fallbacks))
            } catch {
                throw GatewayError(FormatProblem(error.message, at: error.path))
            }
        }
        let needed = gateway.router.neededFacts
        if needed.content || needed.user || !needed.metadata.isEmpty, call.operation == .generation {
            do {
                facts.fill(from: try RequestDraft.conversation(of: bytes, request), needed: needed)
            } catch {
                throw GatewayError(error)
            }
        }
        return facts
    }

    /// Whether the provider counts the tokens of such requests itself.
    private func countsTokens(_ candidate: RouteCandidate, _ call: InferenceCall) -> Bool {
        gateway.provider(named: candidate.target.provider)?.endpointIndex(
            for: call.format,
            .tokenCount,
            model: candidate.target.model
        ) != nil
    }

    func read(_ call: InferenceCall) throws -> CallerRequest {
        let bytes = call.body.readableBytesUInt8Span
        do throws(CallerRequest.Problem) {
            return try CallerRequest(bytes, format: call.format, call: call.address)
        } catch {
            throw GatewayError(error, in: bytes)
        }
    }

    /// Brings a request to its end that no target has answered. A provider's own error reaches the caller as it is when
    /// it is in the caller's format.
    private func fail(
        _ failure: AttemptFailure,
        _ call: InferenceCall,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) {
        guard let passed = failure.passed, !sink.hasBegun else {
            fail(failure.error, call, &record, to: sink)
            return
        }
        record.error = failure.error
        record.status = passed.head.status
        var head = passed.head
        if call.wantsExplanation { head.explanation = Explanation(record).field }
        sink.send(head, body: passed.body)
    }

    /// Brings a failed request to its end, whatever the caller has seen of it.
    private func fail(
        _ error: GatewayError,
        _ call: InferenceCall,
        _ record: inout RequestRecord,
        to sink: any AnswerSink
    ) {
        record.error = error
        record.status = sink.hasBegun ? record.status : error.status
        if error.kind == .cancelled {
            record.status = 499
            sink.abort()
            return
        }
        guard !sink.hasBegun else {
            // The relay has told the caller where there was still a way to.
            sink.abort()
            return
        }
        var head = AnswerHead(failure: error, format: call.format, requestID: call.requestID)
        if call.wantsExplanation { head.explanation = Explanation(record).field }
        sink.send(
            head,
            body: ByteBuffer(bytes: error.body(in: call.format, requestID: call.requestID))
        )
    }
}
