import NIOCore
import NIOSSL
import Testing

@testable import Transport

@Suite("Upstreams at a given address", .timeLimit(.minutes(2)))
struct UpstreamAddressTests {
    private func upstream(_ host: String, at peer: ScriptedPeer, tls: NIOSSLContext? = nil) -> Upstream {
        var limits = Upstream.PoolLimits()
        limits.maximumIdleCount = 0
        return Upstream(host: host, port: 1, address: peer.address, tls: tls, poolLimits: limits)
    }

    private func ask(_ upstream: Upstream, on worker: Worker) async throws -> String {
        try await worker.run { worker in
            let exchange = worker.client.singleExchange(ByteBuffer(string: get), with: upstream)
            _ = try await exchange.start()
            return String(buffer: try await exchange.body(limit: 1 << 20))
        }
    }

    @Test func areReachedThereWhateverTheirNameMeans() async throws {
        try await withUpstream(script: answering(ok("there"))) { worker, peer async throws in
            #expect(try await ask(upstream("nowhere.invalid", at: peer), on: worker) == "there")
        }
    }

    @Test func mustBeWhoTheirNameSays() async throws {
        let trust = try Certificates.clientContext()
        try await withUpstream(tls: Certificates.serverContext(), script: answering(ok("safe"))) {
            worker,
            peer async throws in
            #expect(try await ask(upstream("localhost", at: peer, tls: trust), on: worker) == "safe")
            await #expect {
                _ = try await ask(upstream("wrong.example", at: peer, tls: trust), on: worker)
            } throws: { error in
                if case UpstreamError.tlsFailed = error { true } else { false }
            }
        }
    }

    @Test func leaveNothingBehind() async throws {
        try await withUpstream(script: answering(ok("once"))) { worker, peer async throws in
            for _ in 0..<3 {
                let upstream = upstream("a.example", at: peer)
                #expect(try await ask(upstream, on: worker) == "once")
                #expect(await worker.figures(upstream) == PoolFigures())
            }
            #expect(peer.connectionCount == 3)
            #expect(await worker.run { $0.deadlines.count } == 0)
        }
    }
}

@Suite("The system's resolver", .timeLimit(.minutes(2)))
struct SystemResolverTests {
    private func addresses(of host: String, within time: TimeAmount = .minutes(1)) async throws -> [SocketAddress] {
        try await withWorkers { group async throws in
            try await group.workers[0].run { worker in
                try await SystemResolver().addresses(
                    of: host,
                    port: 81,
                    until: .now() + time,
                    on: worker.eventLoop
                )
            }
        }
    }

    /// The spellings that only the system knows are why addresses are checked after it was asked.
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"),
        ("::1", "::1"), ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
    ])
    func findsAddresses(_ host: String, _ expected: String) async throws {
        let found = try await addresses(of: host)
        #expect(found.map(\.ipAddress) == [expected])
        #expect(found.map(\.port) == [81])
    }

    @Test func findsThisHost() async throws {
        let found = try await addresses(of: "localhost")
        #expect(found.contains { $0.ipAddress == "127.0.0.1" || $0.ipAddress == "::1" })
    }

    @Test func knowsNoNameThatCannotBe() async throws {
        let name = String(repeating: "a", count: 64) + ".invalid"
        await #expect(throws: UpstreamError.unknownHost(name)) { try await addresses(of: name) }
    }
}
