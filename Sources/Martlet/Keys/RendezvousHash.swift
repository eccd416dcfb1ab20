#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Gives each session the same one of several keys, without a table: of all keys the one with the highest score
/// for the session (D. Thaler and C. Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", 1998). When a key
/// goes, only its own sessions move, each to the second best key for it; when it returns, so do they.
enum RendezvousHash {
    /// The hash of a key's name, which does not depend on the process: FNV-1a (G. Fowler, L. Noll and K.-P. Vo).
    static func hash(ofName name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// The score of a key for a session. With u uniform in (0, 1), −w / ln u is the greatest with a probability
    /// proportional to w (C. Schindelhauer and G. Schomaker, "Weighted Distributed Hash Tables", 2005).
    ///
    /// - Returns: Zero and above; of keys without weight below zero, so that they are only chosen when there is no
    ///   other.
    static func score(_ session: UInt64, _ key: UInt64, weight: Double) -> Double {
        let mixed = mix(mix(session) ^ key)
        // One half more, so that the logarithm is of neither 0 nor 1.
        let uniform = (Double(mixed >> 12) + 0.5) * 0x1p-52
        return weight > 0 ? -weight / log(uniform) : uniform - 1
    }

    /// The finalizer of SplitMix64 (G. Steele, D. Lea and C. Flood, 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
