import Dialects
import NIOCore
import Transport

/// Stands before a stream's relay and gives the stream up when it is too slow, while the caller has not seen any of it.
final class ThroughputGuard: AnswerConsumer {
    /// Whether it was too slow.
    private(set) var isTooSlow = false

    private let relay: any StreamRelay
    private let sink: AttemptSink
    private let exchange: Exchange
    private let eventLoop: any EventLoop
    private var probe: ThroughputProbe
    /// Reads what the probe counts; nil when there is nothing left to find out.
    private var reader: AnswerStreamReader?
    private var timer: Scheduled<Void>?

    /// - Parameter format: What the provider speaks.
    init(
        _ settings: ThroughputConfiguration,
        before relay: any StreamRelay,
        format: WireFormat,
        sink: AttemptSink,
        exchange: Exchange,
        eventLoop: any EventLoop
    ) {
        self.relay = relay
        self.sink = sink
        self.exchange = exchange
        self.eventLoop = eventLoop
        probe = ThroughputProbe(settings)
        reader = format.streamReader(toolNames: ToolNameMap(ToolNameRule()))
    }

    func receive(_ bytes: ByteBuffer) {
        observe(bytes)
        relay.receive(bytes)
        guard reader != nil, sink.isCommitted || probe.verdict == .passed else { return }
        stop()
        sink.contentHold = .none
        // A relay that has come to an end has brought the caller there, or is to leave nothing there.
        if relay.end == nil, relay.firstTokenTime != nil { sink.commit() }
    }

    func readDidComplete() {
        relay.readDidComplete()
    }

    func receiveEnd() {
        stop()
        relay.receiveEnd()
    }

    /// Nothing is left to find out.
    func stop() {
        reader = nil
        timer?.cancel()
        timer = nil
    }

    private func observe(_ bytes: ByteBuffer) {
        // Where the caller has seen something, be it a comment, no other target can take over any more.
        guard !sink.isCommitted else { return }
        reader?.receive(bytes.readableBytesUInt8Span) { probe.note($0) }
        guard reader != nil, timer == nil else { return }
        if probe.verdict == .begun { sink.contentHold = .patient }
        guard probe.verdict == .counting else { return }
        sink.contentHold = .firm
        timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(seconds: probe.duration)) { [weak self] in
            self?.giveUp()
        }
    }

    private func giveUp() {
        guard reader != nil, !sink.isCommitted else { return }
        isTooSlow = true
        reader = nil
        exchange.cancel(.callerGone)
    }
}
