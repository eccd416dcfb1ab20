import NIOConcurrencyHelpers
import NIOCore

/// Where finished requests are counted and logged: a share for each event loop, put together when somebody looks.
package final class Telemetry: Sendable {
    private let style: LogStyle
    private let writer: LogWriter?
    private let shares = NIOLockedValueBox<[ObjectIdentifier: TelemetryShare]>([:])

    /// - Parameter writer: Where log lines go; nil for none.
    init(style: LogStyle, writer: LogWriter?) {
        self.style = style
        self.writer = writer
    }

    /// Log lines that the writer had to drop, in batches.
    var droppedLogCount: Int { writer?.droppedCount ?? 0 }

    /// Requests under way.
    var activeCount: Int {
        shares.withLockedValue { $0.values.reduce(0) { $0 + $1.activeCount } }
    }

    /// The figures of all loops together.
    var figures: RequestFigures {
        var sum = RequestFigures()
        for share in shares.withLockedValue({ $0 }).values {
            sum.add(share.figures)
        }
        return sum
    }

    /// The share of an event loop, always the same one: gateways that follow each other count on.
    func share(on eventLoop: any EventLoop) -> TelemetryShare {
        shares.withLockedValue { shares in
            let identity = ObjectIdentifier(eventLoop)
            if let share = shares[identity] { return share }
            let share = TelemetryShare(eventLoop: eventLoop, style: style, writer: writer)
            shares[identity] = share
            return share
        }
    }

    /// Writes what is left to write. Nothing may be recorded afterwards.
    func finish() async {
        for share in shares.withLockedValue({ $0 }).values {
            share.flush()
        }
        await writer?.finish()
    }
}

/// One event loop's share of the telemetry. Its lock is only contended while somebody looks.
final class TelemetryShare: Sendable {
    private struct State {
        var activeCount = 0
        var figures = RequestFigures()
        var lines: LogLine
        var isFlushScheduled = false
    }

    /// How long a log line may wait for others.
    private static let flushDelay = TimeAmount.milliseconds(50)
    /// Bytes of lines that are written without waiting.
    private static let flushByteCount = 64 << 10

    private let eventLoop: any EventLoop
    private let writer: LogWriter?
    private let state: NIOLockedValueBox<State>

    init(eventLoop: any EventLoop, style: LogStyle, writer: LogWriter?) {
        self.eventLoop = eventLoop
        self.writer = writer
        state = NIOLockedValueBox(State(lines: LogLine(style: style)))
    }

    var activeCount: Int { state.withLockedValue { $0.activeCount } }

    var figures: RequestFigures { state.withLockedValue { $0.figures } }

    func requestDidBegin() {
        state.withLockedValue { $0.activeCount += 1 }
    }

    /// - Parameter isLogged: Whether a line is written for the request, where lines are written at all.
    func requestDidEnd(_ record: RequestRecord, isLogged: Bool) {
        let logs = isLogged && writer != nil
        let (isFull, mustSchedule) = state.withLockedValue { state -> (Bool, Bool) in
            state.activeCount -= 1
            state.figures.record(record)
            guard logs else { return (false, false) }
            state.lines.append(record)
            let mustSchedule = !state.isFlushScheduled
            state.isFlushScheduled = true
            return (state.lines.byteCount >= Self.flushByteCount, mustSchedule)
        }
        if isFull {
            writeLines(isScheduled: false)
        }
        if mustSchedule {
            eventLoop.scheduleTask(in: Self.flushDelay) { self.writeLines(isScheduled: true) }
        }
    }

    func flush() {
        writeLines(isScheduled: false)
    }

    private func writeLines(isScheduled: Bool) {
        let bytes = state.withLockedValue { state in
            if isScheduled { state.isFlushScheduled = false }
            return state.lines.take()
        }
        writer?.write(bytes)
    }
}
