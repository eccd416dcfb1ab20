import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Writes log lines to a file descriptor on a thread of its own, so that a slow terminal or a full pipe holds up no
/// request. What does not fit into its bounded backlog is dropped and counted.
public final class LogWriter: Sendable {
    /// Bytes that may wait to be written.
    private static let maximumBacklogByteCount = 16 << 20

    private let descriptor: CInt
    private let thread: NIOThreadPool
    private let backlog = Atomic(0)
    private let dropped = Atomic(0)

    /// A writer to standard output, or to another open descriptor, which stays the caller's.
    public init(descriptor: CInt = 1) {
        self.descriptor = descriptor
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    /// Batches of lines that were dropped.
    package var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Queues whole lines.
    func write(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let waiting = backlog.add(bytes.count, ordering: .relaxed).newValue
        guard waiting <= Self.maximumBacklogByteCount else {
            backlog.subtract(bytes.count, ordering: .relaxed)
            dropped.add(1, ordering: .relaxed)
            return
        }
        thread.submit { state in
            if case .active = state {
                self.writeNow(bytes)
            }
            self.backlog.subtract(bytes.count, ordering: .relaxed)
        }
    }

    /// Waits until what was queued is written, and ends the thread.
    func finish() async {
        try? await thread.runIfActive {}
        try? await thread.shutdownGracefully()
    }

    private func writeNow(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if count < 0, errno != EINTR {
                dropped.add(1, ordering: .relaxed)
                return
            }
        }
    }
}
