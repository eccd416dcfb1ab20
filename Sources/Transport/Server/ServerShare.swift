import NIOCore

/// One worker's share of a server: the service, the connections and what they have in common.
final class ServerShare {
    var configuration: ServerConfiguration
    let service: any HTTPService
    let budget: ConnectionBudget
    let deadlines: DeadlineQueue
    let worker: Worker
    /// No further request is taken on any connection.
    private(set) var isDraining = false
    private var connections: [ServerConnection] = []
    private var scratch = ByteBuffer()

    init(
        configuration: ServerConfiguration,
        service: any HTTPService,
        budget: ConnectionBudget,
        deadlines: DeadlineQueue,
        worker: Worker
    ) {
        self.configuration = configuration
        self.service = service
        self.budget = budget
        self.deadlines = deadlines
        self.worker = worker
    }

    /// The number of connections open.
    var connectionCount: Int { connections.count }

    func add(_ connection: ServerConnection) {
        connection.position = connections.count
        connections.append(connection)
        deadlines.add(connection.deadline, owner: connection)
    }

    func remove(_ connection: ServerConnection) {
        deadlines.remove(connection.deadline)
        let position = connection.position
        guard connections.indices.contains(position), connections[position] === connection else { return }
        let last = connections.removeLast()
        if last !== connection {
            connections[position] = last
            last.position = position
        }
        if !connection.isRefused {
            budget.giveBack()
        }
    }

    /// Closes idle connections now and the others after their present answer.
    func drain() {
        isDraining = true
        for connection in connections {
            connection.closeIfIdle()
        }
    }

    /// Cancels what still runs.
    func cancelAll(_ reason: CancellationReason) {
        for connection in connections {
            connection.cancel(reason)
        }
    }

    func closeAll() {
        for connection in connections {
            connection.closeNow()
        }
    }

    /// An empty buffer to build output in. When the last output has left for the kernel, which is nearly always, it is
    /// that output's memory again; otherwise new memory.
    func takeScratch() -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &scratch)
        // Memory that a large answer once needed is not kept for ever.
        if buffer.capacity > 128 << 10 {
            return ByteBuffer()
        }
        buffer.clear()
        return buffer
    }

    func giveBackScratch(_ buffer: ByteBuffer) {
        scratch = buffer
    }
}
