/// Why a message of an AWS event stream cannot be read or written.
package enum EventStreamError: Error, Equatable, Sendable {
    /// The prelude's checksum is not that of its lengths, so neither length can be trusted.
    case badPreludeChecksum(stated: UInt32, computed: UInt32)
    /// The message's checksum is not that of its bytes.
    case badMessageChecksum(stated: UInt32, computed: UInt32)
    /// The message has more bytes than the limit.
    case messageTooLarge(byteCount: Int, limit: Int)
    /// The headers have more bytes than the limit.
    case headersTooLarge(byteCount: Int, limit: Int)
    /// There are more headers than the limit.
    case tooManyHeaders(limit: Int)
    /// The total length has no room for the headers and the fixed parts.
    case inconsistentLengths(total: Int, headers: Int)
    /// A header breaks the format.
    case malformedHeader(HeaderFault)

    /// What is wrong with a header.
    package enum HeaderFault: Equatable, Sendable {
        /// The headers end within it.
        case truncated
        /// Its name has no bytes.
        case emptyName
        /// Its name has more than 255 bytes.
        case nameTooLong
        /// An earlier header has its name.
        case duplicateName
        /// Its name or string value is not UTF-8.
        case invalidText
        /// No type has this number.
        case unknownType(UInt8)
        /// Its byte array or string has more than 32767 bytes.
        case valueTooLong
    }
}
