import NIOCore
import NIOEmbedded
import Testing

@testable import Transport

@Suite("The talk with a proxy")
struct ProxyHandshakeTests {
    private typealias Action = ProxyHandshake.Action

    private static let credentials = Proxy.Credentials(username: "user", password: "secret")

    /// What a handshake does when it is told `pieces` one after the other; waits are left out.
    private func play(_ handshake: ProxyHandshake, _ pieces: [[UInt8]]) -> [Action] {
        var handshake = handshake
        return pieces.map { handshake.receive(ByteBuffer(bytes: $0)) }.filter { $0 != .wait }
    }

    /// Plays the pieces whole and cut at every byte; the end must be the same.
    private func playCut(_ handshake: ProxyHandshake, _ pieces: [[UInt8]]) -> [Action] {
        let actions = play(handshake, pieces)
        for position in pieces.indices {
            for cut in 1..<max(1, pieces[position].count) {
                var cutPieces = pieces
                cutPieces[position] = Array(pieces[position][..<cut])
                cutPieces.insert(Array(pieces[position][cut...]), at: position + 1)
                #expect(play(handshake, cutPieces) == actions, "piece \(position) cut at \(cut)")
            }
        }
        return actions
    }

    private func finish(_ leftOver: String = "") -> Action {
        .finish(leftOver: ByteBuffer(string: leftOver))
    }

    // MARK: CONNECT

    @Test func connectRequest() {
        let handshake = ProxyHandshake.connect(host: "api.example", port: 443, credentials: nil)
        let expected = "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n"
        #expect(String(buffer: handshake.opening) == expected)
    }

    @Test func connectRequestWithCredentials() {
        let handshake = ProxyHandshake.connect(host: "::1", port: 8443, credentials: Self.credentials)
        let expected =
            "CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\n"
            + "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n"
        #expect(String(buffer: handshake.opening) == expected)
    }

