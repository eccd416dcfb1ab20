/// How much of a message the parsers hold before they refuse it.
package struct HTTPParserLimits: Sendable {
    /// Bytes of the start line and the header fields with all line ends; at most 65 535.
    package let maximumHeadByteCount: Int
    /// Fields in a head, and fields in a trailer section.
    package let maximumFieldCount: Int
    /// Bytes of a request target.
    package let maximumTargetByteCount: Int
    /// Bytes between the size of one chunk and its line end.
    package let maximumChunkExtensionByteCount: Int
    /// Bytes of the trailer section with its closing empty line; at most 65 535, at least the 2 of the empty line.
    package let maximumTrailerByteCount: Int

    /// Positions in a head are kept as 16-bit numbers, so larger limits for heads and trailers are lowered to 65 535.
    package init(
        maximumHeadByteCount: Int = 32 * 1024,
        maximumFieldCount: Int = 100,
        maximumTargetByteCount: Int = 8 * 1024,
        maximumChunkExtensionByteCount: Int = 256,
        maximumTrailerByteCount: Int = 8 * 1024
    ) {
        self.maximumHeadByteCount = min(max(maximumHeadByteCount, 0), Int(UInt16.max))
        self.maximumFieldCount = max(maximumFieldCount, 0)
        self.maximumTargetByteCount = min(max(maximumTargetByteCount, 0), Int(UInt16.max))
        self.maximumChunkExtensionByteCount = max(maximumChunkExtensionByteCount, 0)
        self.maximumTrailerByteCount = min(max(maximumTrailerByteCount, 2), Int(UInt16.max))
    }
}
