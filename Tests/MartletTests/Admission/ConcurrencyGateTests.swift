import NIOCore
import NIOPosix
import TestSupport
import Testing
import Transport

@testable import Martlet

/// Everything of a gate's request happens on its event loop; the main actor stands in for it here, and one task runs at
/// a time, so that the order of events is certain.
@Suite("Concurrency gate", .timeLimit(.minutes(2)))
@MainActor
struct ConcurrencyGateTests {
    /// A request that tries to get in.
    @MainActor
    final class Visitor {
        let sink = StandInSink()
        private(set) var outcome: Result<Void, any Error>?
        private var task: Task<Void, Never>?

        /// Returns once the request is in, refused or waiting.
        func enter(_ gate: ConcurrencyGate, of caller: UInt64 = 0, within patience: TimeAmount = .hours(1)) {
            task = Task.immediate {
                do {
                    let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
                    try await gate.enter(sink, of: caller, within: patience, on: eventLoop)
                    outcome = .success(())
                } catch {
                    outcome = .failure(error)
                }
            }
        }

        func settled() async { await task?.value }

        var isIn: Bool { if case .success = outcome { true } else { false } }

        var refusal: ConcurrencyGate.Refusal? {
            if case .failure(let error) = outcome { error as? ConcurrencyGate.Refusal } else { nil }
        }
    }

    private func gate(limit: Int, queue: Int, drops: Bool = true) -> ConcurrencyGate {
        ConcurrencyGate(ConcurrencyConfiguration(limit: limit, queueLimit: queue), dropsExcess: drops)
    }

    private func visitors(_ count: Int, at gate: ConcurrencyGate) -> [Visitor] {
        (0..<count).map { _ in
            let visitor = Visitor()
            visitor.enter(gate)
            return visitor
        }
    }

    @Test func limitQueueAndDrop() async {
        let gate = gate(limit: 2, queue: 3)
        let all = visitors(7, at: gate)
        #expect(all.map(\.isIn) == [true, true, false, false, false, false, false])
        #expect(all.map(\.refusal) == [nil, nil, nil, nil, nil, .full, .full])
        #expect(gate.counts == (2, 3))
        for visitor in all[2..<5] {
            gate.leave()
            await visitor.settled()
            #expect(visitor.isIn)
        }
        #expect(gate.counts == (2, 0))
        gate.leave()
        gate.leave()
        #expect(gate.counts == (0, 0))
    }

    @Test func firstComeFirstServed() async {
        let gate = gate(limit: 1, queue: 10)
        let all = visitors(6, at: gate)
        for position in 1..<6 {
            gate.leave()
            await all[position].settled()
            #expect(all.map(\.isIn) == (0..<6).map { $0 <= position })
        }
    }

    @Test func callersTakeTurns() async {
        let gate = gate(limit: 1, queue: 100)
        _ = visitors(1, at: gate)
        let crowd = visitors(50, at: gate)
        let other = Visitor()
        other.enter(gate, of: 1)
        gate.leave()
        await crowd[0].settled()
        gate.leave()
        await other.settled()
        #expect(other.isIn)
        #expect(crowd.count { $0.isIn } == 1)
    }

    @Test func whoWaitsTooLongIsRefused() async {
        let gate = gate(limit: 1, queue: 10)
        _ = visitors(1, at: gate)
        let hasty = Visitor()
        hasty.enter(gate, within: .milliseconds(1))
        await hasty.settled()
        #expect(hasty.refusal == .late)
        #expect(gate.counts == (1, 0))
    }

    @Test func aNewcomerDoesNotOvertake() async {
        let gate = gate(limit: 1, queue: 10)
        let all = visitors(2, at: gate)
        gate.leave()
        // The place has been handed over although the one who gets it has not run yet.
        let newcomer = visitors(1, at: gate)
        #expect(!newcomer[0].isIn)
        await all[1].settled()
        #expect(all[1].isIn)
        #expect(gate.counts == (1, 1))
        gate.leave()
        await newcomer[0].settled()
        gate.leave()
        #expect(gate.counts == (0, 0))
    }

    @Test func withoutDroppingTheQueueGrows() async {
        let gate = gate(limit: 1, queue: 0, drops: false)
        let all = visitors(50, at: gate)
        #expect(gate.counts == (1, 49))
        for visitor in all.dropFirst() {
            gate.leave()
            await visitor.settled()
        }
        gate.leave()
        #expect(all.allSatisfy { $0.isIn })
        #expect(gate.counts == (0, 0))
    }

