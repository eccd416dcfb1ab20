import NIOConcurrencyHelpers
import NIOCore
import Transport

/// The event loops that credentials are fetched on, known once the gateway has a part on one of them.
final class CredentialWorkers: Sendable {
    private let worker = NIOLockedValueBox<Worker?>(nil)

    /// Takes note of a loop. The first one does the work, which is little.
    func add(_ worker: Worker) {
        self.worker.withLockedValue { $0 = $0 ?? worker }
    }

    var first: Worker? { worker.withLockedValue(\.self) }
}

/// Carries requests for credentials over the gateway's own connections.
struct UpstreamCredentialExchange: CredentialExchange {
    /// Largest answer that is read, in bytes.
    static let maximumAnswerByteCount = 1 << 20

    /// Where the connections are.
    let workers: CredentialWorkers
    /// TLS with the certificates that the provider's own is checked with. Credentials are never sent unchecked.
    let tls: ClientTLSContext
    /// The provider's proxy; nil for none.
    let proxy: Proxy?

    func send(_ request: CredentialRequest) async throws -> CredentialResponse {
        guard let location = CredentialLocation(request.url) else {
            throw CredentialProblem(message: "The address is malformed.")
        }
        guard let worker = workers.first else {
            throw CredentialProblem(message: "The gateway is not running.")
        }
        do {
            return try await worker.run { try await carry(request, to: location, on: $0) }
        } catch let error as UpstreamError {
            throw CredentialProblem(error, timeout: request.timeout)
        }
    }

    private func carry(
        _ request: CredentialRequest,
        to location: CredentialLocation,
        on worker: isolated Worker
    ) async throws -> CredentialResponse {
        let upstream = upstream(of: location, timeout: request.timeout)
        let exchange = worker.client.singleExchange(encoded(request, to: location, upstream), with: upstream)
        let eventLoop = worker.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: eventLoop)
        // Closes the connection also where the answer is too large to be read.
        defer { exchange.cancel(.callerGone) }
        return try await withTaskCancellationHandler {
            // The closure runs on the worker because it holds it.
            try await read(exchange, on: worker)
        } onCancel: {
            eventLoop.execute { bound.value.cancel(.callerGone) }
        }
    }

    private func read(_ exchange: Exchange, on worker: isolated Worker) async throws -> CredentialResponse {
        let head = try await exchange.start()
        let body = try await exchange.body(limit: Self.maximumAnswerByteCount)
        return CredentialResponse(status: head.status, body: Array(body.readableBytesView))
    }

    private func upstream(of location: CredentialLocation, timeout: Double) -> Upstream {
        let time = TimeAmount(seconds: timeout)
        var timeouts = Upstream.Timeouts()
        timeouts.connect = time
        timeouts.firstByte = time
        timeouts.idle = time
        timeouts.total = time
        var limits = Upstream.PoolLimits()
        limits.maximumIdleCount = 0
        return Upstream(
            host: location.host,
            port: location.port,
            tls: location.isSecure ? tls : nil,
            proxy: location.isOfHost ? nil : proxy,
            timeouts: timeouts,
            poolLimits: limits
        )
    }

    private func encoded(
        _ request: CredentialRequest,
        to location: CredentialLocation,
        _ upstream: Upstream
    ) -> ByteBuffer {
        var output = ByteBuffer()
        output.writeRequestLine(request.method == "GET" ? .get : .other(request.method), target: location.target)
        output.writeField("Host", upstream.authority)
        output.writeField("User-Agent", "martlet/\(MartletVersion.current)")
        for (name, value) in request.headers {
            output.writeField(Array(name.utf8).span, Array(value.utf8).span)
        }
        if request.method != "GET" {
            output.writeField("Content-Length", request.body.count)
        }
        output.writeField("Accept-Encoding", "identity")
        output.writeField("Connection", "close")
        output.writeHeadEnd()
        output.writeBytes(request.body)
        return output
    }
}

extension CredentialProblem {
    /// What the transport's failure means for whoever wants a credential.
    fileprivate init(_ error: UpstreamError, timeout: Double) {
        let message =
            switch error {
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout:
                "no answer within \(Int(timeout.rounded())) s."
            case .unknownHost(let host): "\(host) has no address."
            case .connectFailed(let reason): "the connection failed: \(reason)."
            case .tlsFailed(let reason): "no secure connection: \(reason)."
            case .proxyFailed(let reason): "the proxy did not open the way: \(reason)."
            case .outOfDescriptors: "no descriptor is left for a connection."
            case .closedBeforeAnswer, .truncatedAnswer: "the connection ended too early."
            case .malformedAnswer: "the answer is no HTTP."
            case .answerTooLarge(let limit): "the answer is larger than \(limit) bytes."
            case .cancelled: "the request was given up."
            }
        self.init(message: message, isTemporary: true)
    }
}
