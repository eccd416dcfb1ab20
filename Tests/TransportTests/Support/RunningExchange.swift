import NIOCore
import NIOSSL

@testable import Transport

/// A whole answer of an upstream.
struct Reply: Sendable {
    var status: Int
    var body: ByteBuffer

    var text: String { String(buffer: body) }
}

/// Collects an answer as it is relayed. Lives on the worker's loop, but for what it reports.
final class RecordingConsumer: AnswerConsumer {
    struct Reports: Sendable {
        let pieces = Event<String>()
        let reads = Event<Void>()
        let ended = Event<Void>()
    }

    let reports: Reports
    var byteCount = 0
    var onReceive: (() -> Void)?
    private let keepsPieces: Bool

    init(reports: Reports, keepsPieces: Bool = true) {
        self.reports = reports
        self.keepsPieces = keepsPieces
    }

    func receive(_ bytes: ByteBuffer) {
        byteCount += bytes.readableBytes
        if keepsPieces { reports.pieces.happen(String(buffer: bytes)) }
        onReceive?()
    }

    func readDidComplete() { reports.reads.happen() }
    func receiveEnd() { reports.ended.happen() }
}

/// An exchange of a worker in the hands of a test.
struct RunningExchange: Sendable {
    let worker: Worker
    let reports = RecordingConsumer.Reports()
    private let exchange: UncheckedBox<Exchange>
    private let consumer: UncheckedBox<RecordingConsumer>

    init(
        on worker: Worker,
        with upstream: Upstream,
        request: String = get,
        isRepeatable: Bool = true,
        keepsPieces: Bool = true
    ) async {
        self.worker = worker
        let bytes = ByteBuffer(string: request)
        exchange = await worker.run {
            UncheckedBox($0.client.exchange(bytes, with: upstream, isRepeatable: isRepeatable))
        }
        consumer = await worker.run { [reports] _ in
            UncheckedBox(RecordingConsumer(reports: reports, keepsPieces: keepsPieces))
        }
    }

    @discardableResult
    func start() async throws -> HTTPResponseHead {
        try await worker.run { [exchange] _ in try await exchange.value.start() }
    }

    func body(limit: Int = 1 << 20) async throws -> ByteBuffer {
        try await worker.run { [exchange] _ in try await exchange.value.body(limit: limit) }
    }

    func relay() async throws {
        try await worker.run { [exchange, consumer] _ in try await exchange.value.relay(to: consumer.value) }
    }

    func with<Result: Sendable>(_ body: @Sendable (Exchange) -> Result) async -> Result {
        await worker.run { [exchange] _ in body(exchange.value) }
    }

    /// Does something with the exchange in the middle of each piece's delivery.
    func onReceive(_ body: @escaping @Sendable (Exchange) -> Void) async {
        await worker.run { [exchange, consumer] _ in
            consumer.value.onReceive = { body(exchange.value) }
        }
    }

    var relayedByteCount: Int {
        get async { await worker.run { [consumer] _ in consumer.value.byteCount } }
    }

    func cancel() async {
        await with { $0.cancel(.callerGone) }
    }

    /// Waits for the whole answer.
    func reply(limit: Int = 1 << 20) async throws -> Reply {
        let head = try await start()
        return Reply(status: head.status, body: try await body(limit: limit))
    }

    /// The error that the exchange ends with; nil when it does not fail.
    func failure(limit: Int = 1 << 20) async -> UpstreamError? {
        do {
            _ = try await reply(limit: limit)
            return nil
        } catch {
            return error as? UpstreamError
        }
    }
}

/// The simplest request.
let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/// A whole answer with its length.
func ok(_ body: String, _ fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}

/// An upstream at an address of this machine.
func upstream(
    _ port: Int,
    host: String = "127.0.0.1",
    tls: NIOSSLContext? = nil,
    proxy: Proxy? = nil,
    timeouts changeTimeouts: (inout Upstream.Timeouts) -> Void = { _ in },
    pool changePool: (inout Upstream.PoolLimits) -> Void = { _ in }
) -> Upstream {
    var timeouts = Upstream.Timeouts()
    changeTimeouts(&timeouts)
    var limits = Upstream.PoolLimits()
    changePool(&limits)
    return Upstream(host: host, port: port, tls: tls, proxy: proxy, timeouts: timeouts, poolLimits: limits)
}

extension Worker {
    /// Asks once and waits for the whole answer.
    nonisolated func ask(_ upstream: Upstream, _ request: String = get) async throws -> Reply {
        try await RunningExchange(on: self, with: upstream, request: request).reply()
    }

    /// The error that a single question ends with.
    nonisolated func failure(_ upstream: Upstream, limit: Int = 1 << 20) async -> UpstreamError? {
        await RunningExchange(on: self, with: upstream).failure(limit: limit)
    }

    nonisolated func figures(_ upstream: Upstream) async -> PoolFigures {
        await run { $0.client.figures(of: upstream) }
    }

    nonisolated func until(_ upstream: Upstream, _ figures: PoolFigures) async throws {
        try await TransportTests.until(on: self) { $0.client.figures(of: upstream) == figures }
    }
}

/// Runs `body` with a worker and a scripted peer that end with it.
func withUpstream(
    tls: NIOSSLContext? = nil,
    sendBufferByteCount: Int? = nil,
    script: @escaping ScriptedPeer.Script,
    _ body: (Worker, ScriptedPeer) async throws -> Void
) async throws {
    try await withWorkers { group async throws in
        try await withPeer(tls: tls, sendBufferByteCount: sendBufferByteCount, script: script) { peer async throws in
            try await body(group.workers[0], peer)
        }
    }
}
