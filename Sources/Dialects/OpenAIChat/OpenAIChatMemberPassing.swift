import JSON

/// What becomes of the members of a request that is passed on as bytes to a provider with other abilities than
/// OpenAI's: the few that are known by another name there, or that are refused and mean nothing for the answer.
struct OpenAIChatMemberPassing {
    private let abilities: OpenAIChatAbilities
    private let hasNewerLength: Bool
    private let hasRandomSeed: Bool

    /// - Parameter members: All members of the body.
    init?(_ abilities: OpenAIChatAbilities, _ members: [JSONMember], in bytes: Span<UInt8>) {
        guard abilities.lengthMember == .older || abilities.seedMember != .seed || !abilities.knowsStreamOptions else {
            return nil
        }
        self.abilities = abilities
        var hasNewerLength = false
        var hasRandomSeed = false
        for member in members where member.kind != .null {
            if member.isNamed("max_completion_tokens", in: bytes) { hasNewerLength = true }
            if member.isNamed("random_seed", in: bytes) { hasRandomSeed = true }
        }
        self.hasNewerLength = hasNewerLength
        self.hasRandomSeed = hasRandomSeed
    }

    /// The name, spelled, that the member gets in the place of its own; nil to keep it.
    func newName(of member: JSONMember, in bytes: Span<UInt8>) -> [UInt8]? {
        if leavesOut(member, in: bytes) { return nil }
        if abilities.lengthMember == .older, member.isNamed("max_completion_tokens", in: bytes) {
            return Array(abilities.lengthMember.rawValue.utf8)
        }
        if abilities.seedMember != .seed, member.isNamed("seed", in: bytes) {
            return Array(abilities.seedMember.rawValue.utf8)
        }
        return nil
    }

    /// Whether the member must not reach the provider. Of two for one thing the one with the newer name counts.
    func leavesOut(_ member: JSONMember, in bytes: Span<UInt8>) -> Bool {
        if abilities.lengthMember == .older {
            if member.isNamed("max_completion_tokens", in: bytes) { return member.kind == .null }
            if hasNewerLength, member.isNamed("max_tokens", in: bytes) { return true }
        }
        if abilities.seedMember != .seed, member.isNamed("seed", in: bytes) {
            return member.kind == .null || hasRandomSeed
        }
        return !abilities.knowsStreamOptions && member.isNamed("stream_options", in: bytes)
    }
}
