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
    let share: GatewayShare
    let metrics: MetricsSource
    private let readiness: Readiness

    package init(share: GatewayShare, metrics: MetricsSource, readiness: Readiness) {
        self.share = share
        self.metrics = metrics
        self.readiness = readiness
    }

    package func respond(to request: HTTPRequest, with response: ResponseWriter) async {
        let start = NIODeadline.now()
        let requestID = requestID(of: request)
        guard let route = Route(path: request.head.path.readableBytesUInt8Span) else {
            reject(
                GatewayError(.notFound, "There is no path \(path(of: request)). Requests go to /v1/chat/completions."),
                route: "unknown",
                requestID: requestID,
                start: start,
                with: response
            )
            return
        }
        guard route.allows(request.head.method) else {
            reject(
                GatewayError(.methodNotAllowed, "\(path(of: request)) takes \(route.method.name) requests."),
                route: route.name,
                requestID: requestID,
                start: start,
                allow: route.allowField,
                with: response
            )
            return
        }
        switch route {
        case .chatCompletions:
            await chat(request, route: route, requestID: requestID, start: start, with: response)
        case .models:
            await models(requestID: requestID, with: response)
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

    private func chat(
        _ request: HTTPRequest,
        route: Route,
        requestID: String,
        start: NIODeadline,
        with response: ResponseWriter
    ) async {
        let fields = request.head.fields
        if fields.contains("content-encoding"), !fields.equals("content-encoding", "identity") {
            reject(
                GatewayError(.invalidRequest, "The body is compressed; send it as plain JSON."),
                route: route.name,
                requestID: requestID,
                start: start,
                with: response
            )
            return
        }
        await share.answerChat(request.body, requestID: requestID, route: route.name, start: start, to: response)
    }

    private func models(requestID: String, with response: ResponseWriter) async {
        let list = await share.models()
        response.send(
            status: 200,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                fields.writeField("X-Request-ID", requestID)
            },
            body: ByteBuffer(bytes: list)
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

    // MARK: Parts

    /// The caller's own id where it is fit to be repeated, else a new one.
    private func requestID(of request: HTTPRequest) -> String {
        if let bytes = request.head.fields.first("x-request-id"), RequestID.isAcceptable(bytes) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return share.makeRequestID()
    }

    private func path(of request: HTTPRequest) -> String {
        let path = String(buffer: request.head.path)
        return path.utf8.count <= 200 ? path : "\(path.prefix(100))…"
    }

    /// - Parameter status: The HTTP status, where it is a finer one than the error's own.
    private func reject(
        _ error: GatewayError,
        status: Int? = nil,
        route: StaticString,
        requestID: String,
        start: NIODeadline,
        allow: StaticString? = nil,
        with response: ResponseWriter
    ) {
        let status = status ?? error.status
        response.send(
            status: status,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                fields.writeField("X-Request-ID", requestID)
                if let retryAfter = error.retryAfter {
                    fields.writeField("Retry-After", retryAfter)
                }
                if let allow {
                    fields.writeField("Allow", allow)
                }
            },
            body: ByteBuffer(bytes: error.openAIBody(requestID: requestID).json)
        )
        share.recordRejection(error, status: status, route: route, requestID: requestID, start: start)
    }
}
