import Martlet
import MartletServer
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Transport
import WireTestSupport

/// A provider that fails so many times before it answers with `{}`.
final class FlakyProvider: Sendable {
    private let failures: Int
    private let failure: String
    private let count = Atomic(0)

    /// - Parameters:
    ///   - status: How it fails; with 0 it closes the connection, with -1 it speaks no HTTP.
    ///   - field: A header field of its failures.
    init(failures: Int, status: Int, field: String = "X-A: b") {
        self.failures = failures
        failure =
            switch status {
            case 0: ""
            case -1: "SSH-2.0-OpenSSH\r\n\r\n"
            default: "HTTP/1.1 \(status) Failure\r\n\(field)\r\nContent-Length: 0\r\n\r\n"
            }
    }

    var requestCount: Int { count.load(ordering: .relaxed) }

    fileprivate func answer() -> String {
        let number = count.add(1, ordering: .relaxed).newValue
        guard number > failures else { return failure }
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    }
}

/// Runs `body` with a gateway in front of `provider`.
func withFlakyGateway(
    _ provider: FlakyProvider,
    retries: Int,
    maximumBackoff: Double = 0.01,
    _ body: (RunningGateway, Caller) async throws -> Void
) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FlakyHandler(provider))
            }
        }
        .bind(host: "127.0.0.1", port: 0)
        .get()
    let settings = GatewaySettings {
        $0.providerPort = listener.localAddress?.port
        $0.provider = {
            $0.retries.maximumRetryCount = retries
            $0.retries.initialBackoff = 0.001
            $0.retries.maximumBackoff = maximumBackoff
        }
    }
    try await withGateway(settings) { gateway async throws in
        try await body(gateway, try await gateway.caller())
    }
    try await listener.close()
}

private final class FlakyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let provider: FlakyProvider
    private var parser = HTTPRequestParser()
    private var received = ByteBuffer()

    init(_ provider: FlakyProvider) {
        self.provider = provider
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        while let event = try? parser.next(&received) {
            guard case .end = event else { continue }
            let answer = provider.answer()
            if answer.isEmpty {
                context.close(promise: nil)
            } else {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            }
        }
    }
}
