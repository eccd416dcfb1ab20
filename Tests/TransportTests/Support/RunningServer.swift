import NIOCore
import NIOSSL

@testable import Transport

/// A service made of a closure.
final class ClosureService: HTTPService {
    typealias Respond = @Sendable (HTTPRequest, ResponseWriter) async -> Void

    private let body: Respond

    init(_ body: @escaping Respond) {
        self.body = body
    }

    func respond(to request: HTTPRequest, with response: ResponseWriter) async {
        await body(request, response)
    }

    func reject(_ rejection: Transport.HTTPRejection, with response: ResponseWriter) {
        response.send(
            status: rejection.status,
            fields: { fields in
                fields.writeField("Content-Type", "application/json")
                if let seconds = rejection.retryAfterSeconds { fields.writeField("Retry-After", seconds) }
            },
            body: ByteBuffer(string: "{\"status\":\(rejection.status),\"message\":\"\(rejection.message)\"}")
        )
    }
}

/// The server under test with workers of its own for the time of one test.
struct RunningServer: Sendable {
    let listener: Listener
    let group: WorkerGroup

    var worker: Worker { group.workers[0] }

    func connect(tls: NIOSSLContext? = nil, isReading: Bool = true, staysOpen: Bool = false) async throws -> Wire {
        try await Wire.connect(to: listener.localAddress, tls: tls, isReading: isReading, staysOpen: staysOpen)
    }

    /// Waits until this many connections are held.
    func connections(_ count: Int) async throws {
        let budget = listener.budget
        try await until(on: worker) { _ in budget.count == count }
    }
}

/// A configuration that is patient where a test does not say otherwise: beside others, it may get its next turn late.
func configuration(_ change: (inout ServerConfiguration) -> Void = { _ in }) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.headTimeout = .minutes(5)
    configuration.bodyIdleTimeout = .minutes(5)
    change(&configuration)
    return configuration
}

/// Runs `body` with workers that end with it.
func withWorkers<Result>(count: Int = 1, _ body: (WorkerGroup) async throws -> Result) async throws -> Result {
    let group = try await WorkerGroup(count: count)
    do {
        let result = try await body(group)
        try await group.shutDown()
        return result
    } catch {
        try await group.shutDown()
        throw error
    }
}

/// Runs `body` with a server that ends with it.
func withServer(
    _ configuration: ServerConfiguration = configuration(),
    workerCount: Int = 1,
    respond: @escaping ClosureService.Respond,
    _ body: (RunningServer) async throws -> Void
) async throws {
    try await withWorkers(count: workerCount) { group async throws in
        let listener = try await Listener.bind(
            host: "127.0.0.1",
            port: 0,
            group: group,
            configuration: configuration
        ) { _ in ClosureService(respond) }
        do {
            try await body(RunningServer(listener: listener, group: group))
        } catch {
            _ = try? await listener.shutDown(grace: .zero, cut: .zero)
            throw error
        }
        _ = try? await listener.shutDown(grace: .zero, cut: .zero)
    }
}

/// Answers with the method, the target and the body of the request.
@Sendable func echo(_ request: HTTPRequest, _ response: ResponseWriter) async {
    let text = "\(request.head.method.name) \(String(buffer: request.head.target)) \(String(buffer: request.body))"
    response.send(status: 200, fields: { _ in }, body: ByteBuffer(string: text))
}

/// A request with these field lines, each with its line end.
func request(_ line: String, _ fields: String = "", body: String = "") -> String {
    "\(line) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\(body)"
}

/// A POST of this body with its length.
func post(_ body: String, _ fields: String = "") -> String {
    request("POST /", "Content-Length: \(body.utf8.count)\r\n\(fields)", body: body)
}
