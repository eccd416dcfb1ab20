import NIOCore
import Testing

@testable import Transport

@Suite("Answers of an upstream", .timeLimit(.minutes(2)))
struct UpstreamAnswerTests {
    @Test(arguments: [
        (ok("hello"), "hello"),
        (ok(""), ""),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: x\r\n\r\n", "hello"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("hello"), "hello"),
    ])
    func framing(_ answer: String, _ body: String) async throws {
        try await withUpstream { wire, _ in
            while true {
                _ = try await wire.request()
                for byte in answer.utf8 { wire.sendSoon(ByteBuffer(bytes: [byte])) }
            }
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            for _ in 0..<3 {
                let reply = try await worker.ask(upstream)
                #expect(reply.status == 200)
                #expect(reply.text == body)
            }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"])
    func bodyUntilTheClose(_ head: String) async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send(head + "all of ")
            try await wire.send("it")
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            #expect(try await worker.ask(upstream).text == "all of it")
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func requestArrivesAsItIs() async throws {
        let body = String(repeating: "b", count: 5_000_000)
        let seen = Event<Int>()
        try await withUpstream { wire, _ in
            let text = "\r\n\r\n"
            _ = try await wire.read(through: text)
            seen.happen(try await wire.read(count: body.utf8.count).readableBytes)
            try await wire.send(ok("x"))
            try await wire.closed()
        } _: { worker, peer async throws in
            let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            #expect(try await worker.ask(upstream(peer.port), request).text == "x")
            #expect(try await seen.next() == body.utf8.count)
        }
    }

    @Test(arguments: [1000, Int.max])
    func largeBodyIsGathered(_ factor: Int) async throws {
        let size = 3_000_000
        try await withUpstream(script: answering(ok(String(repeating: "g", count: size)))) {
            worker,
            peer async throws in
            let upstream = upstream(peer.port)
            for _ in 0..<2 {
                let exchange = await RunningExchange(on: worker, with: upstream)
                let reply = try await exchange.reply(limit: factor == .max ? .max : size)
                #expect(reply.body.readableBytes == size)
            }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test func bodyThatWaitedForItsReader() async throws {
        let size = 3_000_000
        try await withUpstream(script: answering(ok(String(repeating: "g", count: size)))) {
            worker,
            peer async throws in
            let upstream = upstream(peer.port)
            for limit in [size, .max] {
                let exchange = await RunningExchange(on: worker, with: upstream)
                try await exchange.start()
                // Far more than may be held is there now.
                try await Milestone.wait(.milliseconds(50), on: worker)
                #expect(try await exchange.body(limit: limit).readableBytes == size)
            }
        }
    }

    @Test func piecesAreRelayedAsTheyCome() async throws {
        let goOn = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in 0..<5 {
                try await goOn.next()
                try await wire.send("1\r\n\(number)\r\n")
            }
            try await goOn.next()
            try await wire.send("0\r\n\r\n")
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            let relay = Task { try await exchange.relay() }
            for number in 0..<5 {
                goOn.happen()
                #expect(try await exchange.reports.pieces.next() == "\(number)")
                try await exchange.reports.reads.next()
            }
            goOn.happen()
            try await exchange.reports.ended.next()
            try await relay.value
            #expect(await worker.figures(upstream) == PoolFigures(openCount: 1, idleCount: 1))
        }
    }

    @Test func bodyThatWasThereBeforeItsConsumer() async throws {
        try await withUpstream(script: answering(ok("early"))) { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            try await worker.until(upstream, PoolFigures(openCount: 1, idleCount: 1))
            try await exchange.relay()
            #expect(try await exchange.reports.pieces.next() == "early")
            try await exchange.reports.ended.next()
        }
    }

    // MARK: Back-pressure

    /// Floods as fast as it may and tells each time that it has to stop, with the bytes sent so far.
    private func flooding(_ total: Int, halted: Event<Int>) -> ScriptedPeer.Script {
        { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            try await wire.flood(total, halted: halted)
            try await wire.closed()
        }
    }

    @Test func pauseStopsTheUpstream() async throws {
        let halted = Event<Int>()
        let total = 64 << 20
        try await withUpstream(script: flooding(total, halted: halted)) { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream, keepsPieces: false)
            try await exchange.start()
            await exchange.onReceive { $0.pause() }
            let relay = Task { try await exchange.relay() }
            try await exchange.reports.reads.next()
            let count = await exchange.relayedByteCount
            #expect(count < 1 << 20)
            // The peer fills the system's buffers, then it is stopped.
            try await Milestone.wait(.milliseconds(300), on: worker)
            #expect(await exchange.relayedByteCount < count + (1 << 20))
            #expect(try await halted.next() < total)
            await exchange.onReceive { _ in }
            await exchange.with { $0.resume() }
            try await relay.value
            #expect(await exchange.relayedByteCount == total)
            #expect(await worker.figures(upstream) == PoolFigures(openCount: 1, idleCount: 1))
        }
    }

    @Test func answerThatNobodyTakesIsNotReadWhole() async throws {
        let halted = Event<Int>()
        let total = 64 << 20
        try await withUpstream(script: flooding(total, halted: halted)) { worker, peer async throws in
            let exchange = await RunningExchange(on: worker, with: upstream(peer.port), keepsPieces: false)
            try await exchange.start()
            #expect(try await halted.next() < total)
            try await Milestone.wait(.milliseconds(200), on: worker)
            // A consumer that pauses at once keeps what was held, and nothing comes behind its back.
            await exchange.onReceive { $0.pause() }
            let relay = Task { try await exchange.relay() }
            try await exchange.reports.reads.next()
            try await Milestone.wait(.milliseconds(100), on: worker)
            #expect(await exchange.relayedByteCount < 2 << 20)
            await exchange.onReceive { _ in }
            await exchange.with { $0.resume() }
            try await relay.value
            #expect(await exchange.relayedByteCount == total)
        }
    }

    // MARK: Content coding

    @Test(arguments: Compression.allCases)
    func codedStreamIsNotHeldUp(_ form: Compression) async throws {
        let goOn = Event<Void>()
        let parts = (0..<5).map { "data: \($0)\n\n" }
        let coded = form.compress(parts.map { Array($0.utf8) })
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            let fields = "Content-Encoding: \(form.coding)\r\nTransfer-Encoding: chunked\r\n"
            try await wire.send("HTTP/1.1 200 OK\r\n\(fields)\r\n")
            for part in coded {
                try await goOn.next()
                try await wire.send(String(part.count, radix: 16) + "\r\n")
                try await wire.send(ByteBuffer(bytes: part))
                try await wire.send("\r\n")
            }
            try await wire.send("0\r\n\r\n")
            try await wire.closed()
        } _: { worker, peer async throws in
            let exchange = await RunningExchange(on: worker, with: upstream(peer.port))
            try await exchange.start()
            let relay = Task { try await exchange.relay() }
            for part in parts {
                goOn.happen()
                #expect(try await exchange.reports.pieces.next() == part)
            }
            try await relay.value
        }
    }

    @Test func truncatedCoding() async throws {
        let coded = Compression.gzip.compress(Array("hello".utf8)).dropLast()
        var answer = ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(coded.count)\r\n\r\n"
        )
        answer.writeBytes(coded)
        try await withUpstream { [answer] wire, _ in
            _ = try await wire.request()
            try await wire.send(answer)
            try await wire.closed()
        } _: { worker, peer async throws in
            #expect(await worker.failure(upstream(peer.port)) == .truncatedAnswer)
        }
    }

