import NIOCore
import Transport

/// Answers the requests of one worker as a script says. Lives on that worker's event loop alone.
final class MockService: HTTPService {
    private let eventLoop: any EventLoop
    private let worker: Int
    private let counters: MockCounters
    private let observer: (any MockObserver)?
    private var judge: RequestJudge
    private var answers: AnswerBook

    init(
        _ script: MockScript,
        counters: MockCounters,
        observer: (any MockObserver)?,
        worker: Int,
        on loop: any EventLoop
    ) {
        eventLoop = loop
        self.worker = worker
        self.counters = counters
        self.observer = observer
        judge = RequestJudge(script, stream: worker)
        answers = AnswerBook(script)
    }

    func respond(to request: HTTPRequest, with response: ResponseWriter) async {
        let number = counters.countBegin()
        let identity = MockRequestIdentity(worker: worker, number: number)
        observer?.requestDidBegin(identity, request)
        let isComplete = await serve(request, response)
        counters.countEnd(wasCancelled: !isComplete)
        observer?.requestDidEnd(identity, wasCancelled: !isComplete)
    }

    func reject(_ rejection: HTTPRejection, with response: ResponseWriter) {
        response.send(
            status: rejection.status,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                if let seconds = rejection.retryAfterSeconds {
                    fields.writeField("Retry-After", seconds)
                }
            },
            body: ErrorBody.make(status: rejection.status, message: rejection.message, hasCode: false)
        )
    }

    /// All parts that answer return whether they came to their own end; false means that the request was cancelled.
    private func serve(_ request: HTTPRequest, _ response: ResponseWriter) async -> Bool {
        switch judge.decide(request) {
        case .answer(let plan):
            return await answer(plan, response)
        case .reply(let reply):
            counters.countReply()
            return await send(reply, response)
        case .listModels:
            counters.countModelList()
            sendJSON(200, ModelList.body, response)
        case .refuse(let status, let body):
            counters.countRefusal()
            sendJSON(status, body, response)
        }
        return true
    }

    private func answer(_ plan: AnswerPlan, _ response: ResponseWriter) async -> Bool {
        if plan.latency > .zero, plan.failure != .stall {
            guard await ResponseWait(response, on: eventLoop).sleep(plan.latency) else { return false }
        }
        if let failure = plan.failure {
            return await fail(failure, plan, response)
        }
        if plan.isStreamed {
            return await stream(plan, response)
        }
        counters.countAnswer()
        sendJSON(200, answers.use(plan) { $0.whole($1) }, response)
        return true
    }

    private func sendJSON(_ status: Int, _ body: ByteBuffer, _ response: ResponseWriter, retryAfter: Int? = nil) {
        response.send(
            status: status,
            fields: { head in
                head.writeField("Content-Type", "application/json")
                if let retryAfter { head.writeField("Retry-After", retryAfter) }
            },
            body: body
        )
    }

    // MARK: Streams

    private func stream(_ plan: AnswerPlan, _ response: ResponseWriter) async -> Bool {
        counters.countStream()
        let (events, usageEvent) = answers.use(plan) { answer, usage in
            plan.includesUsage ? (answer.streamWithUsage, answer.usageEvent(usage)) : (answer.stream, nil)
        }
        let output = EventOutput(response, on: eventLoop)
        output.begin()
        guard await output.send(events.role), await send(events.content[...], of: plan, to: output),
            await output.send(events.finish)
        else { return false }
        if let usageEvent {
            guard await output.send(usageEvent) else { return false }
        }
        output.end(with: AnswerEnvelope.done)
        return true
    }

    private func send(_ events: ArraySlice<ByteBuffer>, of plan: AnswerPlan, to output: EventOutput) async -> Bool {
        var count = 0
        defer { counters.countChunks(count) }
        for event in events {
            if count > 0, plan.chunkGap > .zero {
                guard await output.sleep(plan.chunkGap) else { return false }
            }
            guard await output.send(event) else { return false }
            count += 1
        }
        return true
    }

    private func send(_ reply: MockReply, _ response: ResponseWriter) async -> Bool {
        func writeFields(_ head: inout ByteBuffer) {
            _ = head.writeField("Content-Type", reply.contentType)
            for field in reply.fields {
                _ = head.writeField(field.name.utf8.span, field.value.utf8.span)
            }
        }
        guard reply.isChunked || reply.ending == .cut else {
            var body = reply.pieces.first ?? ByteBuffer()
            for piece in reply.pieces.dropFirst() { body.writeImmutableBuffer(piece) }
            response.send(status: reply.status, fields: writeFields, body: body)
            return true
        }
        let output = EventOutput(response, on: eventLoop)
        output.begin(status: reply.status, fields: writeFields)
        for (index, piece) in reply.pieces.enumerated() {
            if index > 0, reply.pieceGap > .zero {
                guard await output.sleep(reply.pieceGap) else { return false }
            }
            guard await output.send(piece) else { return false }
        }
        return await output.finish(reply.ending)
    }

    // MARK: Failures

    private func fail(
        _ kind: MockScript.FailureKind,
        _ plan: AnswerPlan,
        _ response: ResponseWriter
    ) async -> Bool {
        counters.countFailure(kind)
        switch kind {
        case .reset:
            response.abort()
        case .stall:
            await ResponseWait(response, on: eventLoop).untilCancelled()
            return false
        case .cut:
            return await cut(plan, response)
        case .errorEvent where plan.isStreamed:
            return await breakOff(plan, response)
        case .badRequest, .unauthorized, .notFound, .tooManyRequests, .serverError, .unavailable, .errorEvent:
            let status = kind.status ?? 500
            let retryAfter = kind == .tooManyRequests ? judge.retryAfterSeconds : nil
            sendJSON(status, ErrorBody.make(status: status), response, retryAfter: retryAfter)
        }
        return true
    }

    /// Half of an answer, then the end of the connection.
    private func cut(_ plan: AnswerPlan, _ response: ResponseWriter) async -> Bool {
        let output = EventOutput(response, on: eventLoop)
        guard plan.isStreamed else {
            var body = answers.use(plan) { $0.whole($1) }
            output.begin(status: 200) { $0.writeField("Content-Type", "application/json") }
            guard await output.send(body.readSlice(length: body.readableBytes / 2) ?? ByteBuffer()) else {
                return false
            }
            return await output.finish(.cut)
        }
        guard await sendHalf(plan, output) else { return false }
        return await output.finish(.cut)
    }

    /// Half of a stream, then an error event.
    private func breakOff(_ plan: AnswerPlan, _ response: ResponseWriter) async -> Bool {
        let output = EventOutput(response, on: eventLoop)
        guard await sendHalf(plan, output) else { return false }
        output.end(with: ErrorBody.event)
        return true
    }

    private func sendHalf(_ plan: AnswerPlan, _ output: EventOutput) async -> Bool {
        let events = answers.use(plan) { answer, _ in answer.stream }
        output.begin()
        guard await output.send(events.role) else { return false }
        return await send(events.content.prefix((events.content.count + 1) / 2), of: plan, to: output)
    }
}
