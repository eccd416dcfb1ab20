import Synchronization

/// The number of connections that a server holds, over all its loops.
package final class ConnectionBudget: Sendable {
    private let limit: Int
    private let used = Atomic(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Connections held now.
    package var count: Int { used.load(ordering: .relaxed) }

    /// Takes a place for a connection, which gives it back when it closes.
    ///
    /// - Returns: False when none was free; the connection is then to be refused. It holds no place: callers that are slow
    ///   to take their refusal keep nobody else out.
    func take() -> Bool {
        guard used.add(1, ordering: .relaxed).newValue > limit else { return true }
        used.subtract(1, ordering: .relaxed)
        return false
    }

    func giveBack() {
        used.subtract(1, ordering: .relaxed)
    }
}