    @Test func bombIsStoppedAtTheLimit() async throws {
        let coded = Compression.gzip.compress([UInt8](repeating: 0, count: 32 << 20))
        var answer = ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(coded.count)\r\n\r\n"
        )
        answer.writeBytes(coded)
        try await withUpstream { [answer] wire, _ in
            _ = try await wire.request()
            try await wire.send(answer)
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            #expect(await worker.failure(upstream, limit: 100_000) == .answerTooLarge(limit: 100_000))
            try await worker.until(upstream, PoolFigures())
        }
    }

    // MARK: Settling

    @Test(arguments: ["", "Content-Encoding: gzip\r\n"])
    func settledExchangeGivesItsConnectionBack(_ field: String) async throws {
        let goOn = Event<Void>()
        let coded = Compression.gzip.compress([Array("all".utf8), []])
        let parts = field.isEmpty ? [Array("all".utf8), [0x21]] : coded
        try await withUpstream { wire, _ in
            let length = parts.reduce(0) { $0 + $1.count }
            while true {
                _ = try await wire.request()
                try await wire.send("HTTP/1.1 200 OK\r\n\(field)Content-Length: \(length)\r\n\r\n")
                try await wire.send(ByteBuffer(bytes: parts[0]))
                try await goOn.next()
                try await wire.send(ByteBuffer(bytes: parts[1]))
            }
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.settling = .minutes(1) })
            for _ in 0..<2 {
                let exchange = await RunningExchange(on: worker, with: upstream)
                try await exchange.start()
                await exchange.onReceive { $0.settle() }
                try await exchange.relay()
                #expect(try await exchange.reports.pieces.next() == "all")
                #expect(await worker.figures(upstream) == PoolFigures(openCount: 1))
                goOn.happen()
                try await worker.until(upstream, PoolFigures(openCount: 1, idleCount: 1))
            }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test func connectionThatDoesNotSettleIsClosed() async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nall")
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port)
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            await exchange.onReceive { $0.settle() }
            try await exchange.relay()
            try await closed.next()
            try await worker.until(upstream, PoolFigures())
        }
    }

    // MARK: Ends that nothing marks

    /// Where the connection is the answer's end, which never comes, and where some of the length is missing.
    @Test(arguments: ["", "Content-Length: 10\r\n"])
    func silenceIsTheEndWhereItIsExpected(_ field: String) async throws {
        let closed = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\n\(field)\r\nall")
            try await wire.closed()
            closed.happen()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.trailing = .milliseconds(10) })
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            await exchange.onReceive { $0.expectEnd() }
            try await exchange.relay()
            try await exchange.reports.ended.next()
            try await closed.next()
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func silenceIsNoEndWhereMoreIsExpected() async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nall")
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port) {
                $0.trailing = .milliseconds(10)
                $0.idle = .milliseconds(100)
            }
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            await exchange.onReceive {
                $0.expectEnd()
                $0.expectMore()
            }
            await #expect(throws: UpstreamError.idleTimeout) { try await exchange.relay() }
        }
    }

    /// Nothing can come while nothing is read.
    @Test func silenceOfAPausedExchangeIsNoEnd() async throws {
        let goOn = Event<Void>()
        try await withUpstream { wire, _ in
            _ = try await wire.request()
            try await wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nall")
            try await goOn.next()
            try await wire.send("!")
            try await wire.closed()
        } _: { worker, peer async throws in
            let upstream = upstream(peer.port, timeouts: { $0.trailing = .milliseconds(60) })
            let exchange = await RunningExchange(on: worker, with: upstream)
            try await exchange.start()
            await exchange.onReceive {
                $0.expectEnd()
                $0.pause()
            }
            let relay = Task { try await exchange.relay() }
            #expect(try await exchange.reports.pieces.next() == "all")
            try await Milestone.wait(.milliseconds(200), on: worker)
            #expect(await exchange.relayedByteCount == 3)
            await exchange.onReceive { _ in }
            goOn.happen()
            await exchange.with {
                $0.expectMore()
                $0.resume()
            }
            #expect(try await exchange.reports.pieces.next() == "!")
            try await relay.value
        }
    }
}
