// Dispatch documents its sources as safe to use from any thread, but does not declare them Sendable.
@preconcurrency import Dispatch

#if canImport(Glibc)
import Glibc
#endif

/// The signals that ask a process to stop.
package enum StopSignals {
    /// SIGTERM and SIGINT as they come. From the first call on they no longer end the process by themselves.
    package static func stream() -> AsyncStream<CInt> {
        SignalStream.make(SIGTERM, SIGINT, buffering: .unbounded)
    }
}

/// The signal that asks a process to read its configuration anew.
package enum ReloadSignals {
    /// SIGHUP as it comes; several that come while one is dealt with count as one. From the first call on it no longer
    /// ends the process by itself.
    package static func stream() -> AsyncStream<CInt> {
        SignalStream.make(SIGHUP, buffering: .bufferingNewest(1))
    }
}

/// Signals as they come.
private enum SignalStream {
    static func make(
        _ numbers: CInt...,
        buffering: AsyncStream<CInt>.Continuation.BufferingPolicy
    ) -> AsyncStream<CInt> {
        AsyncStream(bufferingPolicy: buffering) { continuation in
            let sources = numbers.map { number in
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
