package import NIOCore

/// An exact answer, for tests of what stands in front of the mock.
package struct MockReply: Sendable {
    /// How the answer ends.
    package enum Ending: Sendable, Equatable {
        /// As HTTP says.
        case whole
        /// The connection closes before the answer's end.
        case cut
    }

    /// HTTP status.
    package var status: Int
    /// Value of `Content-Type`.
    package var contentType: String
    /// Further header fields in order; those whose value no header may hold are left out.
    package var fields: [(name: String, value: String)] = []
    /// The body. Each piece leaves as a chunk of its own.
    package var pieces: [ByteBuffer]
    /// Whether the body is sent in chunks; otherwise it is sent at once, with its length.
    package var isChunked: Bool
    /// Time before each piece but the first.
    package var pieceGap = TimeAmount.zero
    /// How the answer ends; a cut one is always chunked.
    package var ending: Ending

    /// An answer that is sent at once, with its length.
    package init(status: Int = 200, contentType: String = "application/json", body: ByteBuffer) {
        self.status = status
        self.contentType = contentType
        pieces = [body]
        isChunked = false
        ending = .whole
    }

    /// An answer that is sent in pieces, one flushed after the other.
    package init(
        status: Int = 200,
        contentType: String = "text/event-stream",
        pieces: [ByteBuffer],
        ending: Ending = .whole
    ) {
        self.status = status
        self.contentType = contentType
        self.pieces = pieces
        isChunked = true
        self.ending = ending
    }
}
