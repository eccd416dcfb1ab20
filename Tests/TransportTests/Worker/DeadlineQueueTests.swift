import NIOCore
import NIOEmbedded
import Testing

@testable import Transport

@Suite("Deadlines", .timeLimit(.minutes(2)))
struct DeadlineQueueTests {
    /// Writes down what fires and may do something then.
    private final class Owner: DeadlineOwner {
        var fired: [Int] = []
        var deadlines: [Deadline] = []
        var onFire: ((Int) -> Void)?

        func deadlineDidPass(_ deadline: Deadline) {
            guard let index = deadlines.firstIndex(where: { $0 === deadline }) else { return }
            fired.append(index)
            onFire?(index)
        }
    }

    private let loop = EmbeddedEventLoop()
    private let queue: DeadlineQueue
    private let owner = Owner()

    init() {
        queue = DeadlineQueue(eventLoop: loop)
    }

    private func add(_ count: Int, at time: NIODeadline = .distantFuture) {
        for _ in 0..<count {
            let deadline = Deadline()
            deadline.time = time
            owner.deadlines.append(deadline)
            queue.add(deadline, owner: owner)
        }
    }

    /// The queue compares with the real clock and ticks on the loop's own, so a past time is due at the next tick.
    private var past: NIODeadline { .now() - .nanoseconds(1) }

    private func tick() {
        loop.advanceTime(by: DeadlineQueue.resolution)
    }

    @Test func firesOnceAtTheNextTick() {
        add(1, at: past)
        loop.advanceTime(by: DeadlineQueue.resolution - .nanoseconds(1))
        #expect(owner.fired.isEmpty)
        loop.advanceTime(by: .nanoseconds(1))
        #expect(owner.fired == [0])
        #expect(owner.deadlines[0].time == .distantFuture)
        tick()
        #expect(owner.fired == [0])
        #expect(queue.count == 1, "it is watched until it is removed")
    }

    @Test func doesNotFireEarly() {
        add(2, at: .now() + .hours(1))
        tick()
        tick()
        #expect(owner.fired.isEmpty)
    }

    @Test func neverFiresBeforeItsTimeOnARealLoop() async throws {
        try await withWorkers { group async throws in
            let start = NIODeadline.now()
            try await Milestone.wait(.milliseconds(70), on: group.workers[0])
            #expect(NIODeadline.now() - start >= .milliseconds(70))
            #expect(await group.workers[0].run { $0.deadlines.count } == 0)
        }
    }

    @Test func movingIsEnough() {
        add(2)
        tick()
        #expect(owner.fired.isEmpty)
        owner.deadlines[1].time = past
        tick()
        #expect(owner.fired == [1])
        owner.deadlines[1].time = past
        tick()
        #expect(owner.fired == [1, 1], "one that fired may be set again")
    }

    @Test func removedOnesDoNotFire() {
        add(4, at: past)
        queue.remove(owner.deadlines[0])
        queue.remove(owner.deadlines[3])
        queue.remove(owner.deadlines[3])
        #expect(queue.count == 2)
        tick()
        #expect(owner.fired.sorted() == [1, 2])
        queue.remove(Deadline())
        #expect(queue.count == 2, "a deadline that is not watched")
    }

    @Test func ownerMayRemoveOthersWhileItIsTold() {
        add(5, at: past)
        owner.onFire = { [owner, queue] _ in
            for deadline in owner.deadlines { queue.remove(deadline) }
        }
        tick()
        #expect(owner.fired == [0])
        #expect(queue.count == 0)
    }

    @Test func ownerMayMoveOthersWhileItIsTold() {
        add(3, at: past)
        owner.onFire = { [owner] index in
            if index == 0 { owner.deadlines[1].time = .now() + .hours(1) }
        }
        tick()
        #expect(owner.fired == [0, 2])
        #expect(owner.deadlines[1].time != .distantFuture, "the new time stands")
    }

    @Test func ownerMayAddOthersWhileItIsTold() {
        add(1, at: past)
        let added = Deadline()
        added.time = past
        owner.onFire = { [owner, queue] index in
            if index == 0 {
                owner.deadlines.append(added)
                queue.add(added, owner: owner)
            }
        }
        tick()
        #expect(owner.fired == [0])
        tick()
        #expect(owner.fired == [0, 1])
    }

    @Test func ticksOnlyWhileThereIsSomethingToWatch() {
        add(1)
        queue.remove(owner.deadlines[0])
        tick()
        owner.deadlines[0].time = past
        queue.add(owner.deadlines[0], owner: owner)
        tick()
        #expect(owner.fired == [0])
    }

    @Test func ownerThatHasGoneIsNotCalled() {
        let deadline = Deadline()
        deadline.time = past
        weak var gone: Owner?
        do {
            let owner = Owner()
            gone = owner
            queue.add(deadline, owner: owner)
        }
        #expect(gone == nil, "the queue does not keep its owners")
        tick()
        #expect(deadline.time == .distantFuture)
    }
}
