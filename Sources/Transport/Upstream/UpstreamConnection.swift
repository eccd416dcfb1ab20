import NIOCore

/// One connection to an upstream. It carries one exchange at a time.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// When the pool took it back.
    var idleSince = NIODeadline.now()

    private let pool: ConnectionPool
    private var context: ChannelHandlerContext?
    private var parser = HTTPResponseParser()
    private var inbound = ByteBuffer()
    private var exchange: Exchange?
    private var keepAlive = false
    private var isReused = false
    private var hasReceived = false
    private var isReadHeld = false
    /// Something else than the other side's orderly end closes the connection.
    private var hasFailed = false
    private var isClosed = false

    init(pool: ConnectionPool) {
        self.pool = pool
    }

    // MARK: For the exchange and the pool

    /// Sends the request of `exchange`.
    func begin(_ exchange: Exchange, isReused: Bool) {
        guard let context, context.channel.isActive else {
            exchange.connectionDidFail(.closedBeforeAnswer, mayReplay: isReused)
            return
        }
        self.exchange = exchange
        self.isReused = isReused
        hasReceived = false
        keepAlive = false
        parser.expectResponse(toHead: false)
        exchange.didBegin(on: self)
        context.writeAndFlush(wrapOutboundOut(exchange.request), promise: nil)
    }

    func close() {
        context?.close(promise: nil)
    }

    /// Stops or resumes reading. What was read already is still delivered.
    func holdReads(_ isHeld: Bool) {
        guard isReadHeld != isHeld else { return }
        isReadHeld = isHeld
        if !isHeld {
            context?.read()
        }
    }

    /// The exchange is over for its caller; the rest of the answer, if there is any, concerns nobody.
    func abandon() {
        exchange = nil
        close()
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        didClose(.closedBeforeAnswer)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finishAtClose()
        didClose(.closedBeforeAnswer)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if !isReadHeld {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard exchange != nil else {
            // Nobody asked: a late answer or a farewell. Either way the connection cannot be trusted with a request.
            close()
            return
        }
        hasReceived = true
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeBuffer(&bytes)
        }
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.readDidComplete()
        context.fireChannelReadComplete()
    }

    // MARK: Answers

    private func advance() {
        while let exchange {
            do throws(HTTPParseError) {
                guard let event = try parser.next(&inbound) else { break }
                switch event {
                case .head(let head):
                    keepAlive = head.keepAlive
                    exchange.receive(head)
                case .body(let slice):
                    exchange.receive(slice)
                case .end:
                    finish(exchange)
                }
            } catch {
                self.exchange = nil
                exchange.connectionDidFail(.malformedAnswer("\(error)"), mayReplay: false)
                close()
            }
        }
        if inbound.readableBytes == 0 {
            inbound = ByteBuffer()
        }
    }

    private func finish(_ exchange: Exchange) {
        self.exchange = nil
        isReadHeld = false
        let isClean = keepAlive && inbound.readableBytes == 0 && context?.channel.isActive == true
        exchange.receiveEnd()
        if isClean {
            pool.release(self)
        } else {
            close()
        }
    }

    /// An answer that is delimited by the connection's end is complete now; any other is not, and neither is one whose
    /// connection was reset or ended without TLS saying so (RFC 9112, 9.8).
    private func finishAtClose() {
        guard hasReceived, !hasFailed, let exchange else { return }
        do throws(HTTPParseError) {
            if try parser.finish() != nil {
                self.exchange = nil
                exchange.receiveEnd()
            }
        } catch {
            self.exchange = nil
            exchange.connectionDidFail(exchange.hasHead ? .truncatedAnswer : .closedBeforeAnswer, mayReplay: false)
        }
    }

    private func didClose(_ error: UpstreamError) {
        guard !isClosed else { return }
        isClosed = true
        context = nil
        inbound = ByteBuffer()
        pool.didClose(self)
        let exchange = self.exchange
        self.exchange = nil
        exchange?.connectionDidFail(error, mayReplay: isReused && !hasReceived)
    }
}
