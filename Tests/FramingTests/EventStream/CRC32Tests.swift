import Framing
import Testing

@Suite struct CRC32Tests {
    @Test(
        arguments: [
            ("", 0),
            ("a", 0xE8B7_BE43),
            ("123456789", 0xCBF4_3926),
            ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
        ] as [(String, UInt32)]
    ) func matchesKnownChecksums(text: String, expected: UInt32) {
        #expect(CRC32.checksum(of: Array(text.utf8).span) == expected)
    }

    @Test func isTheSameForEveryCut() {
        let bytes = (0..<40).map { UInt8($0 * 37 % 256) }
        let whole = CRC32.checksum(of: bytes.span)
        for parts in bytes.everyCut {
            var checksum = CRC32()
            for part in parts { checksum.update(part.span) }
            #expect(checksum.value == whole)
        }
    }
}
