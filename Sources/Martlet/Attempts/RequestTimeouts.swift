package import NIOCore
import Transport

/// Times that a caller sets for one request; nil for those of the provider.
package struct RequestTimeouts: Sendable, Equatable {
    /// From the wish for a connection to one that is ready.
    package var connect: TimeAmount?
    /// From an attempt's departure to the first byte of its answer.
    package var firstByte: TimeAmount?
    /// Between two reads of an answer.
    package var idle: TimeAmount?
    /// From the request's arrival to the end of its answer, all attempts together.
    package var total: TimeAmount?

    /// None.
    package init() {}

    /// The times of one attempt.
    ///
    /// - Parameters:
    ///   - usual: The times without the caller's.
    ///   - elapsed: From the request's arrival.
    func times(_ usual: Upstream.Timeouts, elapsed: TimeAmount) -> Upstream.Timeouts {
        guard self != RequestTimeouts() else { return usual }
        var times = usual
        if let connect { times.connect = connect }
        if let firstByte { times.firstByte = firstByte }
        if let idle { times.idle = idle }
        if let total {
            let rest = max(total - elapsed, .milliseconds(1))
            times.total = times.total.map { min($0, rest) } ?? rest
        }
        return times
    }
}
