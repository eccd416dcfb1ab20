import NIOCore
import NIOSSL
import Testing

@testable import Transport

@Suite("TLS towards callers", .timeLimit(.minutes(2)))
struct ServerTLSTests {
    private func settings(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws -> ServerConfiguration {
        let context = try Certificates.serverContext()
        return configuration {
            $0.tls = context
            change(&$0)
        }
    }

    @Test func keepAliveAndClose() async throws {
        let trust = try Certificates.clientContext()
        try await withServer(settings(), respond: echo) { server async throws in
            let client = try await server.connect(tls: trust)
            try await client.send(post("one") + post("two"))
            #expect(try await client.answer().text == "POST / one")
            #expect(try await client.answer().text == "POST / two")
            try await client.send(request("GET /", "Connection: close\r\n"))
            #expect(try await client.answer().closes)
            try await client.closed()
            try await server.connections(0)
        }
    }

    @Test func plainCallerIsTurnedAway() async throws {
        try await withServer(settings(), respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            try await client.closed()
            try await server.connections(0)
        }
    }

    @Test func silentHandshakeIsEnded() async throws {
        try await withServer(settings { $0.headTimeout = .milliseconds(100) }, respond: echo) { server async throws in
            let client = try await server.connect()
            try await client.closed()
            try await server.connections(0)
        }
    }

    @Test func refusalIsReadable() async throws {
        let trust = try Certificates.clientContext()
        try await withServer(settings { $0.maximumConnectionCount = 1 }, respond: echo) { server async throws in
            let first = try await server.connect(tls: trust)
            try await first.send(request("GET /"))
            _ = try await first.answer()
            let refused = try await server.connect(tls: trust)
            #expect(try await refused.answer().status == 503)
            await refused.close()
            await first.close()
            try await server.connections(0)
        }
    }

    @Test func rejectionIsReadableAlthoughTheCallerKeepsSending() async throws {
        let trust = try Certificates.clientContext()
        let settings = try settings {
            $0.maximumBodyByteCount = 1000
            $0.lingeringTimeout = .seconds(50)
        }
        try await withServer(settings, respond: echo) { server async throws in
            let client = try await server.connect(tls: trust)
            try await client.send(request("POST /", "Content-Length: 4194304\r\n"))
            // It goes on after the answer has come, which the server does not take amiss.
            for _ in 0..<64 { client.sendSoon(ByteBuffer(repeating: 0x78, count: 64 << 10)) }
            #expect(try await client.answer().status == 413)
        }
    }

    @Test func slowReaderGetsAllOfTheLastAnswer() async throws {
        let trust = try Certificates.clientContext()
        let size = 16 << 20
        try await withServer(settings { $0.lingeringTimeout = .milliseconds(60) }) { request, response in
            guard request.head.keepAlive == false else { return await echo(request, response) }
            response.send(status: 200, fields: { _ in }, body: ByteBuffer(repeating: 0x61, count: size))
        } _: { server async throws in
            let client = try await server.connect(tls: trust)
            // The handshake needs to read.
            try await client.send(request("GET /"))
            _ = try await client.answer()
            try await client.setReading(false)
            try await client.send(request("GET /", "Connection: close\r\n"))
            try await Milestone.wait(.milliseconds(300), on: server.worker)
            try await client.setReading(true)
            _ = try await client.read(through: "\r\n\r\n")
            #expect(try await client.read(count: size).readableBytes == size)
        }
    }
}
