import NIOCore
import Testing

@testable import Transport

@Suite("Nothing is left behind", .timeLimit(.minutes(2)))
struct LeakTests {
    /// What the service is asked to do, by target.
    @Sendable private static func respond(_ request: HTTPRequest, _ response: ResponseWriter) async {
        switch String(buffer: request.head.path) {
        case "/stream":
            response.begin(status: 200) { _ in }
            for number in 0..<10 {
                response.write(ByteBuffer(string: "event \(number)\n"))
                response.flush()
                await Task.yield()
            }
            response.end()
        case "/abort":
            response.begin(status: 200) { _ in }
            response.flush()
        case "/never":
            await withCheckedContinuation { continuation in
                response.onCancel = { _ in continuation.resume() }
            }
        default:
            response.send(status: 200, fields: { _ in }, body: ByteBuffer(repeating: 0x78, count: 5000))
        }
    }

    /// One of the ways in which an exchange may go; true when it went as it should.
    private func exchange(_ number: Int, _ worker: Worker, _ upstream: Upstream) async -> Bool {
        func running(_ line: String, _ fields: String = "") async -> RunningExchange {
            await RunningExchange(on: worker, with: upstream, request: request(line, fields))
        }
        switch number % 8 {
        case 0: return await running("GET /").failure() == nil
        case 1: return await running("GET /stream").failure() == nil
        case 2: return await running("GET /", "Connection: close\r\n").failure() == nil
        case 3: return await running("GET /").failure(limit: 100) == .answerTooLarge(limit: 100)
        case 4: return await running("GET /abort").failure() == .truncatedAnswer
        case 5:
            let exchange = await running("GET /never")
            async let failure = exchange.failure()
            await Task.yield()
            await exchange.cancel()
            return await failure == .cancelled(.callerGone)
        case 6:
            let exchange = await running("GET /stream")
            _ = try? await exchange.start()
            await exchange.cancel()
            // It may have come to its end before.
            _ = try? await exchange.body()
            return true
        default:
            let exchange = await running("GET /stream")
            _ = try? await exchange.start()
            try? await exchange.relay()
            return await exchange.relayedByteCount == 80
        }
    }

    @Test func afterTwoThousandMixedExchanges() async throws {
        try await withServer(workerCount: 2, respond: Self.respond) { server async throws in
            let port = server.listener.localAddress.port ?? 0
            let upstreams = server.group.workers.map { _ in upstream(port) }
            let outcomes = await withTaskGroup(of: (Int, Bool).self) { tasks in
                for lane in 0..<50 {
                    tasks.addTask {
                        let worker = server.group.workers[lane % 2]
                        for step in 0..<40 where await !exchange(lane * 40 + step, worker, upstreams[lane % 2]) {
                            return (lane * 40 + step, false)
                        }
                        return (lane, true)
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { !$0.1 }.map { $0.0 % 8 } == [])
            for (worker, upstream) in zip(server.group.workers, upstreams) {
                try await until(on: worker) {
                    let figures = $0.client.figures(of: upstream)
                    return figures.openCount == figures.idleCount && figures.connectingCount == 0
                        && figures.waitingCount == 0
                }
                await worker.run { $0.client.closeIdleConnections() }
            }
            try await server.connections(0)
            for worker in server.group.workers { try await until(on: worker) { $0.deadlines.count == 0 } }
        }
    }
}
