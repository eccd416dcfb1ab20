/// How large a message of an AWS event stream may be.
package struct EventStreamLimits: Equatable, Sendable {
    /// The most bytes of a whole message, lengths and checksums included.
    package var messageByteCount: Int

    /// The most bytes of a message's headers together.
    package var headersByteCount: Int

    /// The most headers of a message.
    package var headerCount: Int

    /// The given limits; those left out are 16 MiB, the 128 KiB of the format's specification, and 256.
    package init(messageByteCount: Int = 16 << 20, headersByteCount: Int = 128 << 10, headerCount: Int = 256) {
        self.messageByteCount = messageByteCount
        self.headersByteCount = headersByteCount
        self.headerCount = headerCount
    }
}

/// The sizes of a message's fixed parts, in bytes.
enum EventStreamLayout {
    /// Total length and headers length, which the prelude's checksum covers.
    static let lengthsByteCount = 8
    /// The two lengths and their checksum.
    static let preludeByteCount = 12
    /// The message checksum at the end.
    static let checksumByteCount = 4
    /// The most bytes of a byte array or string value, of which the length field could hold more.
    static let maximumValueByteCount = 32767
}
