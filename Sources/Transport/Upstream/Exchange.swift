package import NIOCore

/// What takes an answer's body as it arrives. All calls come on the event loop, in order.
package protocol AnswerConsumer: AnyObject {
    /// A piece of the body, content coding undone.
    func receive(_ bytes: ByteBuffer)
    /// All that one read brought has been received: the moment to pass it on.
    func readDidComplete()
    /// The body is complete.
    func receiveEnd()
}

/// One request to an upstream and its answer. Lives on the event loop of its worker alone.
///
/// Whatever happens, it ends exactly once: with the whole answer, with an error, or by `cancel(_:)`, which closes the
/// upstream connection at once.
package final class Exchange: DeadlineOwner {
    private enum Phase {
        case new
        case waitingForConnection
        case waitingForHead
        case receivingBody
        /// The caller has all that it wants; the connection may still come to a clean end.
        case settling
        case finished
    }

    /// The whole request on the wire; emptied once an answer has begun, since then nothing is sent again.
    private(set) var request: ByteBuffer
    /// When the answer's first byte came.
    package private(set) var firstByteTime: NIODeadline?

    private let pool: ConnectionPool
    private let timeouts: Upstream.Timeouts
    private let isRepeatable: Bool
    private let deadline = Deadline()
    private var phase = Phase.new
    private var connection: UpstreamConnection?
    private var phaseEnd = NIODeadline.distantFuture
    private var totalEnd = NIODeadline.distantFuture
    /// When silence makes the body complete; the distant future as long as more of it must come.
    private var expectedEnd = NIODeadline.distantFuture
    private var hasReplayed = false
    private var isPaused = false

    private var head: HTTPResponseHead?
    private var decoder: ContentDecoder?
    private var received: [ByteBuffer] = []
    private var receivedByteCount = 0
    private var hasEnded = false
    private var failure: UpstreamError?

    private var consumer: (any AnswerConsumer)?
    private var headContinuation: CheckedContinuation<HTTPResponseHead, any Error>?
    private var endContinuation: CheckedContinuation<Void, any Error>?
    /// Set once the body is wanted as a whole.
    private var maximumByteCount: Int?

    /// Body bytes held for a consumer that has not come yet; reading pauses beyond them.
    private static let maximumHeldByteCount = 256 << 10

    init(request: ByteBuffer, pool: ConnectionPool, timeouts: Upstream.Timeouts, isRepeatable: Bool = true) {
        self.request = request
        self.pool = pool
        self.timeouts = timeouts
        self.isRepeatable = isRepeatable
    }

    var hasHead: Bool { head != nil }

    // MARK: For the caller

    /// Sends the request and waits for the answer's head.
    ///
    /// - Throws: `UpstreamError`.
    package func start() async throws -> HTTPResponseHead {
        if let failure { throw failure }
        let now = NIODeadline.now()
        phase = .waitingForConnection
        phaseEnd = now + timeouts.connect
        totalEnd = timeouts.total.map { now + $0 } ?? .distantFuture
        armDeadline()
        pool.deadlines.add(deadline, owner: self)
        // A kept connection may be dead, and what was sent into it cannot be sent again.
        pool.lease(for: self, mayReuse: isRepeatable)
        if let failure { throw failure }
        if let head { return head }
        return try await withCheckedThrowingContinuation { headContinuation = $0 }
    }

    /// Waits for the whole body.
    ///
    /// - Parameter limit: Bytes beyond which the answer is given up.
    /// - Throws: `UpstreamError`.
    package func body(limit: Int) async throws -> ByteBuffer {
        maximumByteCount = limit
        checkLimit()
        resume()
        try await end()
        guard var body = received.first else { return ByteBuffer() }
        if received.count > 1 {
            body.reserveCapacity(receivedByteCount)
            for slice in received.dropFirst() {
                body.writeImmutableBuffer(slice)
            }
        }
        received = []
        return body
    }

    /// Hands the body to `consumer` as it arrives and waits for its end. The consumer has been told of the end when
    /// this returns; of a failure it is not told.
    ///
    /// - Throws: `UpstreamError`.
    package func relay(to consumer: any AnswerConsumer) async throws {
        self.consumer = consumer
        // Before the consumer gets anything: it may pause by itself.
        resume()
        let held = received
        received = []
        receivedByteCount = 0
        for slice in held {
            consumer.receive(slice)
        }
        if hasEnded {
            consumer.receiveEnd()
        } else {
            // Also without a byte so far: the head of the caller's answer need not wait for one.
            consumer.readDidComplete()
        }
        defer { self.consumer = nil }
        try await end()
    }

    /// Stops reading from the upstream until `resume()`, so that a slow caller slows its provider down instead of
    /// filling memory.
    package func pause() {
        guard !isPaused, phase == .receivingBody else { return }
        isPaused = true
        connection?.holdReads(true)
        armDeadline()
    }

    package func resume() {
        guard isPaused else { return }
        isPaused = false
        phaseEnd = .now() + timeouts.idle
        if expectsEnd { expectedEnd = .now() + timeouts.trailing }
        armDeadline()
        connection?.holdReads(false)
    }

    /// Whether silence makes the body complete.
    package var expectsEnd: Bool { expectedEnd != .distantFuture }

    /// The content may be complete, in a format that need not say so. When nothing comes for a moment from now on, that
    /// was the body's end: the consumer is told so, and the connection is closed.
    package func expectEnd() {
        guard phase == .receivingBody else { return }
        expectedEnd = .now() + timeouts.trailing
        armDeadline()
    }

    /// The content is not complete after all.
    package func expectMore() {
        guard expectsEnd, phase == .receivingBody else { return }
        expectedEnd = .distantFuture
        armDeadline()
    }

    /// The content is complete although the connection has not said so. The exchange ends now; the connection is kept
    /// if it comes to its own end soon, and closed otherwise.
    package func settle() {
        guard phase == .receivingBody else { return }
        phase = .settling
        isPaused = false
        connection?.holdReads(false)
        phaseEnd = .now() + timeouts.settling
        totalEnd = .distantFuture
        expectedEnd = .distantFuture
        armDeadline()
        hasEnded = true
        let continuation = endContinuation
        endContinuation = nil
        continuation?.resume()
    }

    /// Ends the exchange and closes its connection.
    package func cancel(_ reason: CancellationReason) {
        fail(.cancelled(reason))
    }

    // MARK: For the connection

    func didBegin(on connection: UpstreamConnection) {
        self.connection = connection
        phase = .waitingForHead
        phaseEnd = .now() + timeouts.firstByte
        armDeadline()
    }

    func receive(_ head: HTTPResponseHead) {
        firstByteTime = .now()
        self.head = head
        request = ByteBuffer()
        decoder = ContentDecoder(fields: head.fields)
        phase = .receivingBody
        bodyDidProgress()
        let continuation = headContinuation
        headContinuation = nil
        continuation?.resume(returning: head)
    }

    func receive(_ slice: ByteBuffer) {
        guard phase == .receivingBody else { return }
        // Whoever takes a piece may end the exchange, so the decoder is out of its place while it works.
        guard let decoder = decoder.take() else {
            deliver(slice)
            return
        }
        do {
            // A handful of bytes may unfold to gigabytes: the limit is looked at after every piece.
            try decoder.decode(slice) { piece in
                deliver(piece)
                return phase == .receivingBody
            }
            if phase == .receivingBody {
                self.decoder = consume decoder
            }
        } catch {
            fail(.malformedAnswer("the content coding is broken"))
        }
    }

    func readDidComplete() {
        guard phase == .receivingBody else { return }
        bodyDidProgress()
        consumer?.readDidComplete()
    }

    func receiveEnd() {
        if phase == .receivingBody, decoder?.isComplete == false {
            fail(.truncatedAnswer)
            return
        }
        let wasSettling = phase == .settling
        finish()
        guard !wasSettling else { return }
        hasEnded = true
        consumer?.receiveEnd()
        let continuation = endContinuation
        endContinuation = nil
        continuation?.resume()
    }

    func connectionDidFail(_ error: UpstreamError, mayReplay: Bool) {
        connection = nil
        if mayReplay, isRepeatable, !hasReplayed, phase == .waitingForHead || phase == .waitingForConnection {
            // A kept connection that the other side closed meanwhile: nothing came back, so nothing was answered.
            hasReplayed = true
            phase = .waitingForConnection
            phaseEnd = .now() + timeouts.connect
            armDeadline()
            pool.lease(for: self, mayReuse: false)
            return
        }
        if case .malformedAnswer = error {
            fail(error)
        } else {
            fail(head == nil ? error : .truncatedAnswer)
        }
    }

    func fail(_ error: UpstreamError) {
        guard phase != .finished else { return }
        let wasSettling = phase == .settling
        if phase == .waitingForConnection {
            pool.cancel(self)
        }
        let connection = self.connection
        finish()
        connection?.abandon()
        guard !wasSettling else { return }
        failure = error
        let headContinuation = self.headContinuation
        let endContinuation = self.endContinuation
        self.headContinuation = nil
        self.endContinuation = nil
        headContinuation?.resume(throwing: error)
        endContinuation?.resume(throwing: error)
    }

    package func deadlineDidPass(_ deadline: Deadline) {
        if phase == .receivingBody, expectsEnd {
            endUnmarked()
            return
        }
        if NIODeadline.now() >= totalEnd {
            fail(.totalTimeout)
            return
        }
        switch phase {
        case .waitingForConnection: fail(.connectTimeout)
        case .waitingForHead: fail(.firstByteTimeout)
        case .receivingBody, .settling: fail(.idleTimeout)
        case .new, .finished: break
        }
    }

    // MARK: Parts

    private func end() async throws {
        if let failure { throw failure }
        if hasEnded { return }
        try await withCheckedThrowingContinuation { endContinuation = $0 }
    }

    private func deliver(_ slice: ByteBuffer) {
        if let consumer {
            consumer.receive(slice)
            return
        }
        received.append(slice)
        receivedByteCount += slice.readableBytes
        checkLimit()
        if maximumByteCount == nil, receivedByteCount > Self.maximumHeldByteCount {
            pause()
        }
    }

    private func checkLimit() {
        if let maximumByteCount, receivedByteCount > maximumByteCount {
            received = []
            let error = UpstreamError.answerTooLarge(limit: maximumByteCount)
            fail(error)
            // An answer that had come whole before anybody asked for it has no exchange left to fail.
            failure = failure ?? error
        }
    }

    private func bodyDidProgress() {
        phaseEnd = .now() + timeouts.idle
        armDeadline()
    }

    /// Nothing came behind an answer that was complete but for a mark of its end.
    private func endUnmarked() {
        let (connection, consumer) = (self.connection, self.consumer)
        hasEnded = true
        finish()
        // It is in the middle of an answer still, so no other request can have it.
        connection?.abandon()
        consumer?.receiveEnd()
        let continuation = endContinuation
        endContinuation = nil
        continuation?.resume()
    }

    private func armDeadline() {
        deadline.time = isPaused ? totalEnd : min(phaseEnd, totalEnd, expectedEnd)
    }

    private func finish() {
        phase = .finished
        pool.deadlines.remove(deadline)
        decoder = nil
        // The connection may serve another exchange now, which pauses by itself.
        connection = nil
        isPaused = false
        if hasEnded || failure != nil { consumer = nil }
    }
}
