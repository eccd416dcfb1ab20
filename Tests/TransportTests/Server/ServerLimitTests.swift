import NIOCore
import Testing

@testable import Transport

@Suite("Limits of the server", .timeLimit(.minutes(2)))
struct ServerLimitTests {
    /// Every target that a service is asked for.
    private func recording(_ asked: Event<String>) -> ClosureService.Respond {
        { request, response in
            asked.happen(String(buffer: request.head.target))
            await echo(request, response)
        }
    }

    @Test func bodyLimitByLength() async throws {
        try await withServer(configuration { $0.maximumBodyByteCount = 1000 }, respond: echo) { server async throws in
            let fitting = try await server.connect()
            try await fitting.send(post(String(repeating: "x", count: 1000)))
            #expect(try await fitting.answer().status == 200)

            let client = try await server.connect()
            try await client.send(request("POST /", "Content-Length: 1001\r\n"))
            let answer = try await client.answer()
            #expect(answer.status == 413)
            #expect(answer.closes)
            #expect(answer.text.contains("1000 bytes"))
            #expect(answer.head.fields.equals("content-type", "application/json"))
            try await client.closed()
        }
    }

    @Test func bodyLimitByChunks() async throws {
        try await withServer(configuration { $0.maximumBodyByteCount = 1000 }, respond: echo) { server async throws in
            let client = try await server.connect()
            let chunk = "64\r\n" + String(repeating: "x", count: 100) + "\r\n"
            try await client.send(request("POST /", "Transfer-Encoding: chunked\r\n"))
            for _ in 0..<11 { client.sendSoon(ByteBuffer(string: chunk)) }
            #expect(try await client.answer().status == 413)
            try await client.closed()
        }
    }

    @Test(arguments: [true, false])
    func refusalIsReadableAlthoughTheCallerKeepsSending(isChunked: Bool) async throws {
        let settings = configuration {
            $0.maximumBodyByteCount = 1000
            $0.lingeringTimeout = .seconds(30)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let client = try await server.connect(isReading: false, staysOpen: true)
            let size = 8 << 20
            if isChunked {
                try await client.send(request("POST /", "Transfer-Encoding: chunked\r\n", body: "800000\r\n"))
            } else {
                try await client.send(request("POST /", "Content-Length: \(size)\r\n"))
            }
            // Every byte of the body leaves before the first byte of the answer is read.
            let piece = ByteBuffer(repeating: 0x78, count: 64 << 10)
            for _ in 0..<(size / piece.readableBytes) { try await client.send(piece) }
            try await client.setReading(true)
            #expect(try await client.answer().status == 413)
            await client.close()
            try await server.connections(0)
        }
    }

    @Test func lingeringEnds() async throws {
        let settings = configuration {
            $0.maximumBodyByteCount = 10
            $0.lingeringTimeout = .milliseconds(60)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let client = try await server.connect(staysOpen: true)
            try await client.send(request("POST /", "Content-Length: 11\r\n"))
            #expect(try await client.answer().status == 413)
            try await server.connections(0)
        }
    }

    @Test(arguments: [
        (request("GET /", "X: " + String(repeating: "x", count: 2000) + "\r\n"), 431),
        (request("GET /", (0..<20).map { "X\($0): y\r\n" }.joined()), 431),
        (request("GET /" + String(repeating: "p", count: 600)), 414),
        (String(repeating: "M", count: 100) + " / HTTP/1.1\r\n\r\n", 501),
        ("GET / HTTP/2.0\r\n\r\n", 505),
    ])
    func headLimits(_ text: String, _ status: Int) async throws {
        let settings = configuration {
            $0.parserLimits = HTTPParserLimits(
                maximumHeadByteCount: 1500,
                maximumFieldCount: 10,
                maximumTargetByteCount: 500
            )
        }
        let asked = Event<String>()
        try await withServer(settings, respond: recording(asked)) { server async throws in
            let client = try await server.connect()
            try await client.send(text + request("GET /smuggled"))
            let answer = try await client.answer()
            #expect(answer.status == status)
            #expect(answer.closes)
            #expect(try await client.everything() == "")
            try await expectNothingAsked(asked, server)
        }
    }

    static let smuggling =
        HTTPRequestRejectionTests.startLines + HTTPRequestRejectionTests.fieldLines
        + HTTPRequestRejectionTests.framing + HTTPRequestRejectionTests.chunked

    @Test func nothingBehindAMalformedRequestIsExecuted() async throws {
        let asked = Event<String>()
        try await withServer(respond: recording(asked)) { server async throws in
            for rejection in Self.smuggling {
                let client = try await server.connect()
                try await client.send(request("GET /before") + rejection.text + request("GET /smuggled"))
                #expect(try await client.answer().text == "GET /before ")
                #expect(try await asked.next() == "/before")
                let answer = try await client.answer()
                #expect(answer.status == rejection.status, "\(rejection)")
                #expect([400, 501, 505].contains(answer.status))
                #expect(answer.closes)
                #expect(try await client.everything() == "", "\(rejection)")
            }
            try await expectNothingAsked(asked, server)
        }
    }

