let lineFeed: UInt8 = 0x0A
let carriageReturn: UInt8 = 0x0D

/// The index of the first LF or CR in `bytes` at or after `offset`, or nil when there is none.
package func firstLineEnd(in bytes: Span<UInt8>, from offset: Int) -> Int? {
    let raw = bytes.bytes
    let count = bytes.count
    var position = offset
    while count - position >= 8 {
        // Every bit pattern is a UInt64 and the load checks its bounds.
        let loaded = raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
        var candidates = bytesBelowFourteen(in: UInt64(littleEndian: loaded))
        while candidates != 0 {
            let index = position + candidates.trailingZeroBitCount / 8
            if isLineEnd(bytes[index]) { return index }
            candidates &= candidates - 1
        }
        position += 8
    }
    while position < count {
        if isLineEnd(bytes[position]) { return position }
        position += 1
    }
    return nil
}

private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == lineFeed || byte == carriageReturn
}

/// The top bit of every byte of `word` that is less than 14: one test for LF and CR together, which text hardly ever
/// meets for another reason than a tab.
///
/// Setting the top bits first keeps each byte's subtraction inside that byte, so the difference cannot overflow.
private func bytesBelowFourteen(in word: UInt64) -> UInt64 {
    let topBits: UInt64 = 0x8080_8080_8080_8080
    let fourteens: UInt64 = 0x0E0E_0E0E_0E0E_0E0E
    return ~(((word | topBits) - fourteens) | word) & topBits
}
