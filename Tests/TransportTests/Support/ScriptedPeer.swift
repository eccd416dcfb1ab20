import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

@testable import Transport

/// A server in the hands of a test: every connection that comes is played by a script.
final class ScriptedPeer: Sendable {
    /// Called for every connection, with its number from 0; the connection closes when it returns.
    typealias Script = @Sendable (Wire, Int) async throws -> Void

    let address: SocketAddress
    private let listening: any Channel
    private let accepted: Accepted

    var port: Int { address.port ?? 0 }
    /// Connections that came so far.
    var connectionCount: Int { accepted.count }

    /// Numbers connections and keeps the tasks that play them.
    private final class Accepted: Sendable {
        private struct Guarded {
            var wires: [Wire] = []
            var tasks: [Task<Void, Never>] = []
        }

        private let guarded = NIOLockedValueBox(Guarded())

        var count: Int { guarded.withLockedValue { $0.wires.count } }

        func play(_ wire: Wire, _ script: @escaping Script) {
            guarded.withLockedValue { guarded in
                let number = guarded.wires.count
                guarded.wires.append(wire)
                guarded.tasks.append(
                    Task {
                        try? await script(wire, number)
                        try? await wire.channel.close()
                    }
                )
            }
        }

        func end() async {
            let (wires, tasks) = guarded.withLockedValue { ($0.wires, $0.tasks) }
            for wire in wires { wire.channel.close(promise: nil) }
            for task in tasks {
                task.cancel()
                await task.value
            }
        }
    }

    private init(listening: any Channel, address: SocketAddress, accepted: Accepted) {
        self.listening = listening
        self.address = address
        self.accepted = accepted
    }

    /// - Parameter sendBufferByteCount: Size of the system's send buffer, for floods that must come to a halt early.
    static func start(
        tls: NIOSSLContext? = nil,
        sendBufferByteCount: Int? = nil,
        _ script: @escaping Script
    ) async throws -> ScriptedPeer {
        let accepted = Accepted()
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        if let sendBufferByteCount {
            bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: .init(sendBufferByteCount))
        }
        let listening = try await bootstrap.childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let state = WireState()
                let pipeline = channel.pipeline.syncOperations
                if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                try pipeline.addHandler(WireHandler(state: state))
                accepted.play(Wire(channel: channel, state: state), script)
            }
        }
        .bind(host: "127.0.0.1", port: 0)
        .get()
        guard let address = listening.localAddress else { throw ChannelError.unknownLocalAddress }
        return ScriptedPeer(listening: listening, address: address, accepted: accepted)
    }

    func stop() async {
        try? await listening.close()
        await accepted.end()
    }
}

/// Runs `body` with a scripted peer that ends with it.
func withPeer<Result>(
    tls: NIOSSLContext? = nil,
    sendBufferByteCount: Int? = nil,
    script: @escaping ScriptedPeer.Script,
    _ body: (ScriptedPeer) async throws -> Result
) async throws -> Result {
    let peer = try await ScriptedPeer.start(tls: tls, sendBufferByteCount: sendBufferByteCount, script)
    do {
        let result = try await body(peer)
        await peer.stop()
        return result
    } catch {
        await peer.stop()
        throw error
    }
}

/// Answers every request of a connection with the same bytes.
func answering(_ answer: String) -> ScriptedPeer.Script {
    { wire, _ in
        while true {
            _ = try await wire.request()
            try await wire.send(answer)
        }
    }
}
