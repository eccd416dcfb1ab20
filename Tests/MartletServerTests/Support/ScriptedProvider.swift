import Martlet
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing
import Transport
import WireTestSupport

/// A provider that answers as a test says, keeps what it was asked and watches its connections.
final class ScriptedProvider: Sendable {
    /// The name in front of the slash.
    let name: String
    let port: Int

    fileprivate let react: @Sendable (Visit) -> ScriptedAnswer
    private let listener: any Channel
    private let arrivals: AsyncStream<Visit>
    private let continuation: AsyncStream<Visit>.Continuation
    private let received: NIOLockedValueBox<[Visit]>

    /// Starts to listen.
    ///
    /// - Parameter react: The answer to each request; called on the provider's event loops.
    static func start(
        _ name: String,
        _ react: @escaping @Sendable (Visit) -> ScriptedAnswer
    ) async throws -> ScriptedProvider {
        let received = NIOLockedValueBox<[Visit]>([])
        let (arrivals, continuation) = AsyncStream<Visit>.makeStream()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        VisitHandler { head, body in
                            let visit = received.withLockedValue { visits in
                                let visit = Visit(number: visits.count + 1, head: head, body: body, channel: channel)
                                visits.append(visit)
                                return visit
                            }
                            continuation.yield(visit)
                            return react(visit)
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return ScriptedProvider(name, listener, react, arrivals, continuation, received)
    }

    private init(
        _ name: String,
        _ listener: any Channel,
        _ react: @escaping @Sendable (Visit) -> ScriptedAnswer,
        _ arrivals: AsyncStream<Visit>,
        _ continuation: AsyncStream<Visit>.Continuation,
        _ received: NIOLockedValueBox<[Visit]>
    ) {
        self.name = name
        port = listener.localAddress?.port ?? 0
        self.react = react
        self.listener = listener
        self.arrivals = arrivals
        self.continuation = continuation
        self.received = received
    }

    /// The requests so far.
    var visits: [Visit] { received.withLockedValue { $0 } }

    /// Waits for the next request that nobody has waited for.
    func nextVisit() async throws -> Visit {
        for await visit in arrivals { return visit }
        throw CancellationError()
    }

    func close() async throws {
        try await listener.close()
    }
}

/// One request to a scripted provider, and the connection that it came by.
struct Visit: Sendable {
    /// Counts the provider's requests, from 1.
    let number: Int
    let head: HTTPRequestHead
    let body: String
    private let channel: any Channel

    fileprivate init(number: Int, head: HTTPRequestHead, body: String, channel: any Channel) {
        self.number = number
        self.head = head
        self.body = body
        self.channel = channel
    }

    /// The key that it brought.
    var key: String { String((head.fields.string("authorization") ?? "").dropFirst("Bearer ".count)) }

    /// Whether two requests came by the same connection.
    func sharesConnection(with other: Visit) -> Bool { channel === other.channel }

    /// Sends the answer, or more of it.
    func send(_ answer: ScriptedAnswer) async throws {
        try await channel.writeAndFlush(answer.bytes)
    }

    /// Adds to an answer that was begun with ``ScriptedAnswer/beginning(_:)``.
    func send(chunk: String) async throws {
        try await send(chunk: ByteBuffer(string: chunk))
    }

    /// Adds to an answer that was begun with ``ScriptedAnswer/beginning(_:)``. No bytes are no chunk: that would be the end.
    func send(chunk: ByteBuffer) async throws {
        guard chunk.readableBytes > 0 else { return }
        try await channel.writeAndFlush(ScriptedAnswer.chunk(chunk))
    }

    /// Ends the connection.
    func close() async {
        try? await channel.close()
    }

    /// Waits until the other side has closed the connection.
    func departure() async {
        try? await channel.closeFuture.get()
    }
}

/// What a scripted provider answers at once.
struct ScriptedAnswer: Sendable {
    var bytes: ByteBuffer
    var closesAfterwards: Bool

    /// These bytes.
    init(_ text: String, closesAfterwards: Bool = false) {
        bytes = ByteBuffer(string: text)
        self.closesAfterwards = closesAfterwards
    }

