import NIOCore
import NIOSSL
import Testing

@testable import Transport

@Suite("TLS and proxies towards upstreams", .timeLimit(.minutes(2)))
struct UpstreamTLSTests {
    private func isTLSFailure(_ error: UpstreamError?) -> Bool {
        if case .tlsFailed = error { true } else { false }
    }

    @Test func trustedCertificate() async throws {
        let trust = try Certificates.clientContext()
        try await withUpstream(tls: Certificates.serverContext(), script: answering(ok("safe"))) {
            worker,
            peer async throws in
            let upstream = upstream(peer.port, host: "localhost", tls: trust)
            for _ in 0..<3 { #expect(try await worker.ask(upstream).text == "safe") }
            #expect(peer.connectionCount == 1)
        }
    }

    @Test func unknownCertificate() async throws {
        var contexts = ClientTLSContexts()
        let tls = try contexts.context(for: ClientTLSSettings())
        try await withUpstream(tls: Certificates.serverContext(), script: answering(ok("x"))) {
            worker,
            peer async throws in
            let upstream = upstream(peer.port, host: "localhost", tls: tls)
            #expect(isTLSFailure(await worker.failure(upstream)))
            try await worker.until(upstream, PoolFigures())
        }
    }

    @Test func certificateOfAnotherName() async throws {
        let trust = try Certificates.clientContext()
        try await withUpstream(tls: Certificates.serverContext(), script: answering(ok("x"))) {
            worker,
            peer async throws in
            let byAddress = await worker.failure(upstream(peer.port, tls: trust))
            #expect(isTLSFailure(byAddress), "\(String(describing: byAddress))")
            try await withPeer(script: connectProxy()) { proxy async throws in
                let way = Proxy(scheme: .http, host: "127.0.0.1", port: proxy.port)
                let upstream = upstream(peer.port, host: "wrong.example", tls: trust, proxy: way)
                let byName = await worker.failure(upstream)
                #expect(isTLSFailure(byName), "\(String(describing: byName))")
            }
        }
    }

    @Test func skippedVerification() async throws {
        var contexts = ClientTLSContexts()
        let tls = try contexts.context(for: ClientTLSSettings(skipsVerification: true))
        try await withUpstream(tls: Certificates.serverContext(), script: answering(ok("x"))) {
            worker,
            peer async throws in
            #expect(try await worker.ask(upstream(peer.port, tls: tls)).text == "x")
        }
    }

    @Test func peerWithoutTLS() async throws {
        let trust = try Certificates.clientContext()
        try await withUpstream { wire, _ in
            _ = try await wire.readSome()
            try await wire.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        } _: { worker, peer async throws in
            #expect(isTLSFailure(await worker.failure(upstream(peer.port, host: "localhost", tls: trust))))
        }
    }

    @Test func peerThatLeavesDuringTheHandshake() async throws {
        let trust = try Certificates.clientContext()
        try await withUpstream { wire, _ in
            _ = try await wire.readSome()
        } _: { worker, peer async throws in
            let failure = await worker.failure(upstream(peer.port, host: "localhost", tls: trust))
            #expect(isTLSFailure(failure), "\(String(describing: failure))")
        }
    }

    @Test func contextsAreSharedAndBadTrustIsRefused() throws {
        var contexts = ClientTLSContexts()
        let settings = ClientTLSSettings(additionalTrustPEM: try Certificates.shared.get().certificatePEM)
        #expect(try contexts.context(for: settings) === contexts.context(for: settings))
        #expect(throws: NIOSSLError.self) {
            try contexts.context(for: ClientTLSSettings(additionalTrustPEM: "-----BEGIN CERTIFICATE-----\nx\n"))
        }
    }