    @Test(arguments: [
        "HTTP/1.1 200 Connection established\r\n\r\n",
        "HTTP/1.0 200 OK\r\nVia: x\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ])
    func connectOpens(_ answer: String) {
        let handshake = ProxyHandshake.connect(host: "a", port: 1, credentials: nil)
        #expect(playCut(handshake, [Array(answer.utf8)]) == [finish()])
        #expect(play(handshake, [Array((answer + "left over").utf8)]) == [finish("left over")])
    }

    @Test(arguments: [301, 400, 403, 407, 502, 101])
    func connectIsRefused(_ status: Int) {
        let handshake = ProxyHandshake.connect(host: "a", port: 1, credentials: nil)
        let answer = Array("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(playCut(handshake, [answer]) == [.fail(.proxyFailed("it answered with status \(status)"))])
    }

    @Test(arguments: ["SSH-2.0-x\r\n", "\u{5}\u{0}", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\r\n"])
    func connectAnswerIsGarbage(_ answer: String) {
        let handshake = ProxyHandshake.connect(host: "a", port: 1, credentials: nil)
        #expect(play(handshake, [Array(answer.utf8)]) == [.fail(.proxyFailed("its answer is not HTTP"))])
    }

    @Test func endlessConnectAnswerIsRefused() {
        let handshake = ProxyHandshake.connect(host: "a", port: 1, credentials: nil)
        let answer = Array("HTTP/1.1 200 OK\r\nX: ".utf8) + [UInt8](repeating: 0x61, count: 40_000)
        #expect(play(handshake, [answer]) == [.fail(.proxyFailed("its answer is not HTTP"))])
    }

    // MARK: SOCKS 5

    private static let request: [UInt8] = [5, 1, 0, 3, 11] + Array("api.example".utf8) + [0x01, 0xBB]
    private static let replies: [[UInt8]] = [
        [5, 0, 0, 1, 127, 0, 0, 1, 0, 80],
        [5, 0, 0, 4] + [UInt8](repeating: 0, count: 15) + [1, 0, 80],
        [5, 0, 0, 3, 3, 0x61, 0x62, 0x63, 0, 80],
        [5, 0, 0, 3, 0, 0, 80],
    ]

    private func socks(_ credentials: Proxy.Credentials? = nil, host: String = "api.example", port: Int = 443)
        -> ProxyHandshake
    {
        .socks5(host: host, port: port, credentials: credentials)
    }

    private func send(_ bytes: [UInt8]) -> Action { .send(ByteBuffer(bytes: bytes)) }

    private func failure(_ text: String) -> Action { .fail(.proxyFailed(text)) }

    @Test func socksOffersWhatItCan() {
        #expect(socks().opening == ByteBuffer(bytes: [5, 1, 0]))
        #expect(socks(Self.credentials).opening == ByteBuffer(bytes: [5, 2, 0, 2]))
    }

    @Test(arguments: replies)
    func socksOpens(_ reply: [UInt8]) {
        for credentials in [nil, Self.credentials] {
            #expect(playCut(socks(credentials), [[5, 0], reply]) == [send(Self.request), finish()])
        }
        let actions = play(socks(), [[5, 0], reply + Array("left".utf8)])
        #expect(actions == [send(Self.request), finish("left")])
    }

    @Test func socksWithPassword() {
        let message: [UInt8] = [1, 4] + Array("user".utf8) + [6] + Array("secret".utf8)
        let actions = playCut(socks(Self.credentials), [[5, 2], [1, 0], Self.replies[0]])
        #expect(actions == [send(message), send(Self.request), finish()])
        #expect(
            playCut(socks(Self.credentials), [[5, 2], [1, 1]])
                == [send(message), failure("it refused the user name and password")]
        )
    }

    @Test(arguments: [[5, 255], [5, 2], [5, 1]] as [[UInt8]])
    func socksMethodsThatWereNotOffered(_ answer: [UInt8]) {
        #expect(playCut(socks(), [answer]) == [failure("it accepts none of the authentication methods offered")])
    }

    @Test(arguments: [[4, 0], [0x48, 0x54]] as [[UInt8]])
    func otherProtocolsThanSocks(_ answer: [UInt8]) {
        #expect(playCut(socks(Self.credentials), [answer]) == [failure("it does not speak SOCKS 5")])
    }

    @Test(arguments: 1...9 as ClosedRange<UInt8>)
    func socksRefusals(_ code: UInt8) {
        let actions = playCut(socks(), [[5, 0], [5, code, 0, 1, 0, 0, 0, 0, 0, 0]])
        #expect(actions.first == send(Self.request))
        #expect(actions.dropFirst().first == failure("it answered with SOCKS reply \(code)"))
    }

    @Test(
        arguments: [
            ([4, 0, 0, 1], "it does not speak SOCKS 5"),
            ([5, 0, 0, 2], "its SOCKS reply is malformed"),
        ] as [([UInt8], String)]
    )
    func malformedSocksReplies(_ reply: [UInt8], _ reason: String) {
        #expect(playCut(socks(), [[5, 0], reply]) == [send(Self.request), failure(reason)])
    }

    @Test func socksLengths() {
        let long = String(repeating: "n", count: 255)
        guard case .send = play(socks(host: long), [[5, 0]]).first else {
            Issue.record("a name of 255 bytes is allowed")
            return
        }
        let tooLong = failure("the upstream's name is too long for SOCKS")
        #expect(play(socks(host: long + "n"), [[5, 0]]) == [tooLong])
        for credentials in [
            Proxy.Credentials(username: long + "n", password: ""),
            Proxy.Credentials(username: "", password: long + "n"),
        ] {
            let expected = failure("a SOCKS user name or password is longer than 255 bytes")
            #expect(play(socks(credentials), [[5, 2]]) == [expected])
        }
    }

    // MARK: The handler

    /// Collects what reaches the end of the pipeline.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var text = ""

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
        }
    }

    @Test func leftOverReachesTheHandlerAddedAtTheEnd() throws {
        let channel = EmbeddedChannel()
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let handshake = ProxyHandshake.connect(host: "a", port: 1, credentials: nil)
        try channel.pipeline.syncOperations.addHandler(ProxyHandler(handshake, promise: promise))
        let collector = Collector()
        promise.futureResult.assumeIsolated().whenSuccess {
            try? channel.pipeline.syncOperations.addHandler(collector)
        }
        try channel.writeInbound(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\nhello "))
        try channel.writeInbound(ByteBuffer(string: "again"))
        #expect(collector.text == "hello again")
        #expect(throws: (any Error).self) { try channel.pipeline.syncOperations.handler(type: ProxyHandler.self) }
        _ = try? channel.finish()
    }

    @Test func closingDuringTheTalkFails() throws {
        let channel = EmbeddedChannel()
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let handshake = ProxyHandshake.socks5(host: "a", port: 1, credentials: nil)
        try channel.pipeline.syncOperations.addHandler(ProxyHandler(handshake, promise: promise))
        _ = try channel.finish()
        #expect(throws: UpstreamError.proxyFailed("it closed the connection")) { try promise.futureResult.wait() }
    }
}