    /// A last request is the next that the service is asked for: nothing else came before it.
    private func expectNothingAsked(_ asked: Event<String>, _ server: RunningServer) async throws {
        let client = try await server.connect()
        try await client.send(request("GET /last"))
        _ = try await client.answer()
        #expect(try await asked.next() == "/last")
    }

    // MARK: Times

    @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: a\r\n"])
    func headTimeout(_ text: String) async throws {
        try await withServer(configuration { $0.headTimeout = .seconds(3) }, respond: echo) {
            server async throws in
            let client = try await server.connect()
            try await client.send(text)
            let answer = try await client.answer()
            #expect(answer.status == 408)
            #expect(answer.closes)
            try await client.closed()
        }
    }

    @Test func silentConnectionIsClosed() async throws {
        try await withServer(configuration { $0.headTimeout = .milliseconds(150) }, respond: echo) {
            server async throws in
            let client = try await server.connect()
            #expect(try await client.everything() == "", "nothing was asked, nothing is answered")
        }
    }

    @Test func idleBodyTimeout() async throws {
        try await withServer(configuration { $0.bodyIdleTimeout = .milliseconds(150) }, respond: echo) {
            server async throws in
            for text in [
                request("POST /", "Content-Length: 10\r\n", body: "12345"),
                request("POST /", "Content-Length: 10\r\n"),
                request("POST /", "Transfer-Encoding: chunked\r\n", body: "5\r\n12"),
            ] {
                let client = try await server.connect()
                try await client.send(text)
                #expect(try await client.answer().status == 408)
                try await client.closed()
            }
        }
    }

    @Test func bodyHasItsOwnTimeBehindTheHead() async throws {
        let settings = configuration {
            $0.headTimeout = .seconds(3)
            $0.bodyIdleTimeout = .seconds(50)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.send(request("POST /", "Content-Length: 4\r\nExpect: 100-continue\r\n"))
            _ = try await client.read(through: "\r\n\r\n")
            try await Milestone.wait(.milliseconds(1200), on: server.worker)
            try await client.send("body")
            #expect(try await client.answer().text == "POST / body")
        }
    }

    @Test func tricklingBodyTimeout() async throws {
        let settings = configuration {
            $0.requestTimeout = .milliseconds(200)
            $0.bodyIdleTimeout = .seconds(50)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.send(request("POST /", "Content-Length: 1000000\r\n"))
            let trickle = client.channel.eventLoop.scheduleRepeatedTask(
                initialDelay: .zero,
                delay: .milliseconds(20)
            ) { [channel = client.channel] _ in
                channel.writeAndFlush(ByteBuffer(string: "x"), promise: nil)
            }
            #expect(try await client.answer().status == 408)
            trickle.cancel()
        }
    }

    @Test func keepAliveTimeoutClosesIdleConnections() async throws {
        try await withServer(configuration { $0.keepAliveTimeout = .milliseconds(100) }, respond: echo) {
            server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            #expect(try await client.answer().status == 200)
            #expect(try await client.everything() == "")
        }
    }

    // MARK: Connections

    @Test func connectionLimit() async throws {
        let settings = configuration {
            $0.maximumConnectionCount = 2
            $0.retryAfterSeconds = 7
        }
        try await withServer(settings, respond: echo) { server async throws in
            let first = try await server.connect()
            let second = try await server.connect()
            for client in [first, second] {
                try await client.send(request("GET /"))
                #expect(try await client.answer().status == 200)
            }
            let refused = try await server.connect()
            let answer = try await refused.answer()
            #expect(answer.status == 503)
            #expect(answer.head.fields.string("retry-after") == "7")
            #expect(answer.closes)
            await refused.close()
            await first.close()
            try await server.connections(1)
            let next = try await server.connect()
            try await next.send(request("GET /"))
            #expect(try await next.answer().status == 200)
        }
    }

    @Test func refusedConnectionsThatLingerTakeNobodysPlace() async throws {
        let settings = configuration {
            $0.maximumConnectionCount = 1
            $0.lingeringTimeout = .seconds(50)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let first = try await server.connect()
            try await first.send(request("GET /"))
            #expect(try await first.answer().status == 200)
            let refused = try await server.connect(staysOpen: true)
            #expect(try await refused.answer().status == 503)
            await first.close()
            try await server.connections(0)
            let next = try await server.connect()
            try await next.send(request("GET /"))
            #expect(try await next.answer().status == 200)
        }
    }
}