    @Test(arguments: [CancellationReason.callerGone, .shuttingDown])
    func leavingTheQueue(_ reason: CancellationReason) async {
        let gate = gate(limit: 1, queue: 2)
        let all = visitors(3, at: gate)
        all[1].sink.cancel(reason)
        await all[1].settled()
        #expect(all[1].refusal == .cancelled(reason))
        #expect(gate.counts == (1, 1))
        gate.leave()
        await all[2].settled()
        #expect(all[2].isIn)
        gate.leave()
        #expect(gate.counts == (0, 0))
    }

    @Test func leavingAtTheMomentOfEntry() async {
        let gate = gate(limit: 1, queue: 2)
        let all = visitors(2, at: gate)
        gate.leave()
        all[1].sink.cancel(.callerGone)
        await all[1].settled()
        // It was let in first, so it has a place to give back.
        #expect(all[1].isIn)
        gate.leave()
        #expect(gate.counts == (0, 0))
    }

    @Test func whoHasLeftDoesNotWait() async {
        let gate = gate(limit: 1, queue: 2)
        let first = visitors(1, at: gate)
        let gone = Visitor()
        gone.sink.cancel(.callerGone)
        gone.enter(gate)
        await gone.settled()
        #expect(first[0].isIn)
        #expect(gone.refusal == .cancelled(.callerGone))
        #expect(gate.counts == (1, 0))
    }

    @Test func handlersAreTakenBack() async {
        let gate = gate(limit: 1, queue: 2)
        let all = visitors(2, at: gate)
        #expect(all[1].sink.onCancel != nil)
        gate.leave()
        await all[1].settled()
        #expect(all[1].sink.onCancel == nil)
    }

    @Test func refusalsAreCountedByTheirReason() async {
        let gate = gate(limit: 1, queue: 1)
        let all = visitors(4, at: gate)
        all[1].sink.cancel(.callerGone)
        await all[1].settled()
        let hasty = Visitor()
        hasty.enter(gate, within: .milliseconds(1))
        await hasty.settled()
        let patient = Visitor()
        patient.enter(gate)
        let expected = ProviderFigures.Queue(runningCount: 1, waitingCount: 1, fullCount: 2, lateCount: 1)
        #expect(gate.figures == expected)
        gate.leave()
        await patient.settled()
        gate.leave()
        #expect(gate.figures == ProviderFigures.Queue(runningCount: 0, waitingCount: 0, fullCount: 2, lateCount: 1))
    }

    @Test(arguments: [(0, 0), (-5, -5)])
    func impossibleLimitsLetOneIn(_ limit: Int, _ queue: Int) async {
        let gate = gate(limit: limit, queue: queue)
        let all = visitors(2, at: gate)
        #expect(all[0].isIn)
        #expect(all[1].refusal == .full)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func noPlaceIsLost(_ seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let gate = gate(limit: 3, queue: 5)
        var waiting: [Visitor] = []
        var running = 0
        for _ in 0..<500 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let visitor = visitors(1, at: gate)[0]
                if visitor.isIn { running += 1 } else if visitor.refusal == nil { waiting.append(visitor) }
            case 1 where running > 0:
                gate.leave()
                running -= 1
                if !waiting.isEmpty {
                    let next = waiting.removeFirst()
                    await next.settled()
                    #expect(next.isIn)
                    running += 1
                }
            case 2 where !waiting.isEmpty:
                let visitor = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
                visitor.sink.cancel(.callerGone)
                await visitor.settled()
                #expect(visitor.refusal == .cancelled(.callerGone))
            default:
                break
            }
            #expect(gate.counts == (running, waiting.count))
            #expect(running <= 3 && waiting.count <= 5)
        }
        while running > 0 {
            gate.leave()
            if waiting.isEmpty {
                running -= 1
            } else {
                await waiting.removeFirst().settled()
            }
        }
        #expect(gate.counts == (0, 0))
    }
}

extension ConcurrencyGate {
    /// Running and waiting requests.
    fileprivate var counts: (running: Int, waiting: Int) { (figures.runningCount, figures.waitingCount) }
}
