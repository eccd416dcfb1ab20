package import NIOCore
import NIOPosix
package import Transport

/// An answer as it came over the wire.
package struct WireAnswer {
    package var head: HTTPResponseHead
    package var body = ByteBuffer()
    /// Whether it came to the end that HTTP defines.
    package var isComplete = false

    package var status: Int { head.status }
    package var text: String { String(buffer: body) }

    /// The data of its server-sent events.
    package var events: [String] {
        text.split(separator: "\n\n").map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : "not an event: \($0)" }
    }
}

/// A caller without manners: a plain connection that sends what it is told and keeps every byte that comes. It shares
/// no code with a server but the parser of answers.
package final class WireConnection {
    private let channel: any Channel
    private var reads: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()
    private var parser = HTTPResponseParser()

    /// Connects to a server on this machine.
    ///
    /// - Parameter isReading: False for a caller that reads nothing before `startReading()`.
    package init(port: Int, isReading: Bool = true) async throws {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: isReading)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Forwarder(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        reads = stream.makeAsyncIterator()
    }

    /// Reads from now on.
    package func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    /// Sends these bytes.
    package func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Prepares for the answer to a request.
    package func expectAnswer(toHead: Bool = false) {
        parser.expectResponse(toHead: toHead)
    }

    /// A request with a body of JSON.
    package static func request(_ body: String, path: String, fields: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Reads the next answer as far as it comes; nil when the connection closed before its head.
    package func nextAnswer() async throws -> WireAnswer? {
        var answer: WireAnswer?
        while true {
            while let event = try parser.next(&received) {
                switch event {
                case .head(let head): answer = WireAnswer(head: head)
                case .body(var slice): answer?.body.writeBuffer(&slice)
                case .end:
                    answer?.isComplete = true
                    return answer
                }
            }
            guard let bytes = await reads.next(isolation: #isolation) else { return answer }
            received.writeImmutableBuffer(bytes)
        }
    }

    /// What has come, as it came, up to and including `end`; all of it when the connection closes first.
    package func raw(until end: String) async -> String {
        while !String(buffer: received).contains(end) {
            guard let bytes = await reads.next(isolation: #isolation) else { break }
            received.writeImmutableBuffer(bytes)
        }
        defer { received.clear() }
        return String(buffer: received)
    }

    /// Waits until the other side has closed, and returns what came before.
    package func rest() async -> String {
        while let bytes = await reads.next(isolation: #isolation) {
            received.writeImmutableBuffer(bytes)
        }
        defer { received.clear() }
        return String(buffer: received)
    }

    /// Leaves.
    package func close() async throws {
        try await channel.close().get()
    }
}

private final class Forwarder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