    @Test func largeBodiesBothWaysOverTLS() async throws {
        let trust = try Certificates.clientContext()
        let size = 2_000_000
        try await withUpstream(tls: Certificates.serverContext()) { wire, _ in
            _ = try await wire.read(through: "\r\n\r\n")
            _ = try await wire.read(count: size)
            try await wire.send(ok(String(repeating: "y", count: size)))
            try await wire.closed()
        } _: { worker, peer async throws in
            let body = String(repeating: "x", count: size)
            let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)"
            let exchange = await RunningExchange(
                on: worker,
                with: upstream(peer.port, host: "localhost", tls: trust),
                request: request
            )
            #expect(try await exchange.reply(limit: size).body.readableBytes == size)
        }
    }

    // MARK: Proxies

    enum Way: CaseIterable, Sendable {
        case http, https, socks

        var scheme: Proxy.Scheme {
            switch self {
            case .http: .http
            case .https: .https
            case .socks: .socks5
            }
        }

        func script(_ asked: Event<String>) -> ScriptedPeer.Script {
            self == .socks
                ? socksProxy(credentials: ("user", "secret"), asked: asked)
                : connectProxy(credentials: "Basic dXNlcjpzZWNyZXQ=", asked: asked)
        }
    }

    /// Runs `body` with a proxy of that kind that asks for credentials.
    private func withProxy(
        _ way: Way,
        asked: Event<String> = Event(),
        _ body: (ScriptedPeer, Proxy) async throws -> Void
    ) async throws {
        let tls = way == .https ? try Certificates.serverContext() : nil
        let trust = way == .https ? try Certificates.clientContext() : nil
        try await withPeer(tls: tls, script: way.script(asked)) { peer async throws in
            let credentials = Proxy.Credentials(username: "user", password: "secret")
            let host = way == .https ? "localhost" : "127.0.0.1"
            let proxy = Proxy(scheme: way.scheme, host: host, port: peer.port, credentials: credentials, tls: trust)
            try await body(peer, proxy)
        }
    }

    @Test(arguments: Way.allCases, [false, true])
    func throughAProxy(_ way: Way, isTLS: Bool) async throws {
        let asked = Event<String>()
        let tls = isTLS ? try Certificates.serverContext() : nil
        let trust = isTLS ? try Certificates.clientContext() : nil
        try await withUpstream(tls: tls, script: answering(ok("behind"))) { worker, peer async throws in
            try await withProxy(way, asked: asked) { proxyPeer, proxy async throws in
                let upstream = upstream(peer.port, host: "localhost", tls: trust, proxy: proxy)
                for _ in 0..<3 { #expect(try await worker.ask(upstream).text == "behind") }
                #expect(try await asked.next() == "localhost:\(peer.port)")
                #expect(proxyPeer.connectionCount == 1)
                #expect(peer.connectionCount == 1)
            }
        }
    }

    @Test(arguments: Way.allCases)
    func replayThroughAProxy(_ way: Way) async throws {
        try await withUpstream { wire, number in
            _ = try await wire.request()
            try await wire.send(ok("\(number)"))
            _ = try await wire.request()
        } _: { worker, peer async throws in
            try await withProxy(way) { proxyPeer, proxy async throws in
                let upstream = upstream(peer.port, host: "localhost", proxy: proxy)
                #expect(try await worker.ask(upstream).text == "0")
                #expect(try await worker.ask(upstream).text == "1")
                #expect(proxyPeer.connectionCount == 2)
            }
        }
    }

    @Test(arguments: Way.allCases)
    func refusedCredentials(_ way: Way) async throws {
        try await withWorkers { group async throws in
            try await withProxy(way) { _, proxy async throws in
                for credentials in [nil, Proxy.Credentials(username: "user", password: "wrong")] {
                    var proxy = proxy
                    proxy.credentials = credentials
                    let upstream = upstream(1, host: "localhost", proxy: proxy)
                    let failure = await group.workers[0].failure(upstream)
                    guard case .proxyFailed(let reason) = failure else {
                        Issue.record("\(String(describing: failure))")
                        continue
                    }
                    #expect(!reason.contains("wrong"), "credentials are not told")
                    try await group.workers[0].until(upstream, PoolFigures())
                }
            }
        }
    }

    @Test(arguments: [Proxy.Scheme.http, .socks5])
    func proxyThatHangsUp(_ scheme: Proxy.Scheme) async throws {
        try await withUpstream { wire, _ in
            _ = try await wire.readSome()
        } _: { worker, peer async throws in
            let proxy = Proxy(scheme: scheme, host: "127.0.0.1", port: peer.port)
            let failure = await worker.failure(upstream(1, proxy: proxy))
            #expect(failure == .proxyFailed("it closed the connection"))
        }
    }
}
