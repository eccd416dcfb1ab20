/// How a provider lets tools be called.
package struct ToolNameRule: Sendable, Equatable {
    /// Most characters.
    package var maximumLength: Int
    /// What may be in a name besides ASCII letters, digits, `_` and `-`.
    package var furtherCharacters: String
    /// Whether a digit or `-` may come first.
    package var startsWithAny: Bool

    package init(maximumLength: Int = 64, furtherCharacters: String = "", startsWithAny: Bool = true) {
        self.maximumLength = maximumLength
        self.furtherCharacters = furtherCharacters
        self.startsWithAny = startsWithAny
    }

    func allows(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= maximumLength else { return false }
        return (startsWithAny || Self.isLetter(first)) && name.utf8.allSatisfy(allows)
    }

    private func allows(_ byte: UInt8) -> Bool {
        Self.isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            || furtherCharacters.utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    /// A name that the rule allows: what it forbids becomes `_`, and a hash of the whole name keeps different names
    /// apart. The same name always gives the same, so that a conversation's beginning stays the same for caches.
    func allowedName(for name: String) -> String {
        guard !allows(name) else { return name }
        let suffix = "_" + StableHash.hexadecimal(name)
        var kept = name.utf8.map { allows($0) ? $0 : UInt8(ascii: "_") }
        if !startsWithAny, let first = kept.first, !Self.isLetter(first) {
            kept.insert(UInt8(ascii: "_"), at: 0)
        }
        return String(decoding: kept.prefix(max(0, maximumLength - suffix.utf8.count)), as: UTF8.self) + suffix
    }
}

/// What tools are called at a provider that forbids their own names, and back.
package struct ToolNameMap: Sendable, Equatable {
    private let rule: ToolNameRule
    private var originals: [String: String] = [:]

    package init(_ rule: ToolNameRule) {
        self.rule = rule
    }

    /// The name at the provider. Remembers it if it is another one.
    package mutating func encoded(_ name: String) -> String {
        let allowed = rule.allowedName(for: name)
        if allowed != name {
            originals[allowed] = name
        }
        return allowed
    }

    /// The caller's name for a tool of the provider's answer.
    package func original(_ name: String) -> String {
        originals[name] ?? name
    }
}

/// Ids of tool calls for providers that forbid the caller's.
package enum ToolCallID {
    /// The id with what is not an ASCII letter, a digit, `_` or `-` replaced, and cut to its length; a hash keeps
    /// different ids apart. The same id always gives the same, for call and result.
    package static func allowed(_ id: String, maximumLength: Int = 64) -> String {
        ToolNameRule(maximumLength: maximumLength).allowedName(for: id)
    }

    /// The id itself if it is nine ASCII letters and digits, and otherwise nine that are a hash of it. The same id
    /// always gives the same, for call and result.
    package static func ofNineCharacters(_ id: String) -> String {
        let isAllowed = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        if isAllowed, id.utf8.count == 9 { return id }
        let digits = String(StableHash.value(of: id), radix: 36)
        return String((String(repeating: "0", count: 9) + digits).suffix(9))
    }
}

/// A hash that is the same in every process, which Swift's own is not.
enum StableHash {
    /// The first half of the hash in hexadecimal digits: enough to tell the names of one request apart.
    static func hexadecimal(_ text: String) -> String {
        let digits = String(value(of: text) >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// 64-bit FNV-1a (draft-eastlake-fnv).
    static func value(of text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)).multipliedReportingOverflow(by: 0x100_0000_01B3).partialValue
        }
        return hash
    }
}
