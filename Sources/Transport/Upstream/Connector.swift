import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Opens connections: TCP, a proxy's permission and TLS, in this order.
enum Connector {
    /// - Returns: A channel on which the next byte is HTTP with the upstream.
    static func connect(to upstream: Upstream, on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(upstream.timeouts.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        let connection: EventLoopFuture<any Channel> =
            switch (upstream.proxy, upstream.address) {
            case (let proxy?, _): bootstrap.connect(host: proxy.host, port: proxy.port)
            case (nil, let address?): bootstrap.connect(to: address)
            case (nil, nil): bootstrap.connect(host: upstream.host, port: upstream.port)
            }
        return connection.flatMap { channel in
            prepare(channel, for: upstream)
        }
    }

    private static func prepare(_ channel: any Channel, for upstream: Upstream) -> EventLoopFuture<any Channel> {
        guard upstream.proxy != nil || upstream.tls != nil else {
            return channel.eventLoop.makeSucceededFuture(channel)
        }
        // One limit for all handshakes together; the TCP connection has had its own.
        let timeout = channel.eventLoop.scheduleTask(in: upstream.timeouts.connect) {
            channel.pipeline.fireErrorCaught(UpstreamError.connectTimeout)
            channel.close(promise: nil)
        }
        return startProxyTLS(channel, upstream.proxy)
            .flatMap { openWay(channel, upstream) }
            .flatMap { startTLS(channel, upstream.tls, host: upstream.host) }
            .map { channel }
            .always { result in
                timeout.cancel()
                if case .failure = result {
                    channel.close(promise: nil)
                }
            }
    }

    private static func startProxyTLS(_ channel: any Channel, _ proxy: Proxy?) -> EventLoopFuture<Void> {
        guard let proxy, proxy.scheme == .https else { return channel.eventLoop.makeSucceededVoidFuture() }
        return startTLS(channel, proxy.tls, host: proxy.host)
    }

    private static func openWay(_ channel: any Channel, _ upstream: Upstream) -> EventLoopFuture<Void> {
        guard let proxy = upstream.proxy else { return channel.eventLoop.makeSucceededVoidFuture() }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let handshake: ProxyHandshake =
            switch proxy.scheme {
            case .http, .https:
                .connect(host: upstream.host, port: upstream.port, credentials: proxy.credentials)
            case .socks5:
                .socks5(host: upstream.host, port: upstream.port, credentials: proxy.credentials)
            }
        do {
            try channel.pipeline.syncOperations.addHandler(ProxyHandler(handshake, promise: promise))
        } catch {
            promise.fail(error)
        }
        return promise.futureResult
    }

    private static func startTLS(
        _ channel: any Channel,
        _ context: NIOSSLContext?,
        host: String
    ) -> EventLoopFuture<Void> {
        guard let context else { return channel.eventLoop.makeSucceededVoidFuture() }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        do {
            let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
            let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
            try channel.pipeline.syncOperations.addHandlers([handler, TLSHandshakeHandler(promise: promise)])
        } catch {
            promise.fail(error)
        }
        return promise.futureResult
    }

    /// Says in the gateway's terms why a connection did not come about.
    static func classify(_ error: any Error, upstream: Upstream) -> UpstreamError {
        switch error {
        case let error as UpstreamError:
            return error
        case let error as NIOConnectionError:
            return classify(error, upstream: upstream)
        case ChannelError.connectTimeout:
            return .connectTimeout
        case let error as IOError where error.errnoCode == EMFILE || error.errnoCode == ENFILE:
            return .outOfDescriptors
        case let error as IOError:
            return .connectFailed(error.description)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return .tlsFailed("\(error)")
        case is SocketAddressError:
            return .unknownHost(upstream.host)
        default:
            return .connectFailed("\(error)")
        }
    }

    private static func classify(_ error: NIOConnectionError, upstream: Upstream) -> UpstreamError {
        guard let first = error.connectionErrors.first else {
            return error.dnsAError != nil || error.dnsAAAAError != nil
                ? .unknownHost(error.host) : .connectFailed("no address of \(error.host) answered")
        }
        return classify(first.error, upstream: upstream)
    }
}

/// Waits for the end of a TLS handshake.
private final class TLSHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private var promise: EventLoopPromise<Void>?

    init(promise: EventLoopPromise<Void>) {
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            let promise = self.promise
            self.promise = nil
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            promise?.succeed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(UpstreamError.tlsFailed("the connection closed during the handshake"))
        context.fireChannelInactive()
    }

    private func fail(_ error: any Error) {
        promise?.fail(error)
        promise = nil
    }
}
