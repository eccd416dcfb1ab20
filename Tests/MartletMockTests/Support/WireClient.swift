import NIOCore
import NIOPosix
import Transport

/// An answer as it came over the wire.
struct WireAnswer {
    var head: HTTPResponseHead
    var body = ByteBuffer()
    /// Whether it came to the end that HTTP defines.
    var isComplete = false

    var status: Int { head.status }
    var text: String { String(buffer: body) }

    /// The data of its server-sent events.
    var events: [String] {
        text.split(separator: "\n\n").map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : "not an event: \($0)" }
    }
}

/// One plain connection to a server. It shares no code with the server but the parser of answers.
final class WireClient {
    private let channel: any Channel
    private var reads: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()
    private var parser = HTTPResponseParser()

    /// - Parameter isReading: False for a caller that never reads what it is sent.
    init(port: Int, isReading: Bool = true) async throws {
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

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    func post(_ body: String, path: String = "/v1/chat/completions", fields: String = "") async throws {
        try await send(
            "POST \(path) HTTP/1.1\r\nHost: mock\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    /// Reads the next answer; nil when the connection closed before its head.
    func answer() async throws -> WireAnswer? {
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

    /// Sends a request and reads its answer.
    func ask(
        _ body: String,
        path: String = "/v1/chat/completions",
        fields: String = ""
    ) async throws -> WireAnswer? {
        parser.expectResponse(toHead: false)
        try await post(body, path: path, fields: fields)
        return try await answer()
    }

    /// Prepares for an answer to a request that was sent otherwise.
    func expectAnswer() {
        parser.expectResponse(toHead: false)
    }

    /// What has come, as it came, up to and including `end`; all of it when the connection closes first.
    func raw(until end: String) async -> String {
        while !String(buffer: received).hasSuffix(end) {
            guard let bytes = await reads.next(isolation: #isolation) else { break }
            received.writeImmutableBuffer(bytes)
        }
        defer { received.clear() }
        return String(buffer: received)
    }

    func close() async throws {
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
