package import NIOCore
package import NIOSSL

/// Limits and times of the front door.
package struct ServerConfiguration: Sendable {
    /// Largest request body accepted, in bytes; a larger one is answered with 413.
    package var maximumBodyByteCount = 100 << 20
    /// Limits on a request's head.
    package var parserLimits = HTTPParserLimits()
    /// From the first byte of a request, or from the connection's start, to the end of its head.
    package var headTimeout = TimeAmount.seconds(15)
    /// Between two reads of a request's body.
    package var bodyIdleTimeout = TimeAmount.seconds(30)
    /// From the first byte of a request to the end of its body, however steadily it trickles in.
    package var requestTimeout = TimeAmount.minutes(5)
    /// Between two requests on one connection.
    package var keepAliveTimeout = TimeAmount.seconds(75)
    /// How long a caller may leave a full send buffer unread before its request is given up.
    package var writeTimeout = TimeAmount.minutes(5)
    /// How long a connection that was answered with an error waits for the caller to read that answer.
    package var lingeringTimeout = TimeAmount.seconds(2)
    /// Connections served at once, over all loops; further ones are answered with 503.
    package var maximumConnectionCount = 8192
    /// Bytes of pipelined requests held while an answer is under way; reading pauses beyond them.
    package var maximumPipelinedByteCount = 64 << 10
    /// What a caller that found no place should wait, in seconds, in `Retry-After`.
    package var retryAfterSeconds = 1
    /// TLS for callers; plain HTTP without it.
    package var tls: NIOSSLContext?

    package init() {}
}
