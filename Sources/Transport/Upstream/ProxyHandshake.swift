import FoundationEssentials
import NIOCore

/// The talk with a proxy that opens the way to an upstream, as a state machine: it is given what the proxy says and
/// returns what to do.
struct ProxyHandshake {
    enum Action: Equatable {
        /// More must be read.
        case wait
        /// Send these bytes.
        case send(ByteBuffer)
        /// The way is open; the bytes after the talk belong to the upstream.
        case finish(leftOver: ByteBuffer)
        case fail(UpstreamError)
    }

    private enum State: Equatable {
        case connectAnswer
        case socksMethod
        case socksAuthentication
        case socksReply
        case done
    }

    private let first: ByteBuffer
    private let host: String
    private let port: Int
    private let credentials: Proxy.Credentials?
    private var state: State
    private var received = ByteBuffer()

    /// What is sent first.
    var opening: ByteBuffer { first }

    /// `CONNECT` (RFC 9110, 9.3.6), with Basic credentials (RFC 7617).
    static func connect(host: String, port: Int, credentials: Proxy.Credentials?) -> ProxyHandshake {
        let authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var request = ByteBuffer()
        request.writeString("CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n")
        if let credentials {
            let pair = Data("\(credentials.username):\(credentials.password)".utf8).base64EncodedString()
            request.writeString("Proxy-Authorization: Basic \(pair)\r\n")
        }
        request.writeString("\r\n")
        return ProxyHandshake(
            first: request,
            host: host,
            port: port,
            credentials: credentials,
            state: .connectAnswer
        )
    }

    /// SOCKS version 5 (RFC 1928).
    static func socks5(host: String, port: Int, credentials: Proxy.Credentials?) -> ProxyHandshake {
        let greeting: [UInt8] = credentials == nil ? [5, 1, 0] : [5, 2, 0, 2]
        return ProxyHandshake(
            first: ByteBuffer(bytes: greeting),
            host: host,
            port: port,
            credentials: credentials,
            state: .socksMethod
        )
    }

    private init(first: ByteBuffer, host: String, port: Int, credentials: Proxy.Credentials?, state: State) {
        self.first = first
        self.host = host
        self.port = port
        self.credentials = credentials
        self.state = state
    }

    mutating func receive(_ bytes: ByteBuffer) -> Action {
        received.writeImmutableBuffer(bytes)
        switch state {
        case .connectAnswer: return readConnectAnswer()
        case .socksMethod: return readMethod()
        case .socksAuthentication: return readAuthentication()
        case .socksReply: return readReply()
        case .done: return .wait
        }
    }

    private mutating func readConnectAnswer() -> Action {
        var parser = HTTPResponseParser()
        // The way begins right behind the head of a 2xx answer, whatever length fields it carries: like an answer to
        // HEAD.
        parser.expectResponse(toHead: true)
        var attempt = received
        do throws(HTTPParseError) {
            guard case .head(let head)? = try parser.next(&attempt) else { return .wait }
            guard (200..<300).contains(head.status) else {
                return fail("it answered with status \(head.status)")
            }
            return finish(attempt)
        } catch {
            return fail("its answer is not HTTP")
        }
    }

    private mutating func readMethod() -> Action {
        guard let (version, method) = received.readMultipleIntegers(as: (UInt8, UInt8).self) else { return .wait }
        guard version == 5 else { return fail("it does not speak SOCKS 5") }
        switch (method, credentials) {
        case (0, _):
            state = .socksReply
            return socksRequest()
        case (2, let credentials?):
            guard let message = authentication(credentials) else {
                return fail("a SOCKS user name or password is longer than 255 bytes")
            }
            state = .socksAuthentication
            return .send(message)
        default:
            return fail("it accepts none of the authentication methods offered")
        }
    }

    private mutating func readAuthentication() -> Action {
        guard let (_, status) = received.readMultipleIntegers(as: (UInt8, UInt8).self) else { return .wait }
        guard status == 0 else { return fail("it refused the user name and password") }
        state = .socksReply
        return socksRequest()
    }

    private mutating func readReply() -> Action {
        var attempt = received
        guard let (version, reply, _, kind) = attempt.readMultipleIntegers(as: (UInt8, UInt8, UInt8, UInt8).self) else {
            return .wait
        }
        guard version == 5 else { return fail("it does not speak SOCKS 5") }
        guard reply == 0 else { return fail("it answered with SOCKS reply \(reply)") }
        let addressLength: Int
        switch kind {
        case 1: addressLength = 4
        case 4: addressLength = 16
        case 3:
            guard let length = attempt.readInteger(as: UInt8.self) else { return .wait }
            addressLength = Int(length)
        default: return fail("its SOCKS reply is malformed")
        }
        guard attempt.readableBytes >= addressLength + 2 else { return .wait }
        attempt.moveReaderIndex(forwardBy: addressLength + 2)
        return finish(attempt)
    }

    /// RFC 1929.
    private func authentication(_ credentials: Proxy.Credentials) -> ByteBuffer? {
        let username = Array(credentials.username.utf8)
        let password = Array(credentials.password.utf8)
        guard let usernameCount = UInt8(exactly: username.count), let passwordCount = UInt8(exactly: password.count)
        else { return nil }
        return ByteBuffer(bytes: [1, usernameCount] + username + [passwordCount] + password)
    }

    private mutating func socksRequest() -> Action {
        let name = Array(host.utf8)
        guard let count = UInt8(exactly: name.count), let port = UInt16(exactly: port) else {
            return fail("the upstream's name is too long for SOCKS")
        }
        var request = ByteBuffer(bytes: [5, 1, 0, 3, count] + name)
        request.writeInteger(port)
        return .send(request)
    }

    private mutating func finish(_ leftOver: ByteBuffer) -> Action {
        state = .done
        return .finish(leftOver: leftOver)
    }

    private mutating func fail(_ reason: String) -> Action {
        state = .done
        return .fail(.proxyFailed(reason))
    }
}

/// Holds the talk with a proxy, then leaves the pipeline.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var handshake: ProxyHandshake
    private var promise: EventLoopPromise<Void>?

    init(_ handshake: ProxyHandshake, promise: EventLoopPromise<Void>) {
        self.handshake = handshake
        self.promise = promise
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(handshake.opening), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch handshake.receive(unwrapInboundIn(data)) {
        case .wait:
            break
        case .send(let bytes):
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        case .finish(let leftOver):
            let promise = self.promise
            self.promise = nil
            promise?.succeed()
            // Once out of the pipeline, nothing can be handed on.
            if leftOver.readableBytes > 0 {
                context.fireChannelRead(wrapInboundOut(leftOver))
            }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        case .fail(let error):
            fail(error)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(UpstreamError.proxyFailed("it closed the connection"))
        context.fireChannelInactive()
    }

    private func fail(_ error: any Error) {
        promise?.fail(error)
        promise = nil
    }
}
