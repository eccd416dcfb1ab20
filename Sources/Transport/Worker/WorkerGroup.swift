import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// The event loops of the process and their workers.
package struct WorkerGroup: Sendable {
    package let workers: [Worker]
    let eventLoopGroup: MultiThreadedEventLoopGroup
    private let workersByLoop: [ObjectIdentifier: Worker]

    /// Starts the loops.
    ///
    /// - Parameter count: Number of loops; by default one for each processor that this process may run on.
    package init(count: Int = availableProcessorCount) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, count))
        var workers: [Worker] = []
        for (index, eventLoop) in group.makeIterator().enumerated() {
            workers.append(try await eventLoop.submit { Worker(eventLoop: eventLoop, index: index) }.get())
        }
        eventLoopGroup = group
        self.workers = workers
        workersByLoop = Dictionary(
            uniqueKeysWithValues: workers.map { (ObjectIdentifier($0.eventLoop), $0) }
        )
    }

    /// The worker whose executor is `eventLoop`, nil for a foreign loop.
    func worker(on eventLoop: any EventLoop) -> Worker? {
        workersByLoop[ObjectIdentifier(eventLoop)]
    }

    /// Closes idle upstream connections and ends the loops. Nothing may use the workers afterwards.
    package func shutDown() async throws {
        for worker in workers {
            await worker.run { $0.client.closeIdleConnections() }
        }
        try await eventLoopGroup.shutdownGracefully()
    }

    /// The number of processors in this process's affinity mask, so that a pinned gateway starts no idle loops.
    package static var availableProcessorCount: Int {
        allowedProcessorCount(status: readProcessStatus()) ?? System.coreCount
    }

    /// Counts the bits of `Cpus_allowed` in the text of `/proc/self/status` (proc(5)).
    static func allowedProcessorCount(status: String) -> Int? {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else {
            return nil
        }
        let count = line.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : nil
    }

    private static func readProcessStatus() -> String {
        let descriptor = open("/proc/self/status", O_RDONLY)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
