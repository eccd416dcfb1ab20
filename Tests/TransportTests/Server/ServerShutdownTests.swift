import NIOCore
import Testing

@testable import Transport

@Suite("The end of a server", .timeLimit(.minutes(2)))
struct ServerShutdownTests {
    @Test func idleConnectionsCloseAndRunningRequestsFinish() async throws {
        let (began, goOn) = (Event<Void>(), Event<Void>())
        try await withServer { request, response in
            if request.head.path == ByteBuffer(string: "/slow") {
                began.happen()
                try? await goOn.next()
            }
            await echo(request, response)
        } _: { server async throws in
            let silent = try await server.connect()
            let idle = try await server.connect()
            try await idle.send(request("GET /"))
            _ = try await idle.answer()
            let half = try await server.connect()
            try await half.send("GET /half HTTP/1.1\r\n")
            let running = try await server.connect()
            try await running.send(request("GET /slow") + request("GET /pipelined"))
            try await began.next()
            try await server.connections(4)

            async let ended = server.listener.shutDown(grace: .seconds(30))
            try await silent.closed()
            try await idle.closed()
            try await half.send("Host: a\r\n\r\n")
            let halfAnswer = try await half.answer()
            #expect(halfAnswer.text == "GET /half ")
            #expect(halfAnswer.closes)
            goOn.happen()
            let answer = try await running.answer()
            #expect(answer.text == "GET /slow ")
            #expect(answer.closes, "the answer says that no other will come")
            #expect(try await running.everything() == "")
            #expect(try await ended)
            #expect(server.listener.budget.count == 0)
            await #expect(throws: (any Error).self) { try await server.connect() }
        }
    }

    @Test func runningStreamFinishes() async throws {
        let (began, goOn) = (Event<Void>(), Event<Void>())
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.flush()
            began.happen()
            try? await goOn.next()
            response.write(ByteBuffer(string: "whole"))
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            try await began.next()
            async let ended = server.listener.shutDown(grace: .seconds(30))
            try await until(on: server.worker) { [identity = ObjectIdentifier(server.listener.budget)] worker in
                worker.share(of: identity)?.isDraining == true
            }
            goOn.happen()
            #expect(try await client.answer().text == "whole")
            try await client.closed()
            #expect(try await ended)
        }
    }

    @Test func stuckRequestIsCancelled() async throws {
        let (began, cancelled) = (Event<Void>(), Event<CancellationReason>())
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.flush()
            await withCheckedContinuation { continuation in
                response.onCancel = { reason in
                    cancelled.happen(reason)
                    continuation.resume()
                }
                began.happen()
            }
            response.write(ByteBuffer(string: "cut"))
            response.end()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            try await began.next()
            #expect(try await !server.listener.shutDown(grace: .milliseconds(20), cut: .seconds(30)))
            #expect(try await cancelled.next() == .shuttingDown)
            #expect(try await client.answer().text == "cut", "it was told what happened")
            try await server.connections(0)
        }
    }

    @Test func requestThatIgnoresItsCancellationIsCutOff() async throws {
        let (began, goOn) = (Event<Void>(), Event<Void>())
        try await withServer { _, response in
            response.begin(status: 200) { _ in }
            response.flush()
            began.happen()
            try? await goOn.next()
        } _: { server async throws in
            let client = try await server.connect()
            try await client.send(request("GET /"))
            try await began.next()
            #expect(try await !server.listener.shutDown(grace: .milliseconds(20), cut: .milliseconds(20)))
            #expect(try await !client.everything().contains("\r\n0\r\n"))
            try await server.connections(0)
            goOn.happen()
        }
    }

    @Test func withoutConnections() async throws {
        try await withServer(workerCount: 2, respond: echo) { server async throws in
            #expect(try await server.listener.shutDown(grace: .zero))
            for worker in server.group.workers { #expect(await worker.run { $0.deadlines.count } == 0) }
        }
    }

    /// Tells when it goes.
    private final class Keepsake: HTTPService {
        private let gone: Event<Void>

        init(gone: Event<Void>) { self.gone = gone }
        deinit { gone.happen() }

        func respond(to request: HTTPRequest, with response: ResponseWriter) async {}
        func reject(_ rejection: Transport.HTTPRejection, with response: ResponseWriter) {}
    }

    @Test func serviceGoesWithItsServer() async throws {
        try await withServer(respond: echo) { server async throws in
            let gone = Event<Void>()
            let listener = try await Listener.bind(
                host: "127.0.0.1",
                port: 0,
                group: server.group,
                configuration: ServerConfiguration()
            ) { _ in Keepsake(gone: gone) }
            _ = try await listener.shutDown(grace: .zero)
            try await gone.next()
            await #expect(throws: (any Error).self, "the port is taken") {
                try await Listener.bind(
                    host: "127.0.0.1",
                    port: server.listener.localAddress.port ?? 0,
                    group: server.group,
                    configuration: ServerConfiguration()
                ) { _ in Keepsake(gone: gone) }
            }
            try await gone.next()
        }
    }
}
