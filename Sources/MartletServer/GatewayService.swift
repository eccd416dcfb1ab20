import Dialects
package import Martlet
import NIOCore
import Synchronization
package import Transport

/// Whether the process takes requests; shared by all event loops.
package final class Readiness: Sendable {
    private let draining = Atomic(false)

    package init() {}

    /// False from the moment on that the process was told to stop.
    package var isReady: Bool { !draining.load(ordering: .relaxed) }

    /// Turns `/health` to 503, so that balancers send nothing more.
    package func startDraining() {
        draining.store(true, ordering: .relaxed)
    }
}

/// Answers the requests of one event loop: finds the route, shapes errors, hands the rest to the gateway.
package final class GatewayService: HTTPService {
    private(set) var share: GatewayShare
    let metrics: MetricsSource
    private let readiness: Readiness
    private let files: WebFiles

    package init(share: GatewayShare, metrics: MetricsSource, readiness: Readiness, files: WebFiles) {
        self.share = share
        self.metrics = metrics
        self.readiness = readiness
        self.files = files
    }

    /// Gives further requests to another share of the gateway; those that run stay with theirs.
    func use(_ next: GatewayShare) {
        let last = share
        share = next
        last.retire()
    }

    package func respond(to request: HTTPRequest, with response: ResponseWriter) async {
        // It may be another one when this ends.
        let share = self.share
        share.requestDidEnter()
        defer { share.requestDidLeave() }
        let start = NIODeadline.now()
        let requestID = requestID(of: request)
        let path = request.head.path
        guard let route = Route(path: path.readableBytesUInt8Span, query: request.head.query) else {
            respondBesideRoutes(to: request.head, requestID: requestID, start: start, with: response)
            return
        }
        guard route.allows(request.head.method) else {
            reject(
                GatewayError(.methodNotAllowed, "\(shown(path)) takes \(route.method.name) requests."),
                format: route.errorFormat,
                route: route.name,
                requestID: requestID,
                start: start,
                allow: route.allowField,
                with: response
            )
            return
        }
        switch route.operation {
        case .inference, .tokenCount, .embedding, .explanation:
            await answer(by: route, to: request, requestID: requestID, start: start, with: response)
        case .models(let format):
            sendJSON(await share.models(in: format), requestID: requestID, with: response)
        case .model(let name, let format):
            do throws(GatewayError) {
                let model = try await share.model(named: name, preferring: route.defaultProvider, in: format)
                sendJSON(model, requestID: requestID, with: response)
            } catch {
                reject(error, format: format, route: route.name, requestID: requestID, start: start, with: response)
            }
        case .health:
            health(with: response)
        case .metrics:
            let text = await metrics.text()
            response.send(
                status: 200,
                fields: { $0.writeField("Content-Type", "text/plain; version=0.0.4; charset=utf-8") },
                body: text
            )
        }
    }

    package func reject(_ rejection: HTTPRejection, with response: ResponseWriter) {
        let kind: GatewayError.Kind =
            switch rejection.status {
            case 413: .requestTooLarge
            case 503: .overloaded
            default: .invalidRequest
            }
        reject(
            GatewayError(kind, rejection.message, retryAfter: rejection.retryAfterSeconds),
            status: rejection.status,
            route: "unknown",
            requestID: share.makeRequestID(),
            start: .now(),
            with: response
        )
    }

    // MARK: Routes

    /// What a request that concerns a provider asks for.
    private func call(
        by route: Route,
        _ request: HTTPRequest,
        requestID: String,
        start: NIODeadline
    ) -> InferenceCall {
        var call = InferenceCall(
            format: route.errorFormat,
            body: request.body,
            requestID: requestID,
            route: route.name
        )
        call.defaultProvider = route.defaultProvider
        call.start = start
        switch route.operation {
        case .inference(_, let address, let streamsAsArray):
            call.address = address
            call.streamsAsArray = streamsAsArray
            call.wantsExtraFields = route.surface == .native
        case .tokenCount(_, let address):
            call.operation = .tokenCount
            call.address = address
        case .embedding(let form, let address):
            call.operation = .embedding
            call.embeddingFormat = form
            call.address = address
        case .explanation(_, let address):
            call.address = address
        case .models, .model, .health, .metrics:
            break
        }
        return call
    }

    private func answer(
        by route: Route,
        to request: HTTPRequest,
        requestID: String,
        start: NIODeadline,
        with response: ResponseWriter
    ) async {
        var call = call(by: route, request, requestID: requestID, start: start)
        let fields = request.head.fields
        if fields.contains("content-encoding"), !fields.equals("content-encoding", "identity") {
            reject(
                GatewayError(.invalidRequest, "The body is compressed; send it as plain JSON."),
                format: call.format,
                route: call.route,
                requestID: call.requestID,
                start: call.start,
                with: response
            )
            return
        }
        do throws(GatewayError) {
            try CallFields(fields, share.gateway.configuration).apply(to: &call, ruleFields: share.ruleFields)
        } catch {
            reject(
                error,
                format: call.format,
                route: call.route,
                requestID: call.requestID,
                start: call.start,
                with: response
            )
            return
        }
        guard case .explanation = route.operation else {
            await share.answer(call, to: response)
            return
        }
        do {
            sendJSON(try share.explain(call), requestID: call.requestID, with: response)
        } catch {
            let error = error as? GatewayError ?? GatewayError(.badAnswer, "Unexpected failure: \(error).")
            reject(
                error,
                format: call.format,
                route: call.route,
                requestID: call.requestID,
                start: call.start,
                with: response
            )
        }
    }

    private func sendJSON(_ body: [UInt8], requestID: String, with response: ResponseWriter) {
        response.send(
            status: 200,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                fields.writeField("X-Request-ID", requestID)
            },
            body: ByteBuffer(bytes: body)
        )
    }

    private func health(with response: ResponseWriter) {
        let isReady = readiness.isReady
        response.send(
            status: isReady ? 200 : 503,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                if !isReady {
                    fields.writeField("Retry-After", 1)
                }
            },
            body: ByteBuffer(
                staticString: isReady
                    ? "{\"status\":\"ok\",\"components\":{\"db_pings\":\"disabled\"}}"
                    : "{\"status\":\"draining\",\"components\":{\"db_pings\":\"disabled\"}}"
            )
        )
    }

    /// Answers what is no route: a file for browsers, or nothing.
    private func respondBesideRoutes(
        to request: HTTPRequestHead,
        requestID: String,
        start: NIODeadline,
        with response: ResponseWriter
    ) {
        let path = request.path
        guard let file = files[path] else {
            var segments = PathSegments(path.readableBytesUInt8Span)
            reject(
                GatewayError(.notFound, "There is no path \(shown(path)). Requests go to /v1/chat/completions."),
                format: Surface(droppingFrom: &segments).format,
                route: "unknown",
                requestID: requestID,
                start: start,
                with: response
            )
            return
        }
        guard request.method == .get || request.method == .head else {
            reject(
                GatewayError(.methodNotAllowed, "\(shown(path)) takes GET requests."),
                route: "/",
                requestID: requestID,
                start: start,
                allow: "GET, HEAD",
                with: response
            )
            return
        }
        file.send(to: request, with: response)
    }

    // MARK: Parts

    /// The caller's own id where it is fit to be repeated, else a new one.
    private func requestID(of request: HTTPRequest) -> String {
        if let bytes = request.head.fields.first("x-request-id"), RequestID.isAcceptable(bytes) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return share.makeRequestID()
    }

    private func shown(_ path: ByteBuffer) -> String {
        let path = String(buffer: path)
        return path.utf8.count <= 200 ? path : "\(path.prefix(100))…"
    }

    /// - Parameter status: The HTTP status, where it is a finer one than the error's own.
    private func reject(
        _ error: GatewayError,
        status: Int? = nil,
        format: WireFormat = .openAIChat,
        route: StaticString,
        requestID: String,
        start: NIODeadline,
        allow: StaticString? = nil,
        with response: ResponseWriter
    ) {
        let status = status ?? error.status
        let head = AnswerHead(failure: error, format: format, requestID: requestID)
        response.send(
            status: status,
            fields: { fields in
                head.writeFields(&fields)
                if let allow {
                    fields.writeField("Allow", allow)
                }
            },
            body: ByteBuffer(bytes: error.body(in: format, requestID: requestID))
        )
        share.recordRejection(error, status: status, route: route, requestID: requestID, start: start)
    }
}
