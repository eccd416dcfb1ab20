import NIOCore
import Testing

@testable import Transport

@Suite("Streamed answers", .timeLimit(.minutes(2)))
struct ServerStreamingTests {
    @Test func chunkFraming() async throws {
        let sizes = [1, 15, 16, 255, 256, 4096, 65_536, 200_000]
        try await withServer { _, response in
            response.begin(status: 201) { $0.writeField("X-Kind", "stream") }
            for size in sizes {
                response.write(ByteBuffer(repeating: 0x61, count: size))
                response.flush()
            }
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            let head = try await client.read(through: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 201 Created\r\n"))
            #expect(head.contains("X-Kind: stream\r\n"))
            #expect(head.contains("Transfer-Encoding: chunked\r\n"))
            for size in sizes {
                #expect(try await client.read(through: "\r\n") == String(size, radix: 16) + "\r\n")
                #expect(try await client.read(count: size).readableBytes == size)
                #expect(try await client.read(count: 2) == ByteBuffer(string: "\r\n"))
            }
            #expect(try await client.read(through: "\r\n\r\n") == "0\r\n\r\n")
            try await client.send(request("GET /"))
            #expect(try await client.answer().body.readableBytes == sizes.reduce(0, +))
        }
    }

    @Test func writesAreGatheredUntilTheFlush() async throws {
        let (wrote, goOn) = (Event<Void>(), Event<Void>())
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.flush()
            for text in ["one ", "", "two ", "three"] { response.write(ByteBuffer(string: text)) }
            wrote.happen()
            try? await goOn.next()
            response.flush()
            try? await goOn.next()
            response.write(ByteBuffer(string: "last"))
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            _ = try await client.read(through: "\r\n\r\n")
            try await wrote.next()
            goOn.happen()
            #expect(try await client.read(through: "three\r\n") == "d\r\none two three\r\n")
            goOn.happen()
            #expect(try await client.read(through: "\r\n\r\n") == "4\r\nlast\r\n0\r\n\r\n")
        }
    }

    @Test func emptyStream() async throws {
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /") + request("GET /"))
            for _ in 0..<2 { #expect(try await client.answer().text == "") }
        }
    }

    @Test func callsAfterTheEndHaveNoEffect() async throws {
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.write(ByteBuffer(string: "x"))
            response.end()
            response.write(ByteBuffer(string: "y"))
            response.flush()
            response.end()
            response.abort()
            response.begin(status: 500) { _ in }
            response.send(status: 500, fields: { _ in }, body: ByteBuffer(string: "z"))
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /") + request("GET /"))
            for _ in 0..<2 { #expect(try await client.answer().text == "x") }
        }
    }

    @Test(arguments: [true, false])
    func abortedAnswerHasNoEnd(isForgotten: Bool) async throws {
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.write(ByteBuffer(string: "part"))
            response.flush()
            response.write(ByteBuffer(string: "lost"))
            if !isForgotten { response.abort() }
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /") + request("GET /never"))
            let text = try await client.everything()
            #expect(text.hasSuffix("\r\n\r\n4\r\npart\r\n"))
        }
    }

    @Test func callerThatLeavesCancels() async throws {
        let (began, cancelled) = (Event<Void>(), Event<CancellationReason>())
        try await withServer { _, response in
            await withCheckedContinuation { continuation in
                response.onCancel = { reason in
                    cancelled.happen(reason)
                    continuation.resume()
                }
                began.happen()
            }
            #expect(response.cancellationReason == .callerGone)
            response.send(status: 200, fields: { _ in }, body: ByteBuffer())
        } _: { server async throws in
            for isReset in [false, true] {
                let client = try await server.connect()
                try await client.send(request("GET /"))
                try await began.next()
                if isReset { try await client.reset() } else { await client.close() }
                #expect(try await cancelled.next() == .callerGone)
                try await server.connections(0)
            }
        }
    }

    @Test func answeredRequestIsNotCancelled() async throws {
        let cancelled = Event<CancellationReason>()
        try await withServer { request, response in
            response.onCancel = { cancelled.happen($0) }
            await echo(request, response)
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            _ = try await client.answer()
            await client.close()
            try await server.connections(0)
            cancelled.happen(.shuttingDown)
            #expect(try await cancelled.next() == .shuttingDown, "nothing came before it")
        }
    }

    /// Writes while the caller keeps up, then waits until it has read; ends after `total` bytes.
    private static func flood(_ response: ResponseWriter, total: Int, halted: Event<Int>) async {
        var written = 0
        let piece = ByteBuffer(repeating: 0x66, count: 16 << 10)
        response.begin(status: 200) { _ in }
        while written < total {
            while response.isWritable, response.cancellationReason == nil, written < total {
                response.write(piece)
                response.flush()
                written += piece.readableBytes
            }
            guard written < total, response.cancellationReason == nil else { break }
            halted.happen(written)
            await withCheckedContinuation { continuation in
                response.onWritable = { [unowned response] in
                    response.onWritable = nil
                    response.onCancel = nil
                    continuation.resume()
                }
                response.onCancel = { [unowned response] _ in
                    response.onWritable = nil
                    continuation.resume()
                }
            }
        }
        response.end()
    }

    @Test func callerThatDoesNotReadHaltsTheService() async throws {
        let halted = Event<Int>()
        let total = 64 << 20
        try await withServer { _, response in
            await Self.flood(response, total: total, halted: halted)
        } _: { server async throws in
            let client = try await server.connect(isReading: false)
            try await client.send(request("GET /"))
            let written = try await halted.next()
            #expect(written < 16 << 20, "what the system buffers and a little more")
            try await client.setReading(true)
            var parser = HTTPResponseParser()
            parser.expectResponse(toHead: false)
            var (count, isComplete) = (0, false)
            var buffer = ByteBuffer()
            while !isComplete, var bytes = try await client.readSome() {
                buffer.writeBuffer(&bytes)
                while let event = try parser.next(&buffer) {
                    if case .body(let slice) = event { count += slice.readableBytes }
                    if case .end = event { isComplete = true }
                }
                buffer.discardReadBytes()
            }
            #expect(count == total)
            #expect(isComplete)
        }
    }

    @Test func callerThatNeverReadsIsGivenUp() async throws {
        let halted = Event<Int>()
        let cancelled = Event<Void>()
        try await withServer(configuration { $0.writeTimeout = .milliseconds(150) }) { _, response in
            await Self.flood(response, total: .max, halted: halted)
            #expect(response.cancellationReason == .callerGone)
            cancelled.happen()
        } _: { server async throws in
            let client = try await server.connect(isReading: false)
            try await client.send(request("GET /"))
            _ = try await halted.next()
            try await cancelled.next()
            try await server.connections(0)
        }
    }

    /// A large answer is handed over at once; the caller takes longer to read it than an idle connection may live.
    @Test(arguments: ["", "Connection: close\r\n"])
    func slowReaderGetsAllOfAnAnswer(_ field: String) async throws {
        let size = 32 << 20
        let settings = configuration {
            $0.keepAliveTimeout = .milliseconds(60)
            $0.lingeringTimeout = .milliseconds(60)
        }
        try await withServer(settings) { _, response in
            response.send(status: 200, fields: { _ in }, body: ByteBuffer(repeating: 0x61, count: size))
        } _: { server async throws in
            let client = try await server.connect(isReading: false)
            try await client.send(request("GET /", field))
            try await Milestone.wait(.milliseconds(300), on: server.worker)
            try await client.setReading(true)
            _ = try await client.read(through: "\r\n\r\n")
            #expect(try await client.read(count: size).readableBytes == size)
            try await client.closed()
        }
    }
}
