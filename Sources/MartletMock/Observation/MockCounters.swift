import NIOConcurrencyHelpers
import Synchronization

/// The figures of one worker. Only that worker writes them, so its processor keeps their memory to itself.
final class MockCounters: Sendable {
    private let requests = Atomic(0)
    private let ended = Atomic(0)
    private let cancelled = Atomic(0)
    private let answers = Atomic(0)
    private let streams = Atomic(0)
    private let chunks = Atomic(0)
    private let modelLists = Atomic(0)
    private let replies = Atomic(0)
    private let refusals = Atomic(0)
    private let failures = NIOLockedValueBox<[MockScript.FailureKind: Int]>([:])

    /// - Returns: The number of the request, from 1.
    func countBegin() -> Int { requests.add(1, ordering: .relaxed).newValue }

    func countEnd(wasCancelled: Bool) {
        if wasCancelled { cancelled.add(1, ordering: .relaxed) }
        ended.add(1, ordering: .relaxed)
    }

    func countAnswer() { answers.add(1, ordering: .relaxed) }

    func countStream() { streams.add(1, ordering: .relaxed) }

    func countChunks(_ count: Int) { chunks.add(count, ordering: .relaxed) }

    func countModelList() { modelLists.add(1, ordering: .relaxed) }

    func countReply() { replies.add(1, ordering: .relaxed) }

    func countRefusal() { refusals.add(1, ordering: .relaxed) }

    func countFailure(_ kind: MockScript.FailureKind) { failures.withLockedValue { $0[kind, default: 0] += 1 } }

    func add(to total: inout MockStatistics) {
        // Ends are read before beginnings, so that no request seems to have ended before it began.
        let ended = ended.load(ordering: .relaxed)
        let begun = requests.load(ordering: .relaxed)
        total.requests += begun
        total.active += max(0, begun - ended)
        total.cancelled += cancelled.load(ordering: .relaxed)
        total.answers += answers.load(ordering: .relaxed)
        total.streams += streams.load(ordering: .relaxed)
        total.chunks += chunks.load(ordering: .relaxed)
        total.modelLists += modelLists.load(ordering: .relaxed)
        total.replies += replies.load(ordering: .relaxed)
        total.refusals += refusals.load(ordering: .relaxed)
        total.failures.merge(failures.withLockedValue { $0 }) { $0 + $1 }
    }
}
