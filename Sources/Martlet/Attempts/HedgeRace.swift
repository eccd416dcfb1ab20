import NIOCore
import Transport

/// Two ways to answer one request, of which the first with content is taken and the other is ended. Lives on the event
/// loop of its request.
final class HedgeRace {
    /// Who is in it.
    enum Runner: Sendable {
        /// The attempt at the first target.
        case first
        /// The one that was sent because the first was late.
        case hedge
    }

    /// Whose answer the caller gets; nil while nobody has one.
    private(set) var winner: Runner?
    /// The late attempt, once there is one.
    var hedge: Task<HedgeOutcome, Never>?

    fileprivate let caller: any AnswerSink
    /// Attempts that both may still begin.
    private var remainingCount: Int
    private var cancellations: [(runner: Runner, cancel: (CancellationReason) -> Void)] = []

    /// - Parameter attemptCount: Attempts that both may begin, together.
    init(_ caller: any AnswerSink, attemptCount: Int) {
        self.caller = caller
        remainingCount = attemptCount
        caller.onCancel = { [weak self] reason in self?.cancel(reason) }
    }

    /// Begins an attempt of either, if one is left.
    func beginAttempt() -> Bool {
        guard remainingCount > 0 else { return false }
        remainingCount -= 1
        return true
    }

    /// The way back of a runner.
    func way(of runner: Runner) -> HedgeSink {
        HedgeSink(runner, self)
    }

    /// Whether the caller may be given something by this runner. The first who asks ends the other.
    fileprivate func claim(_ runner: Runner) -> Bool {
        guard winner == nil else { return winner == runner }
        winner = runner
        for entry in cancellations where entry.runner != runner {
            entry.cancel(.callerGone)
        }
        return true
    }

    /// Ends the late attempt.
    func cancelHedge() {
        for entry in cancellations where entry.runner == .hedge {
            entry.cancel(.callerGone)
        }
        if winner == nil { winner = .first }
    }

    fileprivate func setCancellation(_ cancel: ((CancellationReason) -> Void)?, of runner: Runner) {
        cancellations.removeAll { $0.runner == runner }
        if let cancel { cancellations.append((runner, cancel)) }
    }

    private func cancel(_ reason: CancellationReason) {
        for entry in cancellations {
            entry.cancel(reason)
        }
    }
}

/// What a late attempt came to.
struct HedgeOutcome: Sendable {
    /// What is known of it.
    let record: RequestRecord
    /// Why it failed; nil when the caller has its answer.
    let failure: AttemptFailure?
}

/// The way back of one runner.
final class HedgeSink: AnswerSink {
    private let runner: HedgeRace.Runner
    private let race: HedgeRace
    private var hasWon: Bool { race.winner == runner }

    fileprivate init(_ runner: HedgeRace.Runner, _ race: HedgeRace) {
        self.runner = runner
        self.race = race
    }

    var onCancel: ((CancellationReason) -> Void)? {
        didSet { race.setCancellation(onCancel, of: runner) }
    }

    var onWritable: (() -> Void)? {
        didSet {
            if hasWon { race.caller.onWritable = onWritable }
        }
    }

    var cancellationReason: CancellationReason? {
        if let reason = race.caller.cancellationReason { return reason }
        return race.winner == nil || hasWon ? nil : .callerGone
    }

    var isWritable: Bool { !hasWon || race.caller.isWritable }
    var hasBegun: Bool { hasWon && race.caller.hasBegun }

    func send(_ head: AnswerHead, body: ByteBuffer) {
        guard race.claim(runner) else { return }
        race.caller.send(head, body: body)
    }

    func begin(_ head: AnswerHead) {
        guard race.claim(runner) else { return }
        race.caller.onWritable = onWritable
        race.caller.begin(head)
    }

    func write(_ bytes: ByteBuffer) {
        if hasWon { race.caller.write(bytes) }
    }

    func flush() {
        if hasWon { race.caller.flush() }
    }

    func end() {
        if hasWon { race.caller.end() }
    }

    func abort() {
        if hasWon { race.caller.abort() }
    }
}
