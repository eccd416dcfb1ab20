import NIOCore
import NIOPosix
import NIOSSL

@testable import Transport

/// One end of a raw connection: a caller of the server under test, or the peer of the client under test.
final class Wire: Sendable {
    struct ClosedEarly: Error {
        var received: String
    }

    let channel: any Channel
    private let state: WireState

    init(channel: any Channel, state: WireState) {
        self.channel = channel
        self.state = state
    }

    /// - Parameters:
    ///   - isReading: False for a caller that never reads what it is sent.
    ///   - staysOpen: True for a caller that does not close when the other side ends.
    static func connect(
        to address: SocketAddress,
        tls: NIOSSLContext? = nil,
        isReading: Bool = true,
        staysOpen: Bool = false
    ) async throws -> Wire {
        let state = WireState()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: isReading)
            .channelOption(.allowRemoteHalfClosure, value: staysOpen)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                    }
                    try pipeline.addHandler(WireHandler(state: state))
                }
            }
            .connect(to: address)
            .get()
        return Wire(channel: channel, state: state)
    }

    // MARK: Sending

    func send(_ text: String) async throws {
        try await send(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) async throws {
        try await channel.writeAndFlush(bytes)
    }

    /// Sends without waiting until the bytes have left.
    func sendSoon(_ bytes: ByteBuffer) {
        channel.writeAndFlush(bytes, promise: nil)
    }

    func close() async {
        try? await channel.close()
        _ = try? await closed()
    }

    /// Ends the connection with a reset instead of an orderly end.
    func reset() async throws {
        guard let provider = channel as? any SocketOptionProvider else { return }
        try await provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
        if isReading { channel.read() }
    }

    // MARK: Waiting

    func closed() async throws {
        try await state.wait { $0.isClosed ? () : nil }
    }

    func unwritable() async throws {
        try await state.wait { !$0.isWritable ? () : nil }
    }

    func writable() async throws {
        try await state.wait { value in
            if value.isClosed { throw ClosedEarly(received: "") }
            return value.isWritable ? () : nil
        }
    }

    /// Sends as fast as the other side takes it, and tells each time that it has to stop, with the bytes sent so far.
    func flood(_ total: Int, halted: Event<Int> = Event()) async throws {
        let piece = ByteBuffer(repeating: 0x66, count: 64 << 10)
        var sent = 0
        while sent < total {
            sendSoon(piece)
            sent += piece.readableBytes
            // Once the loop has come by, it is known whether that was too much.
            try await channel.eventLoop.submit {}.get()
            if !channel.isWritable { halted.happen(sent) }
            try await writable()
        }
    }

    /// Waits for at least this many bytes in all since the beginning.
    func received(atLeast count: Int) async throws {
        try await state.wait { value in
            if value.receivedByteCount >= count { return () }
            if value.isClosed { throw ClosedEarly(received: String(buffer: value.received)) }
            return nil
        }
    }

    var receivedByteCount: Int {
        get async throws { try await state.wait { $0.receivedByteCount } }
    }

    /// Everything that has come when the other side has closed.
    func everything() async throws -> String {
        try await state.wait { $0.isClosed ? String(buffer: $0.received) : nil }
    }

    /// Waits for the text and takes all up to and with it.
    func read(through text: String) async throws -> String {
        try await state.wait { value in
            let received = value.received.readableBytesView
            if let range = received.firstRange(of: text.utf8) {
                return value.received.readString(length: range.upperBound - received.startIndex)
            }
            if value.isClosed { throw ClosedEarly(received: String(buffer: value.received)) }
            return nil
        }
    }

    func read(count: Int) async throws -> ByteBuffer {
        try await state.wait { value in
            if let slice = value.received.readSlice(length: count) { return slice }
            if value.isClosed { throw ClosedEarly(received: String(buffer: value.received)) }
            return nil
        }
    }

    /// Whatever has come and was not taken yet, at least one byte; nil at the end.
    func readSome() async throws -> ByteBuffer? {
        try await state.wait { value -> ByteBuffer?? in
            if value.received.readableBytes > 0 {
                defer { value.received = ByteBuffer() }
                return .some(value.received)
            }
            return value.isClosed ? .some(nil) : nil
        }
    }

    /// Takes the next whole answer.
    func answer(toHead: Bool = false) async throws -> WireAnswer {
        try await state.wait { value in
            var attempt = value.received
            var parser = HTTPResponseParser()
            parser.expectResponse(toHead: toHead)
            var answer: WireAnswer?
            while let event = try parser.next(&attempt) {
                if try Self.add(event, to: &answer) {
                    value.received = attempt
                    return answer
                }
            }
            guard value.isClosed else { return nil }
            guard (try? parser.finish()) != nil, let answer else {
                throw ClosedEarly(received: String(buffer: value.received))
            }
            value.received = ByteBuffer()
            return answer
        }
    }

    private static func add(_ event: HTTPEvent<HTTPResponseHead>, to answer: inout WireAnswer?) throws -> Bool {
        switch event {
        case .head(let head): answer = WireAnswer(head: head)
        case .body(let slice): answer?.body.writeImmutableBuffer(slice)
        case .end: return true
        }
        return false
    }

    /// Takes the next whole request.
    func request() async throws -> HTTPRequest {
        try await state.wait { value in
            var attempt = value.received
            var parser = HTTPRequestParser()
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            while let event = try parser.next(&attempt) {
                switch event {
                case .head(let received): head = received
                case .body(let slice): body.writeImmutableBuffer(slice)
                case .end:
                    value.received = attempt
                    return head.map { HTTPRequest(head: $0, body: body) }
                }
            }
            if value.isClosed { throw ClosedEarly(received: String(buffer: value.received)) }
            return nil
        }
    }
}

/// An answer as it came over the wire.
struct WireAnswer: Sendable {
    var head: HTTPResponseHead
    var body = ByteBuffer()

    var status: Int { head.status }
    var text: String { String(buffer: body) }
    var closes: Bool { head.fields.equals("connection", "close") }
}
