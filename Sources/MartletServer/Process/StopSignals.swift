// Dispatch documents its sources as safe to use from any thread, but does not declare them Sendable.
@preconcurrency import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// The signals that ask a process to stop.
package enum StopSignals {
    /// SIGTERM and SIGINT as they come. From the first call on they no longer end the process by themselves.
    package static func stream() -> AsyncStream<CInt> {
        AsyncStream { continuation in
            let sources = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.resume()
                return source
            }
            continuation.onTermination = { _ in
                for source in sources { source.cancel() }
            }
        }
    }
}
