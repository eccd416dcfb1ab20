import NIOCore
import NIOPosix
import Testing
import Transport

/// An answer as it came over the wire.
struct Answer {
    var head: HTTPResponseHead
    var body = ByteBuffer()
    /// Whether it came to the end that HTTP defines.
    var isComplete = false

    var status: Int { head.status }
    var text: String { String(buffer: body) }

    /// The data of its server-sent events.
    var events: [String] {
        text.split(separator: "\n\n").map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : "no event: \($0)" }
    }
}

/// A caller without manners: a plain connection that sends what it is told and keeps every byte that comes.
final class Caller {
    private let channel: any Channel
    private var reads: AsyncStream<ByteBuffer>.Iterator
    private var received = ByteBuffer()
    private var parser = HTTPResponseParser()

    /// - Parameter isReading: False for one that reads nothing before `startReading()`.
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

    func startReading() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    /// Sends a request for which an answer is expected.
    func begin(_ body: String, path: String = "/openai/v1/chat/completions", fields: String = "") async throws {
        parser.expectResponse(toHead: false)
        try await send(Self.request(body, path: path, fields: fields))
    }

    static func request(_ body: String, path: String = "/openai/v1/chat/completions", fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    func post(_ body: String, path: String = "/openai/v1/chat/completions", fields: String = "") async throws -> Answer
    {
        try await begin(body, path: path, fields: fields)
        return try await answer()
    }

    func ask(_ request: String, isHead: Bool = false) async throws -> Answer {
        parser.expectResponse(toHead: isHead)
        try await send(request)
        return try await answer()
    }

    /// Prepares for the answer to a request that was sent otherwise.
    func expectAnswer() {
        parser.expectResponse(toHead: false)
    }

    /// Reads the next answer, as far as it comes.
    func answer() async throws -> Answer {
        var answer: Answer?
        while true {
            while let event = try parser.next(&received) {
                switch event {
                case .head(let head): answer = Answer(head: head)
                case .body(var slice): answer?.body.writeBuffer(&slice)
                case .end:
                    answer?.isComplete = true
                    return try #require(answer)
                }
            }
            guard let bytes = await reads.next(isolation: #isolation) else {
                return try #require(answer, "the connection closed without an answer")
            }
            received.writeImmutableBuffer(bytes)
        }
    }

    /// What has come, as it came, up to and including `end`; all of it when the connection closes first.
    func raw(until end: String) async -> String {
        while !String(buffer: received).contains(end) {
            guard let bytes = await reads.next(isolation: #isolation) else { break }
            received.writeImmutableBuffer(bytes)
        }
        defer { received.clear() }
        return String(buffer: received)
    }

    /// Waits until the other side has closed, and returns what came before.
    func rest() async -> String {
        while let bytes = await reads.next(isolation: #isolation) {
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
