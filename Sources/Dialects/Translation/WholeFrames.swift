import Framing

/// Finds where the frames of a stream end, so that a caller never gets a part of one: what follows a torn frame, such
/// as an error, could not be read.
package struct WholeFrames: Sendable {
    private enum Boundary: Sendable {
        case serverSentEvents(ServerSentEventBoundary)
        /// Bytes of the message's beginning that are known to belong to it.
        case eventStream
    }

    private var boundary: Boundary

    package init(_ framing: AnswerStreamReader.Framing) {
        boundary =
            switch framing {
            case .serverSentEvents: .serverSentEvents(ServerSentEventBoundary())
            case .eventStream: .eventStream
            }
    }

    /// Calls `body` for each frame that is whole.
    ///
    /// - Parameters:
    ///   - bytes: What is left of earlier calls, and what has come since.
    ///   - offset: Where the latter begins.
    /// - Returns: Where the last whole frame ends.
    package mutating func forEach(
        in bytes: Span<UInt8>,
        from offset: Int,
        _ body: (Range<Int>) -> Void
    ) -> Int {
        var start = 0
        switch boundary {
        case .serverSentEvents(var events):
            var position = offset
            while let end = events.next(in: bytes, from: position) {
                body(start..<end)
                start = end
                position = end
            }
            boundary = .serverSentEvents(events)
        case .eventStream:
            while let length = Self.messageLength(bytes, at: start), length <= bytes.count - start {
                body(start..<start + length)
                start += length
            }
        }
        return start
    }

    /// The length that a message states of itself; nil as long as it has not come.
    ///
    /// Format: AWS, "Amazon Event Stream Specification" of Smithy. A length too short for a message is none of one; the
    /// rest of such a stream is not passed on.
    private static func messageLength(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard bytes.count - start >= 4 else { return nil }
        var length = 0
        for index in start..<start + 4 {
            length = length << 8 | Int(bytes[index])
        }
        return length >= 16 ? length : nil
    }
}
