import NIOCore
import NIOPosix
import Testing

@testable import Transport

@Suite("Exchanges that fail", .timeLimit(.minutes(2)))
struct UpstreamFailureTests {
    /// Reads requests and never answers.
    private static let silent: ScriptedPeer.Script = { wire, _ in try await wire.closed() }

    @Test func refused() async throws {
        let port = try ClosedPort()
        defer { withExtendedLifetime(port) {} }
        let number = port.number
        try await withWorkers { group async throws in
            let upstream = upstream(number)
            guard case .connectFailed = await group.workers[0].failure(upstream) else {
                Issue.record("nobody listens")
                return
            }
            #expect(await group.workers[0].figures(upstream) == PoolFigures())
        }
    }

    @Test func everyWaiterHearsOfTheRefusal() async throws {
        let port = try ClosedPort()
        defer { withExtendedLifetime(port) {} }
        let number = port.number
        try await withWorkers { group async throws in
            let upstream = upstream(number, pool: { $0.maximumConnectionCount = 1 })
            await withTaskGroup(of: UpstreamError?.self) { tasks in
                for _ in 0..<5 { tasks.addTask { await group.workers[0].failure(upstream) } }
                for await failure in tasks {
                    guard case .connectFailed = failure else {
                        Issue.record("\(String(describing: failure))")
                        continue
                    }
                }
            }
            #expect(await group.workers[0].figures(upstream) == PoolFigures())
        }
    }

    @Test func unknownHost() async throws {
        try await withWorkers { group async throws in
            let failure = await group.workers[0].failure(upstream(80, host: "nothing.invalid"))
            #expect(failure == .unknownHost("nothing.invalid"))
        }
    }

