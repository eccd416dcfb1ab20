/// What the first bytes of a file tell of it, whatever its server says.
///
/// Formats: PNG (ISO/IEC 15948, 5.2), JPEG (ISO/IEC 10918-1, B.1.1), GIF89a (section 17), WebP (RFC 9649, 2.4), PDF
/// (ISO 32000-1, 7.5.2).
enum MediaSignature {
    private static let signatures: [(start: [UInt8], mediaType: String)] = [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        (Array("GIF87a".utf8), "image/gif"),
        (Array("GIF89a".utf8), "image/gif"),
        (Array("%PDF-".utf8), "application/pdf"),
    ]

    /// The media type of a picture or PDF file; nil for anything else.
    static func mediaType(of bytes: some Collection<UInt8>) -> String? {
        if let found = signatures.first(where: { bytes.starts(with: $0.start) }) { return found.mediaType }
        let isWebP = bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
        return isWebP ? "image/webp" : nil
    }
}
