import NIOCore
import Testing

@testable import Transport

@Suite("Connections to an upstream", .timeLimit(.minutes(2)))
struct UpstreamPoolTests {
    @Test func keepAliveReuses() async throws {
        try await withUpstream(script: answering(ok("hello"))) { worker, peer async throws in
            let upstream = upstream(peer.port)
            for _ in 0..<20 { #expect(try await worker.ask(upstream).text == "hello") }
            #expect(peer.connectionCount == 1)
            #expect(await worker.figures(upstream) == PoolFigures(openCount: 1, idleCount: 1))
            await worker.run { $0.client.closeIdleConnections() }
            try await until(on: worker) { $0.deadlines.count == 0 }
            #expect(try await worker.ask(upstream).text == "hello")
            #expect(peer.connectionCount == 2)
        }
    }

    @Test(arguments: [
        ok("x", "Connection: close\r\n"),
        "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
        ok("x") + "more",
    ])
    func answersThatEndTheConnection(_ answer: String) async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(answer)
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            for number in 1...3 {
                #expect(try await worker.ask(upstream).text == "x")
                try await closed.next()
                try await worker.until(upstream, PoolFigures())
                #expect(peer.connectionCount == number)
            }
        }
    }

    @Test func limitMakesRequestsWait() async throws {
        let (began, goOn) = (Event<Void>(), Event<Void>())
        try await withUpstream { wire, _ in
            while true {
                _ = try await wire.request()
                began.happen()
                try await goOn.next()
                try await wire.send(ok("x"))
            }
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, pool: { $0.maximumConnectionCount = 2 })
            try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<6 { tasks.addTask { try await worker.ask(upstream).text } }
                for _ in 0..<2 { try await began.next() }
                try await worker.until(upstream, PoolFigures(openCount: 2, waitingCount: 4))
                for _ in 0..<6 { goOn.happen() }
                for try await text in tasks { #expect(text == "x") }
            }
            #expect(peer.connectionCount == 2)
            #expect(await worker.figures(upstream) == PoolFigures(openCount: 2, idleCount: 2))
        }
    }

    @Test func waitingEndsWithTheConnectTimeout() async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(
                peer.port,
                timeouts: { $0.connect = .milliseconds(150) },
                pool: { $0.maximumConnectionCount = 1 }
            )
            let first = await RunningExchange(on: worker, with: upstream)
            let firstFailure = Task { await first.failure() }
            try await worker.until(upstream, PoolFigures(openCount: 1))
            #expect(await worker.failure(upstream) == .connectTimeout)
            #expect(await worker.figures(upstream) == PoolFigures(openCount: 1))
            await first.cancel()
            #expect(await firstFailure.value == .cancelled(.callerGone))
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func idleConnectionsExpire() async throws {
        let closed = Event<Int>()
        try await withUpstream { wire, number in
            _ = try await wire.request()
            try await wire.send(ok("x"))
            try await wire.closed()
            closed.happen(number)
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, pool: { $0.idleTimeout = .milliseconds(100) })
            _ = try await worker.ask(upstream)
            #expect(try await closed.next() == 0)
            try await worker.until(upstream, PoolFigures())
            _ = try await worker.ask(upstream)
            #expect(try await closed.next() == 1)
        }
    }

    @Test func noMoreAreKeptThanAllowed() async throws {
        let (began, goOn) = (Event<Void>(), Event<Void>())
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            began.happen()
            try await goOn.next()
            try await wire.send(ok("x"))
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, pool: { $0.maximumIdleCount = 1 })
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<4 { tasks.addTask { _ = try await worker.ask(upstream) } }
                for _ in 0..<4 { try await began.next() }
                for _ in 0..<4 { goOn.happen() }
                try await tasks.waitForAll()
            }
            try await worker.until(upstream, PoolFigures(openCount: 1, idleCount: 1))
        }
    }

    @Test func unsolicitedBytesCloseAnIdleConnection() async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(ok("x"))
            try await wire.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            #expect(try await worker.ask(upstream).text == "x")
            try await closed.next()
            try await worker.until(upstream, PoolFigures())
        }
    }

    // MARK: Kept connections that have died

    /// A peer whose first connection answers one request and does `end` at the second; the others do `other`.
    private func dying(
        _ end: @escaping @Sendable (Wire) async throws -> Void,
        other: @escaping @Sendable (Wire) async throws -> Void = { try await $0.send(ok("fresh")) }
    ) -> ScriptedPeer.Script {
        { wire, number in
            _ = try await wire.request()
            guard number == 0 else {
                try await other(wire)
                return
            }
            try await wire.send(ok("first"))
            _ = try await wire.request()
            try await end(wire)
        }
    }

    @Test(arguments: [false, true])
    func deadConnectionIsReplayedOnAFreshOne(isReset: Bool) async throws {
        let script = dying { if isReset { try await $0.reset() } }
        try await withUpstream(script: script) { worker, peer async throws in
            let upstream = upstream(peer.port)
            #expect(try await worker.ask(upstream).text == "first")
            #expect(try await worker.ask(upstream).text == "fresh")
            #expect(peer.connectionCount == 2)
        }
    }

    @Test func replayWaitsForAPlaceAtTheLimit() async throws {
        try await withUpstream(script: dying { _ in }) { worker, peer async throws in
            let upstream = upstream(peer.port, pool: { $0.maximumConnectionCount = 1 })
            #expect(try await worker.ask(upstream).text == "first")
            #expect(try await worker.ask(upstream).text == "fresh")
            #expect(peer.connectionCount == 2)
        }
    }

    @Test func peerThatClosesAfterItsAnswer() async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(ok("x"))
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            for _ in 0..<50 { #expect(try await worker.ask(upstream).text == "x") }
        }
    }

    @Test func noReplayOnceBytesHaveCome() async throws {
        try await withUpstream(script: dying { try await $0.send("HTTP/1.1 20") }) { worker, peer async throws in
            let upstream = upstream(peer.port)
            _ = try await worker.ask(upstream)
            #expect(await worker.failure(upstream) == .closedBeforeAnswer)
            #expect(peer.connectionCount == 1)
        }
    }

    @Test func noSecondReplay() async throws {
        try await withUpstream(script: dying({ _ in }, other: { _ in })) { worker, peer async throws in
            let upstream = upstream(peer.port)
            _ = try await worker.ask(upstream)
            #expect(await worker.failure(upstream) == .closedBeforeAnswer)
            #expect(peer.connectionCount == 2)
        }
    }

    /// Where there may be no other connection, what must not be sent twice takes a kept one and its fate.
    @Test func noReplayOfWhatIsNotRepeatable() async throws {
        try await withUpstream(script: dying { _ in }) { worker, peer async throws in
            let upstream = upstream(peer.port, pool: { $0.maximumConnectionCount = 1 })
            #expect(try await worker.ask(upstream).text == "first")
            let exchange = await RunningExchange(on: worker, with: upstream, isRepeatable: false)
            #expect(await exchange.failure() == .closedBeforeAnswer)
            #expect(peer.connectionCount == 1)
        }
    }

    @Test func whatIsNotRepeatableHasAFreshConnection() async throws {
        try await withUpstream(script: dying { _ in }) { worker, peer async throws in
            let upstream = upstream(peer.port)
            #expect(try await worker.ask(upstream).text == "first")
            let exchange = await RunningExchange(on: worker, with: upstream, isRepeatable: false)
            #expect(try await exchange.reply().text == "fresh")
            #expect(peer.connectionCount == 2)
        }
    }

    @Test func noReplayOfAFreshConnection() async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
        } _: { worker, peer async throws in
            #expect(await worker.failure(upstream(peer.port)) == .closedBeforeAnswer)
            #expect(peer.connectionCount == 1)
        }
    }

    // MARK: Back-pressure and kept connections

    @Test func resumingAFinishedExchangeLeavesTheNextOneAlone() async throws {
        let first = Event<Void>()
        let total = 64 << 20
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            try await first.next()
            try await wire.send("end")
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            try await wire.flood(total)
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            let finished = await RunningExchange(on: worker, with: upstream)
            try await finished.start()
            await finished.onReceive { $0.pause() }
            let relay = Task { try await finished.relay() }
            // The relay begins before the body does.
            try await until(on: worker) { _ in true }
            first.happen()
            try await relay.value

            let next = await RunningExchange(on: worker, with: upstream, keepsPieces: false)
            try await next.start()
            await next.onReceive { $0.pause() }
            let flood = Task { try await next.relay() }
            try await next.reports.reads.next()
            let count = await next.relayedByteCount
            await finished.with { $0.resume() }
            try await Milestone.wait(.milliseconds(100), on: worker)
            #expect(await next.relayedByteCount < count + (1 << 20))
            #expect(peer.connectionCount == 1)
            await next.cancel()
            await #expect(throws: UpstreamError.cancelled(.callerGone)) { try await flood.value }
        }
    }
}
