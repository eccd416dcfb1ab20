/// A hash that nobody can aim collisions at without knowing its key: SipHash (Aumasson and Bernstein, 2012), with one
/// round for each word and three at the end unless told otherwise.
///
/// The standard library's `Hasher` is the same function, but its key cannot be chosen, so that nothing could be said
/// about its values in tests or between processes.
struct SipHash: Sendable {
    /// The secret.
    struct Key: Sendable, Equatable {
        let first: UInt64
        let second: UInt64
    }

    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var tail: UInt64 = 0
    private var count: UInt64 = 0
    private let wordRounds: Int
    private let finalRounds: Int

    init(key: Key, wordRounds: Int = 1, finalRounds: Int = 3) {
        state = (
            key.first ^ 0x736F_6D65_7073_6575, key.second ^ 0x646F_7261_6E64_6F6D,
            key.first ^ 0x6C79_6765_6E65_7261, key.second ^ 0x7465_6462_7974_6573
        )
        self.wordRounds = wordRounds
        self.finalRounds = finalRounds
    }

    /// Bytes that were hashed.
    var byteCount: Int { Int(clamping: count) }

    /// Adds bytes. Where one call ends and the next begins makes no difference.
    mutating func combine(_ bytes: Span<UInt8>) {
        var index = 0
        while index < bytes.count, count & 7 != 0 {
            append(bytes[index])
            index += 1
        }
        let raw = bytes.bytes
        while bytes.count - index >= 8 {
            // This load checks its bounds; "unsafe" in its name is about types, and every bit pattern is a UInt64.
            compress(UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
            count &+= 8
        }
        while index < bytes.count {
            append(bytes[index])
            index += 1
        }
    }

    /// Adds one byte.
    mutating func append(_ byte: UInt8) {
        tail |= UInt64(byte) << (8 * (count & 7))
        count &+= 1
        if count & 7 == 0 {
            compress(tail)
            tail = 0
        }
    }

    /// The hash of what was added; more may be added afterwards.
    var value: UInt64 {
        var copy = self
        copy.compress(tail | count << 56)
        copy.state.2 ^= 0xFF
        for _ in 0..<finalRounds { copy.round() }
        return copy.state.0 ^ copy.state.1 ^ copy.state.2 ^ copy.state.3
    }

    /// The hash of a text.
    static func value(of text: String, key: Key) -> UInt64 {
        var hash = SipHash(key: key)
        for byte in text.utf8 { hash.append(byte) }
        return hash.value
    }

    private mutating func compress(_ word: UInt64) {
        state.3 ^= word
        for _ in 0..<wordRounds { round() }
        state.0 ^= word
    }

    @inline(__always)
    private mutating func round() {
        state.0 &+= state.1
        state.1 = Self.rotate(state.1, 13) ^ state.0
        state.0 = Self.rotate(state.0, 32)
        state.2 &+= state.3
        state.3 = Self.rotate(state.3, 16) ^ state.2
        state.0 &+= state.3
        state.3 = Self.rotate(state.3, 21) ^ state.0
        state.2 &+= state.1
        state.1 = Self.rotate(state.1, 17) ^ state.2
        state.2 = Self.rotate(state.2, 32)
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}
