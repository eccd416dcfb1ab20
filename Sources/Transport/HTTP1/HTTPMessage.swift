package import NIOCore

/// How the end of a message body is found (RFC 9112 section 6.3).
package enum HTTPBodyFraming: Sendable, Equatable {
    /// There is no body.
    case none
    /// This many bytes, by Content-Length.
    case length(Int)
    /// The chunked transfer coding.
    case chunked
    /// Everything until the peer closes; responses only.
    case untilClose
}

/// The start line and header fields of a request (RFC 9112 section 3). Holding it keeps the buffer it was read into
/// alive.
package struct HTTPRequestHead: Sendable {
    /// The method, case-sensitive.
    package let method: HTTPMethod
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package let minorVersion: Int
    /// The header fields.
    package let fields: HTTPFields
    /// How the body is delimited; never `untilClose`.
    package let framing: HTTPBodyFraming
    /// Whether the client will keep the connection open for a next request.
    package let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
    package let expectsContinue: Bool

    let location: HTTPTargetLocation

    /// The request target as sent.
    package var target: ByteBuffer { slice(location.target) }

    /// The path: the target up to `?`; of an absolute form the part behind the authority, `/` when there is none;
    /// `*` of the asterisk form; empty for CONNECT.
    package var path: ByteBuffer { slice(location.path) }

    /// What follows the first `?` of the target; nil without one.
    package var query: ByteBuffer? { location.query.map(slice) }

    private func slice(_ range: Range<Int>) -> ByteBuffer {
        fields.bytes.getSlice(at: range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}

/// The status line and header fields of a response (RFC 9112 section 4). Holding it keeps the buffer it was read into
/// alive.
package struct HTTPResponseHead: Sendable {
    /// The status code, 100 to 999.
    package let status: Int
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package let minorVersion: Int
    /// The header fields.
    package let fields: HTTPFields
    /// How the body is delimited.
    package let framing: HTTPBodyFraming
    /// Whether the connection can carry another request once the body has ended.
    package let keepAlive: Bool
}

/// What a parser found next. A message is one head, any number of body parts and one end.
package enum HTTPEvent<Head> {
    case head(Head)
    /// A part of the body, never empty; it shares storage with the buffer given to the parser.
    case body(ByteBuffer)
    case end
}

extension HTTPEvent: Sendable where Head: Sendable {}