    @Test func connectTimeoutOfTCP() async throws {
        // A listener that accepts nothing and has its queue full leaves further callers without an answer.
        let listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.backlog, value: 0)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let address = try #require(listening.localAddress)
        let filler = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(2))
        let first = try await filler.connect(to: address).get()
        let others = (0..<3).map { _ in filler.connect(to: address) }
        try await withWorkers { group async throws in
            let worker = group.workers[0]
            let upstream = upstream(address.port ?? 0, timeouts: { $0.connect = .milliseconds(150) })
            #expect(await worker.failure(upstream) == .connectTimeout)
            try await worker.until(upstream, PoolFigures())
        }
        try await listening.close()
        try? await first.close()
        for other in others { try? await other.get().close() }
    }

    @Test func connectTimeoutOfTLS() async throws {
        let tls = try Certificates.clientContext()
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, tls: tls, timeouts: { $0.connect = .milliseconds(150) })
            #expect(await worker.failure(upstream) == .connectTimeout)
            try await closed.next()
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test(arguments: [Proxy.Scheme.http, .socks5])
    func connectTimeoutOfAProxy(_ scheme: Proxy.Scheme) async throws {
        try await withUpstream(script: Self.silent) { worker, peer async throws in
            let proxy = Proxy(scheme: scheme, host: "127.0.0.1", port: peer.port)
            let upstream = upstream(1, proxy: proxy, timeouts: { $0.connect = .milliseconds(150) })
            #expect(await worker.failure(upstream) == .connectTimeout)
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func firstByteTimeout() async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.firstByte = .milliseconds(150) })
            #expect(await worker.failure(upstream) == .firstByteTimeout)
            try await closed.next()
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func idleTimeout() async throws {
        try await withUpstream { wire, _ in
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.idle = .milliseconds(150) })
            #expect(await worker.failure(upstream) == .idleTimeout)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"])
    func totalTimeout(_ beginning: String) async throws {
        try await withUpstream { wire, _ in
            try await wire.send(beginning)
            let trickle = wire.channel.eventLoop.scheduleRepeatedTask(
                initialDelay: .zero,
                delay: .milliseconds(20)
            ) { [channel = wire.channel] _ in
                if !beginning.isEmpty { channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil) }
            }
            try await wire.closed()
            trickle.cancel()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.total = .milliseconds(250) })
            #expect(await worker.failure(upstream) == .totalTimeout)
        }
    }

    @Test func pausedExchangeDoesNotTimeOutForBeingIdle() async throws {
        let goOn = Event<Void>()
        let sent = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
            try await goOn.next()
            try await wire.send("cd")
            sent.happen()
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.idle = .seconds(10) })
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            await exchange.onReceive { $0.pause() }
            let relay = Task { try await exchange.relay() }
            #expect(try await exchange.reports.pieces.next() == "ab")
            try await Milestone.wait(.milliseconds(10_500), on: worker)
            goOn.happen()
            try await sent.next()
            await exchange.with { $0.resume() }
            #expect(try await exchange.reports.pieces.next() == "cd")
            try await relay.value
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1002\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    ])
    func largerThanTheLimit(_ head: String) async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(head + String(repeating: "x", count: 1001))
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            #expect(await worker.failure(upstream(peer.port), limit: 1000) == .answerTooLarge(limit: 1000))
            try await closed.next()
        }
    }

    @Test func largerThanTheLimitAndCompleteBeforeItIsAskedFor() async throws {
        try await withUpstream(script: answering(ok("12345"))) { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            try await worker.until(upstream, PoolFigures(openCount: 1, idleCount: 1))
            await #expect(throws: UpstreamError.answerTooLarge(limit: 4)) { try await exchange.body(limit: 4) }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123456789",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n",
    ])
    func truncated(_ answer: String) async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(answer)
        } _: { worker, peer async throws in
            #expect(await worker.failure(upstream(peer.port)) == .truncatedAnswer)
        }
    }

    @Test func resetIsNoEndOfABodyThatLastsUntilTheClose() async throws {
        let goOn = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\n\r\npart")
            try await goOn.next()
            try await wire.reset()
        } _: { worker, peer async throws in
            let exchange = await RunningExchange(on: worker, with: upstream(peer.port))
            try await exchange.start()
            let relay = Task { try await exchange.relay() }
            #expect(try await exchange.reports.pieces.next() == "part")
            goOn.happen()
            await #expect(throws: UpstreamError.truncatedAnswer) { try await relay.value }
        }
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9\r\n", "HTTP/2 200\r\n\r\n", "\u{16}\u{3}\u{1}",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Encoding: gzip\r\n\r\nnot gzip!",
    ])
    func garbage(_ answer: String) async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(answer)
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let failure = await worker.failure(upstream(peer.port))
            guard case .malformedAnswer = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            try await closed.next()
        }
    }

    // MARK: Cancelling

    @Test func cancelBeforeTheStart() async throws {
        try await withUpstream(script: Self.silent) { worker, peer async throws in
            let exchange = await RunningExchange(on: worker, with: upstream(peer.port))
            await exchange.cancel()
            #expect(await exchange.failure() == .cancelled(.callerGone))
            #expect(peer.connectionCount == 0)
            #expect(await worker.run { $0.deadlines.count } == 1, "the pool's own")
        }
    }

    @Test func cancelBeforeTheConnection() async throws {
        let (accepted, goOn) = (Event<Void>(), Event<Void>())
        try await withUpstream { wire, _ in
            accepted.happen()
            try await goOn.next()
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\n\r\n")
            try await answering(ok("x"))(wire, 0)
        } _: { worker, peer async throws in
            let proxy = Proxy(scheme: .http, host: "127.0.0.1", port: peer.port)
            let upstream = upstream(1, proxy: proxy)
            let exchange = await RunningExchange(on: worker, with: upstream)
            let failure = Task { await exchange.failure() }
            try await accepted.next()
            try await worker.until(upstream, PoolFigures(connectingCount: 1, waitingCount: 1))
            await exchange.cancel()
            #expect(await failure.value == .cancelled(.callerGone))
            #expect(await worker.figures(upstream) == PoolFigures(connectingCount: 1))
            goOn.happen()
            try await worker.until(upstream, PoolFigures(openCount: 1, idleCount: 1))
        }
    }

    @Test func cancelBeforeTheHead() async throws {
        let (asked, closed) = (Event<Void>(), Event<Void>())
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            asked.happen()
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            let failure = Task { await exchange.failure() }
            try await asked.next()
            await exchange.cancel()
            try await closed.next()
            #expect(await failure.value == .cancelled(.callerGone))
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test(arguments: ["", "Content-Encoding: gzip\r\n"], [false, true])
    func cancelInMidBody(_ field: String, isInsideDelivery: Bool) async throws {
        let closed = Event<Void>()
        let coded = Compression.gzip.compress([Array("piece".utf8), []])
        let piece = field.isEmpty ? ByteBuffer(string: "piece") : ByteBuffer(bytes: coded[0])
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\n\(field)\r\n")
            try await wire.send(piece)
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            if isInsideDelivery { await exchange.onReceive { $0.cancel(.shuttingDown) } }
            let relay = Task { try await exchange.relay() }
            #expect(try await exchange.reports.pieces.next() == "piece")
            await exchange.with { $0.cancel(.shuttingDown) }
            try await closed.next()
            await #expect(throws: UpstreamError.cancelled(.shuttingDown)) { try await relay.value }
            try await worker.until(upstream, PoolFigures())
        }
    }
}