    /// Nothing, for ever.
    static let silence = ScriptedAnswer("")
    /// The end of the connection.
    static let hangUp = ScriptedAnswer("", closesAfterwards: true)
    /// A chat completion.
    static let chat = ScriptedAnswer.status(
        200,
        body: #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":"well"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
    )
    /// A stream of a chat completion.
    static let chatStream = ScriptedAnswer.events(SampleStream.whole)

    /// A whole answer.
    ///
    /// - Parameter fields: Header fields, each with its line end.
    static func status(_ status: Int, fields: String = "", body: String? = nil) -> ScriptedAnswer {
        let body = body ?? #"{"error":{"message":"scripted","type":"scripted"}}"#
        return ScriptedAnswer(
            "HTTP/1.1 \(status) Scripted\r\nContent-Type: application/json\r\n\(fields)"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    /// A whole stream, or one that never ends.
    static func events(_ text: String, isWhole: Bool = true) -> ScriptedAnswer {
        var answer = beginning()
        answer.bytes.writeImmutableBuffer(chunk(ByteBuffer(string: text)))
        if isWhole { answer.bytes.writeString("0\r\n\r\n") }
        return answer
    }

    /// The head of a stream.
    static func beginning(_ type: String = "text/event-stream") -> ScriptedAnswer {
        ScriptedAnswer("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    fileprivate static func chunk(_ bytes: ByteBuffer) -> ByteBuffer {
        var chunk = ByteBuffer(string: "\(String(bytes.readableBytes, radix: 16))\r\n")
        chunk.writeImmutableBuffer(bytes)
        chunk.writeString("\r\n")
        return chunk
    }
}

private final class VisitHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let react: (HTTPRequestHead, String) -> ScriptedAnswer
    private var parser = HTTPRequestParser()
    private var received = ByteBuffer()
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(_ react: @escaping (HTTPRequestHead, String) -> ScriptedAnswer) {
        self.react = react
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        while let event = try? parser.next(&received) {
            switch event {
            case .head(let head): self.head = head
            case .body(var slice): body.writeBuffer(&slice)
            case .end: answer(context)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head else { return }
        self.head = nil
        let answer = react(head, String(buffer: body))
        body.clear()
        if answer.bytes.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(answer.bytes), promise: nil)
        }
        if answer.closesAfterwards {
            context.close(promise: nil)
        }
    }
}

extension GatewaySettings {
    /// A gateway in front of these providers, with the virtual model `any`: model `m` of each, in their order. Retries
    /// wait for a millisecond.
    init(to providers: [ScriptedProvider], _ change: (inout GatewaySettings) -> Void = { _ in }) {
        self.init { settings in
            settings.furtherProviders = providers.map { ($0.name, $0.port) }
            change(&settings)
            let (provider, gateway) = (settings.provider, settings.gateway)
            settings.provider = {
                $0.retries.initialBackoff = 0.001
                $0.retries.maximumBackoff = 0.001
                provider(&$0)
            }
            let targets = providers.map { RoutingTarget(model: "\($0.name)/m") }
            settings.gateway = {
                $0.routing.virtualModels = [VirtualModel(name: "any", strategy: .ordered, targets: targets)]
                gateway(&$0)
            }
        }
    }
}

/// Runs `body` with a gateway in front of scripted providers, which end with it.
func withGateway(
    to providers: [ScriptedProvider],
    _ change: (inout GatewaySettings) -> Void = { _ in },
    _ body: (RunningGateway) async throws -> Void
) async throws {
    try await withGateway(GatewaySettings(to: providers, change), body)
    for provider in providers { try await provider.close() }
}

extension RunningGateway {
    /// Waits until so many requests are under way, looking again and again by way of a request.
    func waitUntil(activeCount: Int) async throws {
        let caller = try await caller()
        while true {
            try Task.checkCancellation()
            let answer = try await caller.ask("GET /metrics HTTP/1.1\r\nHost: g\r\n\r\n")
            if answer.text.contains("\nmartlet_active_requests \(activeCount)\n") { break }
        }
        try await caller.close()
    }
}
