/// Why an exchange with an upstream failed. None of them names a credential.
package enum UpstreamError: Error, Sendable, Equatable {
    /// No connection was ready within the connect time-out.
    case connectTimeout
    /// No byte of an answer came within the first-byte time-out.
    case firstByteTimeout
    /// The answer stopped for longer than the idle time-out.
    case idleTimeout
    /// The exchange took longer than its total time-out.
    case totalTimeout
    /// The name has no address.
    case unknownHost(String)
    /// The connection was refused or the network failed; the system's reason.
    case connectFailed(String)
    /// The TLS handshake failed; the reason.
    case tlsFailed(String)
    /// The proxy did not open the way; what it answered.
    case proxyFailed(String)
    /// The process or the system has no descriptor left for a connection.
    case outOfDescriptors
    /// The connection ended before a byte of the answer.
    case closedBeforeAnswer
    /// The connection ended in the middle of the answer.
    case truncatedAnswer
    /// What came is not HTTP/1.1.
    case malformedAnswer(String)
    /// The answer is larger than may be held; the limit in bytes.
    case answerTooLarge(limit: Int)
    /// The request ended on the caller's side.
    case cancelled(CancellationReason)
}
