/// The CRC-32 checksum of IEEE 802.3, as zlib and the AWS event stream use it (reflected polynomial 0xEDB88320).
package struct CRC32: Sendable {
    private var state: UInt32 = ~0

    /// The checksum of no bytes yet.
    package init() {}

    /// The checksum of the bytes so far.
    package var value: UInt32 { ~state }

    /// The checksum of `bytes`.
    package static func checksum(of bytes: Span<UInt8>) -> UInt32 {
        var checksum = CRC32()
        checksum.update(bytes)
        return checksum.value
    }

    /// Takes in further bytes, eight at a time where there are as many.
    package mutating func update(_ bytes: Span<UInt8>) {
        let raw = bytes.bytes
        let count = bytes.count
        let tables = crcTables.span
        var crc = state
        var position = 0
        while count - position >= 8 {
            // Every bit pattern is a UInt64 and the load checks its bounds.
            let loaded = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let word = UInt64(littleEndian: loaded) ^ UInt64(crc)
            let low = UInt32(truncatingIfNeeded: word)
            let high = UInt32(truncatingIfNeeded: word >> 32)
            crc = tables[7 << 8 | Int(low & 0xFF)] ^ tables[6 << 8 | Int(low >> 8 & 0xFF)]
            crc ^= tables[5 << 8 | Int(low >> 16 & 0xFF)] ^ tables[4 << 8 | Int(low >> 24)]
            crc ^= tables[3 << 8 | Int(high & 0xFF)] ^ tables[2 << 8 | Int(high >> 8 & 0xFF)]
            crc ^= tables[1 << 8 | Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
            position += 8
        }
        while position < count {
            crc = tables[Int((crc ^ UInt32(bytes[position])) & 0xFF)] ^ crc >> 8
            position += 1
        }
        state = crc
    }
}

/// Eight tables of 256 entries: table `n` holds each byte's effect when `n` further bytes follow it.
private let crcTables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map(crcOfByte)
    for index in 256..<2048 {
        let shorter = tables[index - 256]
        tables.append(tables[Int(shorter & 0xFF)] ^ (shorter >> 8))
    }
    return tables
}()

private func crcOfByte(_ byte: UInt32) -> UInt32 {
    var crc = byte
    for _ in 0..<8 {
        let shifted = crc >> 1
        crc = crc & 1 == 1 ? shifted ^ 0xEDB8_8320 : shifted
    }
    return crc
}
