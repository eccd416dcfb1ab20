/// Why a stream of events cannot be read on.
package enum ServerSentEventError: Error, Equatable, Sendable {
    /// A line has more than `limit` bytes, its line end not counted.
    case lineTooLong(limit: Int)
    /// The joined data of an event has more than `limit` bytes.
    case eventTooLarge(limit: Int)
}
