/// Why a received HTTP/1.1 message was refused. The connection cannot be used further: where the next message
/// begins is no longer certain.
package struct HTTPParseError: Error, Equatable, Sendable {
    /// What was wrong.
    package let reason: Reason

    /// The status a server answers with before it closes the connection (RFC 9110 section 15.5 and 15.6).
    package var status: Int {
        switch reason {
        case .targetTooLong: 414
        case .headTooLarge, .tooManyFields: 431
        case .methodTooLong, .unsupportedTransferEncoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }

    /// Wraps a reason.
    package init(_ reason: Reason) {
        self.reason = reason
    }

    /// What can be wrong with a message; the raw value is a sentence for logs and error answers.
    package enum Reason: String, Sendable, CaseIterable {
        case bareCarriageReturn = "A carriage return is not followed by a line feed."
        case bareLineFeed = "A line feed is not preceded by a carriage return."
        case invalidMethod = "The request method is empty or has a character that is not allowed."
        case methodTooLong = "The request method is longer than any known one."
        case invalidTarget = "The request target is empty, malformed or has a character that is not allowed."
        case targetTooLong = "The request target is longer than the limit."
        case invalidVersion = "The start line does not name an HTTP version where one belongs."
        case unsupportedVersion = "The HTTP version is neither 1.0 nor 1.1."
        case invalidStatus = "The status line has no three-digit status code."
        case invalidReasonPhrase = "The reason phrase has a control character."
        case headTooLarge = "The start line and the header fields together are larger than the limit."
        case tooManyFields = "There are more header fields than the limit."
        case invalidFieldName = "A field name is empty or has a character that is not allowed."
        case spaceBeforeColon = "There is white space between a field name and its colon."
        case obsoleteLineFolding = "A header line begins with white space."
        case invalidFieldValue = "A field value has a control character."
        case missingHost = "An HTTP/1.1 request has no Host field."
        case repeatedHost = "There is more than one Host field."
        case invalidHost = "The Host field is not a host with an optional port."
        case invalidContentLength = "Content-Length is not a decimal number this system can hold."
        case repeatedContentLength = "There is more than one Content-Length field."
        case contentLengthWithTransferEncoding = "Content-Length and Transfer-Encoding are both there."
        case invalidTransferEncoding = "Transfer-Encoding does not name chunked once and last."
        case unsupportedTransferEncoding = "Transfer-Encoding names a coding other than chunked."
        case transferEncodingInHTTP10 = "An HTTP/1.0 message has a Transfer-Encoding field."
        case bodyInInformationalResponse = "An informational response announces a body."
        case invalidChunkSize = "A chunk size is not a hexadecimal number this system can hold."
        case invalidChunkExtension = "A chunk extension has a control character."
        case chunkExtensionTooLong = "A chunk extension is longer than the limit."
        case invalidChunkEnd = "The data of a chunk is not followed by a line end."
        case trailersTooLarge = "The trailer fields are larger than the limit."
        case unsolicitedResponse = "The peer sent bytes although no response was awaited."
        case unexpectedEnd = "The connection ended within a message."

        /// The sentence for logs and error answers.
        package var message: String { rawValue }
    }
}
