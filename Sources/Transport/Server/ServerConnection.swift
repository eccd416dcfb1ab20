import NIOCore
import NIOTLS

/// One caller's connection: takes requests apart, hands them to the service one after the other and carries the answers
/// back.
final class ServerConnection: ChannelDuplexHandler, DeadlineOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Waiting for a request or in the middle of one.
        case receiving
        /// A request is with the service.
        case responding
        /// The last answer is out; what still comes in is thrown away so that the caller gets to read that answer.
        case lingering
        case closed
    }

    let deadline = Deadline()
    var position = -1

    private let share: ServerShare
    /// It has no place in the server's budget.
    let isRefused: Bool
    private var state = State.receiving
    private var context: ChannelHandlerContext?
    private var parser: HTTPRequestParser
    private var inbound = ByteBuffer()
    private var head: HTTPRequestHead?
    private var body = RequestBody()
    private var requestDeadline = NIODeadline.distantFuture
    private var response: ResponseWriter?
    private var isAdvancing = false
    private var isReadHeld = false

    /// - Parameter isRefused: The server had no place for this connection; it is answered with 503 and closed.
    init(share: ServerShare, isRefused: Bool) {
        self.share = share
        self.isRefused = isRefused
        parser = HTTPRequestParser(limits: share.configuration.parserLimits)
    }

    private var configuration: ServerConfiguration { share.configuration }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        share.add(self)
        deadline.time = .now() + configuration.headTimeout
        if context.channel.isActive, isRefused, configuration.tls == nil {
            refuse()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    func channelActive(context: ChannelHandlerContext) {
        if isRefused, configuration.tls == nil {
            refuse()
        }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // An end in the middle of the handshake would take the refusal with it.
        if isRefused, case TLSUserEvent.handshakeCompleted = event {
            refuse()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken socket or a failed TLS handshake: there is nobody left to tell.
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch state {
        case .receiving:
            if parser.isIdle, inbound.readableBytes == 0 {
                let now = NIODeadline.now()
                deadline.time = now + configuration.headTimeout
                requestDeadline = now + configuration.requestTimeout
            } else if head != nil {
                deadline.time = min(.now() + configuration.bodyIdleTimeout, requestDeadline)
            }
            hold(&bytes)
            advance()
        case .responding:
            hold(&bytes)
            if inbound.readableBytes > configuration.maximumPipelinedByteCount {
                isReadHeld = true
            }
        case .lingering, .closed:
            break
        }
    }

    func read(context: ChannelHandlerContext) {
        if !isReadHeld {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if state == .responding {
                deadline.time = .distantFuture
            } else if state == .receiving, parser.isIdle {
                deadline.time = .now() + configuration.keepAliveTimeout
            }
            response?.onWritable?()
        } else {
            deadline.time = .now() + configuration.writeTimeout
        }
        context.fireChannelWritabilityChanged()
    }

    func deadlineDidPass(_ deadline: Deadline) {
        switch state {
        case .receiving where parser.isIdle && inbound.readableBytes == 0:
            closeNow()
        case .receiving:
            reject(status: 408, message: "The request did not arrive in time.")
        case .responding:
            cancel(.callerGone)
            closeNow()
        case .lingering:
            closeNow()
        case .closed:
            break
        }
    }

    // MARK: Requests

    private func hold(_ bytes: inout ByteBuffer) {
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeBuffer(&bytes)
        }
    }

    /// Takes what has arrived as far as it goes. A request that is answered at once lets the loop go on to the next.
    private func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while state == .receiving {
            do throws(HTTPParseError) {
                guard let event = try parser.next(&inbound) else { break }
                receive(event)
            } catch {
                reject(status: error.status, message: "\(error)")
            }
        }
        if inbound.readableBytes == 0 {
            inbound = ByteBuffer()
        }
    }

    private func receive(_ event: HTTPEvent<HTTPRequestHead>) {
        switch event {
        case .head(let head):
            self.head = head
            body.begin(head.framing)
            if head.framing != .none {
                deadline.time = min(.now() + configuration.bodyIdleTimeout, requestDeadline)
            }
            if case .length(let count) = head.framing, count > configuration.maximumBodyByteCount {
                rejectBody()
            } else if head.expectsContinue, inbound.readableBytes == 0 {
                var buffer = share.takeScratch()
                buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
                write(buffer)
                share.giveBackScratch(buffer)
            }
        case .body(let slice):
            if body.count + slice.readableBytes > configuration.maximumBodyByteCount {
                rejectBody()
            } else {
                body.append(slice)
            }
        case .end:
            guard let head else { return }
            self.head = nil
            start(HTTPRequest(head: head, body: body.take()))
        }
    }

    private func start(_ request: HTTPRequest) {
        state = .responding
        deadline.time = .distantFuture
        let response = ResponseWriter(
            connection: self,
            isHead: request.head.method == .head,
            minorVersion: request.head.minorVersion,
            keepAlive: request.head.keepAlive && !share.isDraining
        )
        self.response = response
        share.worker.serve(request, with: response, by: share.service)
    }

    private func rejectBody() {
        reject(
            status: 413,
            message: "The request body is larger than the limit of \(configuration.maximumBodyByteCount) bytes."
        )
    }

    /// Answers what did not become a request, then closes.
    private func reject(status: Int, message: String, retryAfterSeconds: Int? = nil) {
        let writer = ResponseWriter(connection: self, isHead: false, minorVersion: 1, keepAlive: false)
        response = writer
        let rejection = HTTPRejection(status: status, message: message, retryAfterSeconds: retryAfterSeconds)
        share.service.reject(rejection, with: writer)
        writer.abort()
    }

    private func refuse() {
        reject(
            status: 503,
            message: "The gateway holds as many connections as it can. Try again soon.",
            retryAfterSeconds: configuration.retryAfterSeconds
        )
    }

    // MARK: Answers

    var isWritable: Bool { context?.channel.isWritable ?? false }

    var isDraining: Bool { share.isDraining }

    func takeScratch() -> ByteBuffer { share.takeScratch() }

    func giveBackScratch(_ buffer: ByteBuffer) { share.giveBackScratch(buffer) }

    func write(_ buffer: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    func writeUnflushed(_ buffer: ByteBuffer) {
        context?.write(wrapOutboundOut(buffer), promise: nil)
    }

    /// The answer is written as a whole.
    func responseDidFinish(keepAlive: Bool) {
        response = nil
        guard state != .closed, let context else { return }
        guard keepAlive, !share.isDraining else {
            linger(context)
            return
        }
        state = .receiving
        // A caller that still reads the answer is not idle.
        let isSent = context.channel.isWritable
        deadline.time = .now() + (isSent ? configuration.keepAliveTimeout : configuration.writeTimeout)
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
        if inbound.readableBytes > 0 {
            deadline.time = .now() + configuration.headTimeout
            requestDeadline = .now() + configuration.requestTimeout
            advance()
        }
    }

    /// Sends the end of our side first. Closing a socket that still has unread bytes in it resets the connection, and
    /// the caller's system then throws away the answer that explains why.
    private func linger(_ context: ChannelHandlerContext) {
        state = .lingering
        inbound = ByteBuffer()
        isReadHeld = false
        deadline.time = .now() + configuration.writeTimeout
        // Our side ends once all of the answer has left; only then does the caller's time to read it begin.
        context.close(mode: .output).assumeIsolated().whenComplete { _ in
            if self.state == .lingering {
                self.deadline.time = .now() + self.configuration.lingeringTimeout
            }
        }
        context.read()
    }

    /// Closes without the end of the answer, which the caller's client reports as a broken connection.
    func abort() {
        closeNow()
    }

    // MARK: Ends

    func closeIfIdle() {
        if state == .receiving, parser.isIdle, inbound.readableBytes == 0 {
            closeNow()
        }
    }

    func closeNow() {
        context?.close(promise: nil)
    }

    func cancel(_ reason: CancellationReason) {
        response?.cancel(reason)
    }

    private func leave() {
        guard state != .closed else { return }
        state = .closed
        share.remove(self)
        let response = self.response
        self.response = nil
        context = nil
        inbound = ByteBuffer()
        response?.connectionDidClose()
    }
}
