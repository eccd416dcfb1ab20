import NIOCore
import Testing

@testable import Transport

@Suite("Requests and answers over sockets", .timeLimit(.minutes(2)))
struct ServerExchangeTests {
    @Test func keepAlive() async throws {
        try await withServer(respond: echo) { server async throws in
            let client = try await server.connect()
            for number in 0..<20 {
                try await client.send(post("body \(number)"))
                let answer = try await client.answer()
                #expect(answer.text == "POST / body \(number)")
                #expect(!answer.closes)
            }
            #expect(server.listener.budget.count == 1)
            await client.close()
            try await server.connections(0)
        }
    }

    @Test func closeIsHonoured() async throws {
        try await withServer(respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /", "Connection: close\r\n"))
            #expect(try await client.answer().closes)
            try await client.closed()
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer(respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.send((0..<50).map { request("GET /\($0)") + post("b\($0)") }.joined())
            for number in 0..<50 {
                #expect(try await client.answer().text == "GET /\(number) ")
                #expect(try await client.answer().text == "POST / b\(number)")
            }
        }
    }

    @Test func slowFirstRequestHoldsBackTheNext() async throws {
        let (began, goOn) = (Event<String>(), Event<Void>())
        try await withServer { request, response in
            began.happen(String(buffer: request.head.target))
            if request.head.path == ByteBuffer(string: "/slow") { try? await goOn.next() }
            await echo(request, response)
        } _: { server async throws in
            let client = try await server.connect()
            // More than is held while an answer is under way, so that reading has to stop and begin again.
            let filler = String(repeating: "x", count: 30_000)
            try await client.send(
                request("GET /slow") + (1...9).map { request("GET /\($0)", "X: \(filler)\r\n") }.joined()
            )
            #expect(try await began.next() == "/slow")
            // Entering the loop again shows that nothing else had begun when the first did.
            await server.worker.run { _ in }
            goOn.happen()
            #expect(try await client.answer().text == "GET /slow ")
            for number in 1...9 {
                #expect(try await began.next() == "/\(number)")
                #expect(try await client.answer().text == "GET /\(number) ")
            }
        }
    }

    @Test func requestCutAtEveryByte() async throws {
        try await withServer(respond: echo) { server async throws in
            let client = try await server.connect()
            let text = request("PUT /a?b", "Transfer-Encoding: chunked\r\n", body: "3;x=y\r\nabc\r\n0\r\nT: x\r\n\r\n")
            for byte in text.utf8 { try await client.send(ByteBuffer(bytes: [byte])) }
            #expect(try await client.answer().text == "PUT /a?b abc")
        }
    }

    @Test func version10() async throws {
        try await withServer(respond: echo) { server async throws in
            let closing = try await server.connect()
            try await closing.send("GET / HTTP/1.0\r\n\r\n")
            let answer = try await closing.answer()
            #expect(answer.text == "GET / ")
            #expect(answer.closes)
            try await closing.closed()

            let keeping = try await server.connect()
            for _ in 0..<2 {
                try await keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let answer = try await keeping.answer()
                #expect(answer.head.fields.equals("connection", "keep-alive"))
            }
        }
    }

    @Test func version10StreamsUntilTheConnectionCloses() async throws {
        try await withServer { _, response in
            response.begin(status: 200) { $0.writeField("X-Kind", "stream") }
            response.write(ByteBuffer(string: "one "))
            response.flush()
            response.write(ByteBuffer(string: "two"))
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let text = try await client.everything()
            #expect(!text.contains("chunked"))
            #expect(text.hasSuffix("\r\n\r\none two"))
        }
    }

    @Test(arguments: [true, false])
    func headHasTheFieldsAndNoBody(isStreamed: Bool) async throws {
        try await withServer { request, response in
            if isStreamed, request.head.method == .head {
                response.begin(status: 200) { _ in }
                response.write(ByteBuffer(string: "not sent"))
                response.flush()
                response.end()
            } else {
                await echo(request, response)
            }
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("HEAD /") + request("GET /next"))
            let answer = try await client.answer(toHead: true)
            #expect(answer.head.fields.string("content-length") == (isStreamed ? nil : "7"))
            #expect(answer.head.fields.equals("transfer-encoding", "chunked") == isStreamed)
            #expect(try await client.answer().text == "GET /next ")
        }
    }

    @Test func expectContinue() async throws {
        try await withServer(configuration { $0.maximumBodyByteCount = 10 }, respond: echo) { server async throws in
            let client = try await server.connect()
            for _ in 0..<2 {
                try await client.send(request("POST /", "Content-Length: 4\r\nExpect: 100-continue\r\n"))
                #expect(try await client.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                try await client.send("body")
                #expect(try await client.answer().text == "POST / body")
            }
            // The body is there already: nobody waits.
            try await client.send(post("body", "Expect: 100-continue\r\n"))
            #expect(try await client.read(through: "\r\n").hasPrefix("HTTP/1.1 200"))

            let tooLarge = try await server.connect()
            try await tooLarge.send(request("POST /", "Content-Length: 11\r\nExpect: 100-continue\r\n"))
            #expect(try await tooLarge.read(through: "\r\n").hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func bodiesOfManySizes() async throws {
        try await withServer { request, response in
            response.send(status: 200, fields: { _ in }, body: request.body)
        } _: { server async throws in
            let client = try await server.connect()
            for size in [0, 1, 9, 65_535, 65_536, 65_537, 3_000_000] {
                let body = String(repeating: "abcdefghi!", count: size / 10 + 1).prefix(size)
                try await client.send(post(String(body)))
                #expect(try await client.answer().text == body, "\(size) bytes with a length")
                let half = body.prefix(size / 2)
                let rest = body.dropFirst(size / 2)
                let chunks = [half, rest].filter { !$0.isEmpty }.map {
                    String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n"
                }
                try await client.send(
                    request("POST /", "Transfer-Encoding: chunked\r\n", body: chunks.joined() + "0\r\n\r\n")
                )
                #expect(try await client.answer().text == body, "\(size) bytes in chunks")
            }
        }
    }

    @Test func serviceThatReturnsWithoutAnAnswer() async throws {
        try await withServer { _, _ in
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            #expect(try await client.everything() == "")
        }
    }

    @Test func manyConnectionsOverTwoWorkers() async throws {
        try await withServer(workerCount: 2, respond: echo) { server async throws in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<200 {
                    tasks.addTask {
                        let client = try await server.connect()
                        try await client.send(post("\(number)") + post("again"))
                        #expect(try await client.answer().text == "POST / \(number)")
                        #expect(try await client.answer().text == "POST / again")
                        await client.close()
                    }
                }
                try await tasks.waitForAll()
            }
            try await server.connections(0)
        }
    }
}
