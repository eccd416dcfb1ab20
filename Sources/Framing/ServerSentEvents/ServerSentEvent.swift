/// One dispatched event of an event stream.
///
/// Format: WHATWG HTML, "Server-sent events".
package struct ServerSentEvent: Equatable, Sendable {
    /// The event type of an event that names none.
    package static let defaultName = "message"

    /// The event type; ``defaultName`` when the stream names none or an empty one.
    package var event: String

    /// The values of the data lines, joined with LF. The bytes are as received, which need not be UTF-8.
    package var data: [UInt8]

    /// The last event ID in force: this event's, or the latest an earlier event of the stream has set. Nil as long as
    /// there was none; empty when an empty `id` has reset it.
    package var id: String?

    /// The reconnection time in milliseconds, when this very event carries one.
    package var retry: Int?

    /// An event with the given fields.
    package init(event: String = Self.defaultName, data: [UInt8], id: String? = nil, retry: Int? = nil) {
        self.event = event
        self.data = data
        self.id = id
        self.retry = retry
    }
}
