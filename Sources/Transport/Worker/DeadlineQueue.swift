package import NIOCore

/// What a deadline belongs to.
package protocol DeadlineOwner: AnyObject {
    /// Called on the event loop once `deadline` has passed; it has been reset to the distant future.
    func deadlineDidPass(_ deadline: Deadline)
}

/// A point in time by which something must have happened. Moving it is one store: nothing is scheduled for it.
package final class Deadline {
    /// When it passes. It fires up to `DeadlineQueue.resolution` later, never earlier.
    package var time: NIODeadline = .distantFuture
    fileprivate weak var owner: (any DeadlineOwner)?
    fileprivate var position = -1

    package init() {}
}

/// All deadlines of one event loop, checked at a coarse tick.
///
/// A connection moves its deadline several times a request. Scheduling a timer for each move costs more than carrying
/// the request's bytes; looking at every deadline twenty times a second costs nothing that can be measured.
package final class DeadlineQueue {
    /// How late a deadline may fire.
    package static let resolution = TimeAmount.milliseconds(50)

    private let eventLoop: any EventLoop
    private var deadlines: [Deadline] = []
    private var isTicking = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The number of deadlines watched.
    package var count: Int { deadlines.count }

    /// Watches `deadline` until `remove(_:)`.
    package func add(_ deadline: Deadline, owner: any DeadlineOwner) {
        deadline.owner = owner
        deadline.position = deadlines.count
        deadlines.append(deadline)
        scheduleTick()
    }

    /// Stops watching `deadline`.
    package func remove(_ deadline: Deadline) {
        let position = deadline.position
        guard deadlines.indices.contains(position), deadlines[position] === deadline else { return }
        deadline.position = -1
        deadline.owner = nil
        let last = deadlines.removeLast()
        if last !== deadline {
            deadlines[position] = last
            last.position = position
        }
    }

    private func scheduleTick() {
        guard !isTicking, !deadlines.isEmpty else { return }
        isTicking = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.resolution) { self.tick() }
    }

    private func tick() {
        isTicking = false
        let now = NIODeadline.now()
        // Owners add, remove and move deadlines while they are told, so those that passed are collected first and looked
        // at again.
        for deadline in deadlines.filter({ $0.time <= now }) where deadline.position >= 0 && deadline.time <= now {
            deadline.time = .distantFuture
            deadline.owner?.deadlineDidPass(deadline)
        }
        scheduleTick()
    }
}
